"""Indicators: float arrays in, float arrays out, NaN before warm-up."""

from trading.indicators.momentum import roc, rsi
from trading.indicators.moving_averages import ema, sma
from trading.indicators.trend import Channel, adx, donchian
from trading.indicators.volatility import atr
from trading.indicators.volume import relative_volume

__all__ = ["Channel", "adx", "atr", "donchian", "ema", "relative_volume", "roc", "rsi", "sma"]
