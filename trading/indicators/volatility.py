"""How wide prices swing. Those in percent are of one bar, not of a year."""

from __future__ import annotations

import numpy as np

from cryptouniverse.kernel.market import Floats
from cryptouniverse.kernel.words import gettext_noop as _
from trading.indicators.compiling import compiled
from trading.indicators.declaring import bars_back, bars_before, indicator, one_more, one_period
from trading.indicators.library import ta
from trading.indicators.series import PIECE, log_returns, piecewise
from trading.indicators.windows import deviations, root_means


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
    return deviations(values, period, 0)


@indicator(
    _("Historical volatility"),
    bars_back(20),
    convention=_("The standard deviation (population) of logarithmic returns, in percent a bar."),
    source="Hull, Options, Futures, and Other Derivatives",
    warmup=one_more,
)
def historical_volatility(close: Floats, period: int = 20) -> Floats:
    """Volatility of the closes in percent a bar; NaN for the first `period`."""
    line = deviations(log_returns(close), period, 1)
    line *= 100
    return line


@indicator(
    _("Parkinson volatility"),
    bars_back(20),
    convention=_("From the logarithm of high over low, in percent a bar."),
    source="Parkinson 1980, Journal of Business 53:1",
    warmup=one_period,
)
def parkinson(high: Floats, low: Floats, period: int = 20) -> Floats:
    """Parkinson's volatility in percent a bar; NaN for the first period - 1."""
    squares = piecewise(lambda top, bottom: np.log(top / bottom) ** 2 / (4 * np.log(2)), high, low)
    return _percent(root_means(squares, period, 0))


@indicator(
    _("Garman-Klass volatility"),
    bars_back(20),
    convention=_("Half the squared range less 0.386 times the squared body, of logarithms, in percent a bar."),
    source="Garman and Klass 1980, Journal of Business 53:1",
    warmup=one_period,
)
def garman_klass(open: Floats, high: Floats, low: Floats, close: Floats, period: int = 20) -> Floats:
    """Garman and Klass's volatility in percent a bar; NaN for the first period - 1."""

    def square(first: Floats, top: Floats, bottom: Floats, last: Floats) -> Floats:
        wide, body = np.log(top / bottom), np.log(last / first)
        return np.asarray(0.5 * wide**2 - (2 * np.log(2) - 1) * body**2)

    return _percent(root_means(piecewise(square, open, high, low, close), period, 0))


@indicator(
    _("Rogers-Satchell volatility"),
    bars_back(20),
    convention=_("Free of the drift: from highs and lows against open and close, in percent a bar."),
    source="Rogers and Satchell 1991, Annals of Applied Probability 1:4",
    warmup=one_period,
)
def rogers_satchell(open: Floats, high: Floats, low: Floats, close: Floats, period: int = 20) -> Floats:
    """Rogers and Satchell's volatility in percent a bar; NaN for the first period - 1."""

    def square(first: Floats, top: Floats, bottom: Floats, last: Floats) -> Floats:
        opens, tops, bottoms, closes = np.log(first), np.log(top), np.log(bottom), np.log(last)
        return np.asarray((tops - closes) * (tops - opens) + (bottoms - closes) * (bottoms - opens))

    return _percent(root_means(piecewise(square, open, high, low, close), period, 0))


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
    for start in range(0, len(close) - period, PIECE):
        piece = slice(start, start + period + PIECE)
        opens, tops, bottoms, closes = (np.log(column[piece]) for column in (open, high, low, close))
        _fill_yang_zhang(opens, tops, bottoms, closes, period, found[piece])
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
    squares = piecewise(lambda price, top: (price / top - 1) ** 2, close, ta().MAX(close, period))
    return _percent(root_means(squares, period, period - 1))


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


def _percent(share: Floats) -> Floats:
    share *= 100
    return share


@compiled
def _over_the_one_before(values: Floats, usual: Floats) -> Floats:
    found = np.full(len(values), np.nan)
    for i in range(1, len(values)):
        if usual[i - 1] > 0.0:
            found[i] = values[i] / usual[i - 1]
    return found


@compiled
def _fill_yang_zhang(open: Floats, high: Floats, low: Floats, close: Floats, period: int, found: Floats) -> None:
    """Of logarithms of prices."""
    n, share, mean, sample = len(close), 0.34 / (1.34 + (period + 1) / (period - 1)), 1.0 / period, 1.0 / (period - 1)
    for start in range(period, n, period):
        gap, gaps, body, bodies, inside = 0.0, 0.0, 0.0, 0.0, 0.0
        for j in range(start - period + 1, min(start + period, n)):
            over, along, up, down = open[j] - close[j - 1], close[j] - open[j], high[j] - open[j], low[j] - open[j]
            gap, gaps, body, bodies = gap + over, gaps + over * over, body + along, bodies + along * along
            inside += (up - along) * up + (down - along) * down
            if j < start:
                continue
            between = sample * (gaps - gap * gap * mean) + share * sample * (bodies - body * body * mean)
            found[j] = 100.0 * np.sqrt(max(between + (1.0 - share) * inside * mean, 0.0))
            k = j - period + 1
            over, along, up, down = open[k] - close[k - 1], close[k] - open[k], high[k] - open[k], low[k] - open[k]
            gap, gaps, body, bodies = gap - over, gaps - over * over, body - along, bodies - along * along
            inside -= (up - along) * up + (down - along) * down
