"""Indicators: float arrays in, float arrays out, NaN before warm-up. `registry` lists them all.

Those that the ring itself reads stand here; the others are imported from the module of their family.
"""

from trading.indicators.channels import Channel, donchian
from trading.indicators.momentum import roc, rsi
from trading.indicators.moving_averages import ema, sma
from trading.indicators.trend import adx
from trading.indicators.volatility import atr
from trading.indicators.volume import relative_volume

__all__ = ["Channel", "adx", "atr", "donchian", "ema", "relative_volume", "roc", "rsi", "sma"]
