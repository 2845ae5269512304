"""Where the close stands in the range of a while. Where that has no width there is no place in it, and no value."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cryptouniverse.kernel.market import Floats
from cryptouniverse.kernel.words import gettext_noop as _
from trading.indicators.declaring import bars_back, indicator, one_period
from trading.indicators.library import ta
from trading.indicators.momentum import rsi
from trading.indicators.series import ratio
from trading.indicators.windows import blank_still, defined_means


class Stochastic(NamedTuple):
    """The place in the range, and its average."""

    k: Floats
    d: Floats


@indicator(
    _("Stochastic oscillator"),
    bars_back(14),
    bars_back(3, "smooth", low=1),
    bars_back(3, "signal", low=1),
    convention=_("Slow: %K is averaged over smooth bars, %D over signal bars, both simply."),
    source="Lane 1984, Stocks & Commodities 2:3",
    warmup=lambda p: p["period"] + p["smooth"] + p["signal"] - 3,
    library="STOCH",
)
def stochastic(
    high: Floats, low: Floats, close: Floats, period: int = 14, smooth: int = 3, signal: int = 3
) -> Stochastic:
    """Slow %K and %D, 0 to 100; both NaN for the first period + smooth + signal - 3, and after a standstill."""
    lowest = ta().MIN(low, period)
    return _smoothed(100 * ratio(close - lowest, ta().MAX(high, period) - lowest), smooth, signal)


@indicator(
    _("Stochastic RSI"),
    bars_back(14),
    bars_back(14, "range"),
    bars_back(3, "smooth", low=1),
    bars_back(3, "signal", low=1),
    convention=_("Where Wilder's RSI stands in its own range; %K and %D are simple averages."),
    source="Chande and Kroll 1994, The New Technical Trader",
    warmup=lambda p: p["period"] + p["range"] + p["smooth"] + p["signal"] - 3,
    library="STOCHRSI",
)
def stochastic_rsi(close: Floats, period: int = 14, range: int = 14, smooth: int = 3, signal: int = 3) -> Stochastic:
    """%K and %D of the RSI, 0 to 100; NaN until all are there, and where the RSI stood still."""
    strength = rsi(close, period)
    lowest = ta().MIN(strength, range)
    return _smoothed(100 * ratio(strength - lowest, ta().MAX(strength, range) - lowest), smooth, signal)


@indicator(
    _("Williams %R"),
    bars_back(14),
    convention=_("-100 at the lowest low of the period, 0 at its highest high."),
    source="Williams 1973, How I Made One Million Dollars",
    warmup=one_period,
    library="WILLR",
)
def williams_r(high: Floats, low: Floats, close: Floats, period: int = 14) -> Floats:
    """Williams %R, -100 to 0; NaN for the first period - 1, and where nothing moved."""
    line: Floats = ta().WILLR(high, low, close, period)
    blank_still(line, high, low, period)
    return line


@indicator(
    _("Stochastic momentum"),
    bars_back(13),
    bars_back(25, "smooth"),
    bars_back(2, "smooth_again", low=1),
    bars_back(9, "signal"),
    convention=_("100 times the distance from the range's middle over half the range, both smoothed twice by EMA."),
    source="Blau 1993, Stocks & Commodities 11:1",
    warmup=lambda p: p["period"] + p["smooth"] + p["smooth_again"] + p["signal"] - 4,
    library="SMI",
)
def stochastic_momentum(
    high: Floats,
    low: Floats,
    close: Floats,
    period: int = 13,
    smooth: int = 25,
    smooth_again: int = 2,
    signal: int = 9,
) -> Stochastic:
    """SMI and its EMA, -100 to 100; NaN until both are there."""
    return Stochastic(*ta().SMI(high, low, close, period, smooth_again, smooth, signal))


def _smoothed(place: Floats, smooth: int, signal: int) -> Stochastic:
    k = defined_means(place, smooth)
    d = defined_means(k, signal)
    k[np.isnan(d)] = np.nan
    return Stochastic(k, d)
