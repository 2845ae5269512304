"""Readings: what the panel sees of the market at a bar.

Each looks back only, and is rounded to 4 decimals, so that what the analysts judge is exactly what the record keeps and
what a model is told.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryptouniverse.kernel.market import Bars, Floats
from trading.indicators import adx, atr, ema, relative_volume, rsi

WARMUP_BARS = 60  # the 50-bar average and its slope over 10
_SLOPE_BARS, _MOVE_BARS, _BURST_BARS, _DAY_BARS = 10, 12, 3, 24


def readings_of(bars: Bars) -> dict[str, Floats]:
    """Name -> float64 array as long as `bars`, NaN where it cannot be measured yet.

    Distances and moves are in ATRs (Wilder, 14 bars): distance from and slope of EMA 50, moves over 12 and 3 bars.
    rsi, adx: 0 to 100. volume_ratio: to the mean of the 20 bars before. close_place: 0 at the bar's low, 1 at its high.
    """
    high, low, close = bars.high_f, bars.low_f, bars.close_f
    average, span = ema(close, 50), atr(high, low, close, 14)
    raw = {
        "distance_atr": _ratio(close - average, span),
        "slope_atr": _ratio(_change(average, _SLOPE_BARS), span),
        "move_atr": _ratio(_change(close, _MOVE_BARS), span),
        "burst_atr": _ratio(_change(close, _BURST_BARS), span),
        "atr_pct": 100.0 * _ratio(span, close),
        "change_24_bars_pct": 100.0 * _ratio(_change(close, _DAY_BARS), close),
        "rsi": rsi(close, 14),
        "adx": adx(high, low, close, 14),
        "volume_ratio": relative_volume(bars.volume, 20),
        "close_place": np.where(high > low, _ratio(close - low, high - low), 0.5),
    }
    return {name: np.round(values, 4) + 0.0 for name, values in raw.items()}


def single(readings: Mapping[str, float]) -> dict[str, Floats]:
    """The readings of one bar, as a record keeps them, as arrays of length one."""
    return {name: np.array([float(value)]) for name, value in readings.items()}


def _change(values: Floats, bars: int) -> Floats:
    change = np.full(len(values), np.nan)
    change[bars:] = values[bars:] - values[: max(len(values) - bars, 0)]
    return change


def _ratio(part: Floats, whole: Floats) -> Floats:
    """part / whole; NaN where whole is not above zero."""
    ratio: Floats = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return ratio
