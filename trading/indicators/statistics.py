"""What the last bars look like as a sample."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cryptouniverse.kernel.market import Floats
from cryptouniverse.kernel.words import gettext_noop as _
from trading.indicators.compiling import compiled
from trading.indicators.declaring import bars_back, indicator, one_more, one_period
from trading.indicators.library import ta
from trading.indicators.series import log_returns, piecewise
from trading.indicators.windows import blank_unmoved, correlations, higher_moments, standard_scores


class Shape(NamedTuple):
    """Skewness and excess kurtosis of returns."""

    skew: Floats
    kurtosis: Floats


@indicator(
    _("Standard score"),
    bars_back(20),
    convention=_("The distance from the mean in standard deviations of the population, the bar itself among them."),
    source="Chan 2013, Algorithmic Trading",
    warmup=one_period,
)
def z_score(values: Floats, period: int = 20) -> Floats:
    """Standard deviations from the mean; NaN for the first period - 1, and where nothing moved."""
    return standard_scores(values, period)


@indicator(
    _("Percent rank"),
    bars_back(100, high=1_000),
    convention=_("How many of the values before it are smaller, in percent."),
    source="TA-Lib PERCENTRANK",
    warmup=one_more,
    library="PERCENTRANK",
)
def percent_rank(values: Floats, period: int = 100) -> Floats:
    """The rank among the `period` values before, 0 to 100; NaN for the first `period`, and where nothing moved."""
    line: Floats = ta().PERCENTRANK(values, period)
    blank_unmoved(line, values, period)
    return line


@indicator(
    _("Linear regression"),
    bars_back(14),
    convention=_("The end of the straight line with the least squares through the last bars."),
    source="TA-Lib LINEARREG",
    warmup=one_period,
    library="LINEARREG",
    on_price=True,
)
def linear_regression(values: Floats, period: int = 14) -> Floats:
    """Where the line through the last `period` values ends, in price; NaN for the first period - 1."""
    line: Floats = ta().LINEARREG(values, period)
    return line


@indicator(
    _("Regression slope"),
    bars_back(14),
    convention=_("The slope of the straight line with the least squares, in price a bar."),
    source="TA-Lib LINEARREG_SLOPE",
    warmup=one_period,
    library="LINEARREG_SLOPE",
)
def regression_slope(values: Floats, period: int = 14) -> Floats:
    """The slope of the line through the last `period` values, in price a bar; NaN for the first period - 1."""
    line: Floats = ta().LINEARREG_SLOPE(values, period)
    return line


@indicator(
    _("Time series forecast"),
    bars_back(14),
    convention=_("Where the straight line with the least squares would be at the next bar."),
    source="TA-Lib TSF",
    warmup=one_period,
    library="TSF",
    on_price=True,
)
def forecast(values: Floats, period: int = 14) -> Floats:
    """The line through the last `period` values, a bar further, in price; NaN for the first period - 1."""
    line: Floats = ta().TSF(values, period)
    return line


@indicator(
    _("Coefficient of determination"),
    bars_back(14),
    convention=_("How much of the variance the straight line explains, 0 to 1."),
    source="Kaufman 2013, Trading Systems and Methods",
    warmup=one_period,
)
def r_squared(values: Floats, period: int = 14) -> Floats:
    """R squared of the line through the last `period` values; NaN for the first period - 1, and where nothing moved."""
    return correlations(values, np.arange(len(values), dtype=np.float64), period) ** 2


@indicator(
    _("Mean absolute deviation"),
    bars_back(14),
    convention=_("The mean distance from the mean."),
    source="TA-Lib AVGDEV",
    warmup=one_period,
    library="AVGDEV",
)
def mean_deviation(values: Floats, period: int = 14) -> Floats:
    """The mean absolute deviation, in price; NaN for the first period - 1."""
    line: Floats = ta().AVGDEV(values, period)
    return line


@indicator(
    _("Shape of returns"),
    bars_back(50),
    convention=_("Skewness and excess kurtosis (0 where normal) of logarithmic returns, of the population."),
    source="Kaufman 2013, Trading Systems and Methods",
    warmup=one_more,
)
def shape_of_returns(close: Floats, period: int = 50) -> Shape:
    """Skewness and excess kurtosis; NaN for the first `period`, and where nothing moved."""
    skew, kurtosis = np.full(len(close), np.nan), np.full(len(close), np.nan)
    skew[1:], kurtosis[1:] = higher_moments(log_returns(close)[1:], period)
    return Shape(skew, kurtosis)


@indicator(
    _("Autocorrelation"),
    bars_back(50),
    bars_back(1, "lag", low=1, high=500),
    convention=_("The correlation of logarithmic returns with those so many bars before."),
    source="Lo and MacKinlay 1988, Review of Financial Studies 1:1",
    warmup=lambda p: p["period"] + p["lag"],
)
def autocorrelation(close: Floats, period: int = 50, lag: int = 1) -> Floats:
    """Autocorrelation, -1 to 1; NaN for the first period + lag, and where nothing moved."""
    found = np.full(len(close), np.nan)
    returns = log_returns(close)
    if len(returns) > lag + 1:
        found[lag + 1 :] = correlations(returns[lag + 1 :], returns[1:-lag], period)
    return found


@indicator(
    _("Correlation of price and volume"),
    bars_back(30),
    convention=_("Pearson's, of close and volume."),
    source="Karpoff 1987, Journal of Financial and Quantitative Analysis 22:1",
    warmup=one_period,
    library="CORREL",
)
def price_volume_correlation(close: Floats, volume: Floats, period: int = 30) -> Floats:
    """Correlation of close and volume, -1 to 1; NaN for the first period - 1, and where either stood still."""
    return correlations(close, volume, period)


@indicator(
    _("Efficiency ratio"),
    bars_back(10),
    convention=_("The change over the period, over the sum of the changes in it; its sign is dropped."),
    source="Kaufman 1995, Smarter Trading",
    warmup=one_more,
    library="ER",
)
def efficiency_ratio(values: Floats, period: int = 10) -> Floats:
    """Efficiency ratio, 0 (noise) to 1 (straight); NaN for the first `period`, and where nothing moved."""
    line: Floats = ta().ER(values, period)
    blank_unmoved(line, values, period)
    return line


@indicator(
    _("Variance ratio"),
    bars_back(100),
    bars_back(5, "lag", low=2, high=500),
    convention=_("The variance of changes over so many bars, over so many times the variance of one bar's."),
    source="Lo and MacKinlay 1988, Review of Financial Studies 1:1",
    warmup=lambda p: p["period"] + p["lag"] - 1,
)
def variance_ratio(close: Floats, period: int = 100, lag: int = 5) -> Floats:
    """Variance ratio: above 1 where moves go on, below where they turn; NaN until known, and where nothing moved."""
    return _variance_ratio(piecewise(np.log, close), period, lag)


@indicator(
    _("Half-life"),
    bars_back(100),
    convention=_(
        "Bars in which half of a distance from the mean is gone, of the regression of the change on the level;"
        " none where it does not come back."
    ),
    source="Chan 2013, Algorithmic Trading",
    warmup=one_more,
)
def half_life(values: Floats, period: int = 100) -> Floats:
    """Half-life of mean reversion in bars; NaN for the first `period`, and where prices do not revert."""
    found = np.full(len(values), np.nan)
    if len(values) > 1:
        found[1:] = _half_life(values, period)
    return found


@compiled
def _half_life(values: Floats, period: int) -> Floats:
    n = len(values) - 1
    found = np.full(n, np.nan)
    for start in range(period - 1, n, period):
        anchor, x, y, xx, xy = values[start], 0.0, 0.0, 0.0, 0.0
        for j in range(start - period + 1, start):
            level, change = values[j] - anchor, values[j + 1] - values[j]
            x, y, xx, xy = x + level, y + change, xx + level * level, xy + level * change
        for i in range(start, min(start + period, n)):
            level, change = values[i] - anchor, values[i + 1] - values[i]
            x, y, xx, xy = x + level, y + change, xx + level * level, xy + level * change
            wide = xx - x * x / period
            pull = (xy - x * y / period) / wide if wide > 0.0 else 0.0
            if -1.0 < pull < 0.0:
                found[i] = -np.log(2.0) / np.log(1.0 + pull)
            k = i - period + 1
            level, change = values[k] - anchor, values[k + 1] - values[k]
            x, y, xx, xy = x - level, y - change, xx - level * level, xy - level * change
    return found


@compiled
def _variance_ratio(price: Floats, period: int, lag: int) -> Floats:
    """Of logarithms of prices."""
    n = len(price)
    found = np.full(n, np.nan)
    for start in range(period + lag - 1, n, period):
        one, ones, many, manies, moved = 0.0, 0.0, 0.0, 0.0, start - period
        for j in range(start - period + 1, min(start + period, n)):
            near, far = price[j] - price[j - 1], price[j] - price[j - lag]
            one, ones, many, manies = one + near, ones + near * near, many + far, manies + far * far
            moved = j if near != 0.0 else moved
            if j < start:
                continue
            single = ones - one * one / period
            if moved > j - period and single > 0.0:
                found[j] = max(manies - many * many / period, 0.0) / (lag * single)
            k = j - period + 1
            near, far = price[k] - price[k - 1], price[k] - price[k - lag]
            one, ones, many, manies = one - near, ones - near * near, many - far, manies - far * far
    return found
