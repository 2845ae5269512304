"""Averages of what came before."""

from __future__ import annotations

from cryptouniverse.kernel.market import Floats
from trading.indicators.library import ta
from trading.indicators.series import require_period, series


def sma(values: Floats, period: int) -> Floats:
    """Simple moving average of the last `period` values; NaN for the first period - 1."""
    require_period(period)
    (values,) = series(values)
    line: Floats = ta().SMA(values, period)
    return line


def ema(values: Floats, period: int) -> Floats:
    """Exponential moving average, weight 2 / (period + 1), seeded with the SMA; NaN for the first period - 1."""
    require_period(period)
    (values,) = series(values)
    line: Floats = ta().EMA(values, period)
    return line
