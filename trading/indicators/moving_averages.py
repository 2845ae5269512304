"""Averages of what came before, with weights that time alone decides."""

from __future__ import annotations

import math

import numpy as np

from cryptouniverse.kernel.market import Floats
from cryptouniverse.kernel.words import gettext_noop as _
from trading.indicators.compiling import compiled
from trading.indicators.declaring import bars_back, factor, indicator, one_period
from trading.indicators.library import ta


@indicator(
    _("Simple moving average"),
    bars_back(20),
    convention=_("The mean of the last bars, each as heavy as the other."),
    source="TA-Lib SMA",
    warmup=one_period,
    library="SMA",
)
def sma(values: Floats, period: int = 20) -> Floats:
    """Simple moving average of the last `period` values; NaN for the first period - 1."""
    line: Floats = ta().SMA(values, period)
    return line


@indicator(
    _("Exponential moving average"),
    bars_back(20),
    convention=_("Weight 2 / (period + 1), seeded with the simple average of the first bars."),
    source="TA-Lib EMA",
    warmup=one_period,
    library="EMA",
)
def ema(values: Floats, period: int = 20) -> Floats:
    """Exponential moving average, weight 2 / (period + 1), seeded with the SMA; NaN for the first period - 1."""
    line: Floats = ta().EMA(values, period)
    return line


@indicator(
    _("Wilder's moving average"),
    bars_back(14),
    convention=_("Weight 1 / period, seeded with the simple average of the first bars; also called RMA or SMMA."),
    source="Wilder 1978, New Concepts in Technical Trading Systems",
    warmup=one_period,
    library="RMA",
)
def rma(values: Floats, period: int = 14) -> Floats:
    """Wilder's smoothing, weight 1 / period, seeded with the SMA; NaN for the first period - 1."""
    line: Floats = ta().RMA(values, period)
    return line


@indicator(
    _("Weighted moving average"),
    bars_back(20),
    convention=_("Weights fall in a straight line, from period for the newest bar to 1 for the oldest."),
    source="TA-Lib WMA",
    warmup=one_period,
    library="WMA",
)
def wma(values: Floats, period: int = 20) -> Floats:
    """Linearly weighted moving average; NaN for the first period - 1."""
    line: Floats = ta().WMA(values, period)
    return line


@indicator(
    _("Double exponential average"),
    bars_back(20),
    convention=_("Twice the exponential average less the average of it."),
    source="Mulloy 1994, Stocks & Commodities 12:1",
    warmup=lambda p: 2 * (p["period"] - 1),
    library="DEMA",
)
def dema(values: Floats, period: int = 20) -> Floats:
    """DEMA: 2 EMA - EMA(EMA); NaN for the first 2 (period - 1)."""
    line: Floats = ta().DEMA(values, period)
    return line


@indicator(
    _("Triple exponential average"),
    bars_back(20),
    convention=_("Three times the exponential average, less three times the average of it, plus the average of that."),
    source="Mulloy 1994, Stocks & Commodities 12:2",
    warmup=lambda p: 3 * (p["period"] - 1),
    library="TEMA",
)
def tema(values: Floats, period: int = 20) -> Floats:
    """TEMA: 3 EMA - 3 EMA(EMA) + EMA(EMA(EMA)); NaN for the first 3 (period - 1)."""
    line: Floats = ta().TEMA(values, period)
    return line


@indicator(
    _("Triangular moving average"),
    bars_back(20),
    convention=_("Weights rise to the middle of the period and fall again."),
    source="TA-Lib TRIMA",
    warmup=one_period,
    library="TRIMA",
)
def trima(values: Floats, period: int = 20) -> Floats:
    """Triangular moving average; NaN for the first period - 1."""
    line: Floats = ta().TRIMA(values, period)
    return line


@indicator(
    _("Tillson's T3"),
    bars_back(5, high=1_000),
    factor("volume_factor", 0.7, 0.0, 1.0, _("How strongly it corrects its lag, 0 to 1")),
    convention=_("Six exponential averages in a row, weighted by the volume factor."),
    source="Tillson 1998, Stocks & Commodities 16:1",
    warmup=lambda p: 6 * (p["period"] - 1),
    library="T3",
)
def t3(values: Floats, period: int = 5, volume_factor: float = 0.7) -> Floats:
    """Tillson's T3; NaN for the first 6 (period - 1)."""
    line: Floats = ta().T3(values, period, volume_factor)
    return line


@indicator(
    _("Hull moving average"),
    bars_back(20, low=4),
    convention=_("WMA over root(period) of 2 WMA(period / 2) - WMA(period); halves and roots are rounded down."),
    source="Hull 2005, alanhull.com",
    warmup=lambda p: p["period"] + math.isqrt(p["period"]) - 2,
    library="HMA",
)
def hma(values: Floats, period: int = 20) -> Floats:
    """Hull moving average; NaN for the first period + root(period) - 2."""
    line: Floats = ta().HMA(values, period)
    return line


@indicator(
    _("Zero-lag exponential average"),
    bars_back(20, low=3),
    convention=_("EMA of the value plus its change over (period - 1) / 2 bars, rounded down."),
    source="Ehlers and Way 2010, Stocks & Commodities 28:12",
    warmup=lambda p: p["period"] - 1 + (p["period"] - 1) // 2,
    library="ZLEMA",
)
def zlema(values: Floats, period: int = 20) -> Floats:
    """Zero-lag EMA; NaN for the first period - 1 + (period - 1) // 2."""
    line: Floats = ta().ZLEMA(values, period)
    return line


@indicator(
    _("Volume-weighted moving average"),
    bars_back(20),
    convention=_("The mean of the last closes, each as heavy as its volume; none where nothing was traded."),
    source="Arms 1971; TA-Lib VWMA",
    warmup=one_period,
    library="VWMA",
)
def vwma(close: Floats, volume: Floats, period: int = 20) -> Floats:
    """Volume-weighted moving average; NaN for the first period - 1, and where none of these bars traded."""
    return _weighted_by(close, volume, period)


@indicator(
    _("Arnaud Legoux average"),
    bars_back(9, high=500),
    factor("offset", 0.85, 0.0, 1.0, _("Where the heaviest bar stands, 0 the oldest to 1 the newest"), 0.05),
    factor("sigma", 6.0, 1.0, 20.0, _("How narrow the bell of weights is"), 1.0),
    convention=_("Weights are a bell around the bar at offset * (period - 1), period / sigma wide."),
    source="Legoux and Kouzis-Loukas 2009",
    warmup=one_period,
)
def alma(values: Floats, period: int = 9, offset: float = 0.85, sigma: float = 6.0) -> Floats:
    """ALMA; NaN for the first period - 1."""
    weights = np.exp(-((np.arange(period) - offset * (period - 1)) ** 2) / (2 * (period / sigma) ** 2))
    found = np.full(len(values), np.nan)
    if len(values) >= period:
        found[period - 1 :] = np.convolve(values, (weights / weights.sum())[::-1], mode="valid")
    return found


@compiled
def _weighted_by(values: Floats, weights: Floats, period: int) -> Floats:
    found = np.full(len(values), np.nan)
    total, weight, silent = 0.0, 0.0, 0
    for i in range(len(values)):
        silent = silent + 1 if weights[i] == 0.0 else 0
        if i < period - 1:
            continue
        if (i - period + 1) % period == 0:
            total, weight = 0.0, 0.0
            for j in range(i - period + 1, i + 1):
                total += values[j] * weights[j]
                weight += weights[j]
        else:
            total += values[i] * weights[i] - values[i - period] * weights[i - period]
            weight += weights[i] - weights[i - period]
        if silent < period:
            found[i] = total / weight
    return found
