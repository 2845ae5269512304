"""How wide prices swing. Those in percent are of one bar, not of a year."""

from __future__ import annotations

import numpy as np

from cryptouniverse.kernel.market import Floats
from cryptouniverse.kernel.words import gettext_noop as _
from trading.indicators.compiling import compiled
from trading.indicators.declaring import bars_back, bars_before, indicator, one_more, one_period
from trading.indicators.library import ta
from trading.indicators.windows import means_and_deviations


@indicator(
    _("True range"),
    convention=_("The range of the bar and the gap from the last close to it."),
    source="Wilder 1978, New Concepts in Technical Trading Systems",
    warmup=bars_before(1),
    library="TRANGE",
)
def true_range(high: Floats, low: Floats, close: Floats) -> Floats:
    """True range, in price; NaN for the first bar, which has no close before it."""
    line: Floats = ta().TRANGE(high, low, close)
    return line


@indicator(
    _("Average true range"),
    bars_back(14),
    convention=_("Wilder's smoothing seeded with the simple average of the first true ranges."),
    source="Wilder 1978, New Concepts in Technical Trading Systems",
    warmup=one_more,
    library="ATR",
)
def atr(high: Floats, low: Floats, close: Floats, period: int = 14) -> Floats:
    """Wilder's average true range, in price, seeded with the SMA; NaN for the first `period` (Wilder 1978)."""
    line: Floats = ta().ATR(high, low, close, period)
    return line


@indicator(
    _("Average true range in percent"),
    bars_back(14),
    convention=_("The average true range in percent of the close."),
    source="Forman 2006, Stocks & Commodities 24:6",
    warmup=one_more,
    library="NATR",
)
def atr_percent(high: Floats, low: Floats, close: Floats, period: int = 14) -> Floats:
    """ATR in percent of the close; NaN for the first `period`."""
    line: Floats = ta().NATR(high, low, close, period)
    return line


@indicator(
    _("Standard deviation"),
    bars_back(20),
    convention=_("Of the population: the squares are divided by the period, not by one less."),
    source="TA-Lib STDDEV, without its threshold that takes prices below 0.00001 for constant",
    warmup=one_period,
    library="STDDEV",
)
def standard_deviation(values: Floats, period: int = 20) -> Floats:
    """Population standard deviation, in price; NaN for the first period - 1."""
    return means_and_deviations(values, period)[1]


@indicator(
    _("Historical volatility"),
    bars_back(20),
    convention=_("The standard deviation (population) of logarithmic returns, in percent a bar."),
    source="Hull, Options, Futures, and Other Derivatives",
    warmup=one_more,
)
def historical_volatility(close: Floats, period: int = 20) -> Floats:
    """Volatility of the closes in percent a bar; NaN for the first `period`."""
    found = np.full(len(close), np.nan)
    found[1:] = 100 * means_and_deviations(np.diff(np.log(close)), period)[1]
    return found


@indicator(
    _("Parkinson volatility"),
    bars_back(20),
    convention=_("From the logarithm of high over low, in percent a bar."),
    source="Parkinson 1980, Journal of Business 53:1",
    warmup=one_period,
)
def parkinson(high: Floats, low: Floats, period: int = 20) -> Floats:
    """Parkinson's volatility in percent a bar; NaN for the first period - 1."""
    return _root_of_mean(np.log(high / low) ** 2 / (4 * np.log(2)), period)


@indicator(
    _("Garman-Klass volatility"),
    bars_back(20),
    convention=_("Half the squared range less 0.386 times the squared body, of logarithms, in percent a bar."),
    source="Garman and Klass 1980, Journal of Business 53:1",
    warmup=one_period,
)
def garman_klass(open: Floats, high: Floats, low: Floats, close: Floats, period: int = 20) -> Floats:
    """Garman and Klass's volatility in percent a bar; NaN for the first period - 1."""
    wide, body = np.log(high / low), np.log(close / open)
    return _root_of_mean(0.5 * wide**2 - (2 * np.log(2) - 1) * body**2, period)


@indicator(
    _("Rogers-Satchell volatility"),
    bars_back(20),
    convention=_("Free of the drift: from highs and lows against open and close, in percent a bar."),
    source="Rogers and Satchell 1991, Annals of Applied Probability 1:4",
    warmup=one_period,
)
def rogers_satchell(open: Floats, high: Floats, low: Floats, close: Floats, period: int = 20) -> Floats:
    """Rogers and Satchell's volatility in percent a bar; NaN for the first period - 1."""
    return _root_of_mean(_rogers_satchell(open, high, low, close), period)


@indicator(
    _("Yang-Zhang volatility"),
    bars_back(20),
    convention=_("Gaps, bodies and Rogers-Satchell, weighted by 0.34 / (1.34 + (n + 1) / (n - 1)); in percent a bar."),
    source="Yang and Zhang 2000, Journal of Business 73:3",
    warmup=one_more,
)
def yang_zhang(open: Floats, high: Floats, low: Floats, close: Floats, period: int = 20) -> Floats:
    """Yang and Zhang's volatility in percent a bar; NaN for the first `period`."""
    found = np.full(len(close), np.nan)
    share = 0.34 / (1.34 + (period + 1) / (period - 1))
    gaps = means_and_deviations(np.log(open[1:] / close[:-1]), period)[1] ** 2
    bodies = means_and_deviations(np.log(close[1:] / open[1:]), period)[1] ** 2
    inside = ta().SMA(_rogers_satchell(open, high, low, close)[1:], period)
    sample = period / (period - 1)
    found[1:] = 100 * np.sqrt(np.maximum(sample * gaps + share * sample * bodies + (1 - share) * inside, 0.0))
    return found


@indicator(
    _("Ulcer index"),
    bars_back(14),
    convention=_("The root of the mean square of the falls, in percent, from the highest close of the period."),
    source="Martin and McCann 1989, The Investor's Guide to Fidelity Funds",
    warmup=lambda p: 2 * (p["period"] - 1),
)
def ulcer_index(close: Floats, period: int = 14) -> Floats:
    """Ulcer index in percent; NaN for the first 2 (period - 1)."""
    fall = close / ta().MAX(close, period) - 1
    return _root_of_mean(fall**2, period)


@indicator(
    _("Chaikin volatility"),
    bars_back(10),
    bars_back(10, "change", low=1),
    convention=_("The change in percent of the exponential average of the range."),
    source="Chaikin; Achelis 1995, Technical Analysis from A to Z",
    warmup=lambda p: p["period"] + p["change"] - 1,
    library="CVI",
)
def chaikin_volatility(high: Floats, low: Floats, period: int = 10, change: int = 10) -> Floats:
    """Chaikin's volatility in percent; NaN for the first period + change - 1."""
    line: Floats = ta().CVI(high, low, period, change)
    return line


@indicator(
    _("Relative volatility index"),
    bars_back(14),
    bars_back(10, "deviation"),
    convention=_("An RSI whose rises and falls are standard deviations of so many closes."),
    source="Dorsey 1993, Stocks & Commodities 11:6",
    warmup=lambda p: p["period"] + p["deviation"] - 2,
    library="RVI",
)
def relative_volatility(close: Floats, period: int = 14, deviation: int = 10) -> Floats:
    """Relative volatility index, 0 to 100; NaN for the first period + deviation - 2; 50 where nothing moved."""
    line: Floats = ta().RVI(close, period, deviation)
    return line


@indicator(
    _("Range of the day's bars"),
    bars_back(14),
    convention=_("The simple average of high less low."),
    source="TA-Lib ADR",
    warmup=one_period,
    library="ADR",
)
def average_range(high: Floats, low: Floats, period: int = 14) -> Floats:
    """The average range of a bar, in price; NaN for the first period - 1."""
    line: Floats = ta().ADR(high, low, period)
    return line


@indicator(
    _("Volatility ratio"),
    bars_back(14),
    convention=_("The true range of the bar over the average true range before it."),
    source="Schwager 1996, Technical Analysis",
    warmup=lambda p: p["period"] + 1,
)
def volatility_ratio(high: Floats, low: Floats, close: Floats, period: int = 14) -> Floats:
    """How many times its usual range a bar has; NaN for the first period + 1, and where nothing moved."""
    return _over_the_one_before(ta().TRANGE(high, low, close), ta().ATR(high, low, close, period))


def _root_of_mean(squares: Floats, period: int) -> Floats:
    line: Floats = 100 * np.sqrt(np.maximum(ta().SMA(squares, period), 0.0))
    return line


def _rogers_satchell(open: Floats, high: Floats, low: Floats, close: Floats) -> Floats:
    line: Floats = np.log(high / close) * np.log(high / open) + np.log(low / close) * np.log(low / open)
    return line


@compiled
def _over_the_one_before(values: Floats, usual: Floats) -> Floats:
    found = np.full(len(values), np.nan)
    for i in range(1, len(values)):
        if usual[i - 1] > 0.0:
            found[i] = values[i] / usual[i - 1]
    return found
