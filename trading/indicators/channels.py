"""Bands around prices."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cryptouniverse.kernel.market import Floats
from cryptouniverse.kernel.words import gettext_noop as _
from trading.indicators.declaring import bars_back, factor, indicator, one_more, one_period
from trading.indicators.library import ta
from trading.indicators.series import later
from trading.indicators.types import Parameter
from trading.indicators.windows import deviations, fill_bands, standard_scores


class Channel(NamedTuple):
    """The highest high and the lowest low of a while, each an array as long as its input."""

    upper: Floats
    lower: Floats


class Bands(NamedTuple):
    """A middle line and one on each side of it."""

    upper: Floats
    middle: Floats
    lower: Floats


class Squeeze(NamedTuple):
    """on: 1 while Bollinger's bands lie inside Keltner's, else 0. momentum: which way it leans, in price."""

    on: Floats
    momentum: Floats


def _width(default: float, name: str = "width") -> Parameter:
    return factor(name, default, 0.1, 10.0, _("How far the bands are from the middle"))


@indicator(
    _("Donchian channel"),
    bars_back(20),
    convention=_("Of the bars before each bar, not of the bar itself: so a close can be above it."),
    source="Donchian 1960",
    warmup=one_more,
    library="DONCHIAN",
)
def donchian(high: Floats, low: Floats, period: int = 20) -> Channel:
    """Donchian's channel of the `period` bars *before* each bar, NaN for the first `period`."""
    return Channel(later(ta().MAX(high, period), 1), later(ta().MIN(low, period), 1))


@indicator(
    _("Bollinger bands"),
    bars_back(20),
    _width(2.0),
    convention=_("The simple average, and so many standard deviations of the population around it."),
    source="Bollinger 2001, Bollinger on Bollinger Bands",
    warmup=one_period,
    library="BBANDS",
)
def bollinger(values: Floats, period: int = 20, width: float = 2.0) -> Bands:
    """Bollinger's bands; NaN for the first period - 1. In a still market all three are the price."""
    bands = Bands(*(np.empty(len(values)) for _name in Bands._fields))
    fill_bands(values, period, width, *bands)
    return bands


@indicator(
    _("Bollinger %b"),
    bars_back(20),
    _width(2.0),
    convention=_("0 at the lower band, 1 at the upper one."),
    source="Bollinger 2001, Bollinger on Bollinger Bands",
    warmup=one_period,
    on_price=False,
)
def bollinger_place(values: Floats, period: int = 20, width: float = 2.0) -> Floats:
    """%b; NaN for the first period - 1, and where nothing moved."""
    return 0.5 + standard_scores(values, period) / (2 * width)


@indicator(
    _("Bollinger band width"),
    bars_back(20),
    _width(2.0),
    convention=_("The distance of the bands over the middle line."),
    source="Bollinger 2001, Bollinger on Bollinger Bands",
    warmup=one_period,
    on_price=False,
)
def bollinger_width(values: Floats, period: int = 20, width: float = 2.0) -> Floats:
    """Band width, 0 where nothing moved; NaN for the first period - 1."""
    line = deviations(values, period, 0)
    line *= 2 * width
    line /= ta().SMA(values, period)
    return line


@indicator(
    _("Keltner channel"),
    bars_back(20),
    bars_back(10, "range"),
    _width(2.0),
    convention=_("The exponential average of the close, and so many of Wilder's average true ranges around it."),
    source="Keltner 1960; Raschke 1990s",
    warmup=lambda p: max(p["period"] - 1, p["range"]),
    library="KC",
)
def keltner(high: Floats, low: Floats, close: Floats, period: int = 20, range: int = 10, width: float = 2.0) -> Bands:
    """Keltner's channel; all three are NaN until average and range are there."""
    return _around(ta().EMA(close, period), width * ta().ATR(high, low, close, range))


@indicator(
    _("STARC bands"),
    bars_back(6),
    bars_back(15, "range"),
    _width(2.0),
    convention=_("The simple average of the close, and so many of Wilder's average true ranges around it."),
    source="Stoller 1980s",
    warmup=lambda p: max(p["period"] - 1, p["range"]),
)
def starc(high: Floats, low: Floats, close: Floats, period: int = 6, range: int = 15, width: float = 2.0) -> Bands:
    """Stoller's bands; all three are NaN until average and range are there."""
    return _around(ta().SMA(close, period), width * ta().ATR(high, low, close, range))


@indicator(
    _("Envelope"),
    bars_back(20),
    factor("percent", 2.5, 0.1, 50.0, _("How far the bands are from the middle, in percent"), 0.5),
    convention=_("The simple average, and so many percent of it around it."),
    source="Murphy 1999, Technical Analysis of the Financial Markets",
    warmup=one_period,
)
def envelope(values: Floats, period: int = 20, percent: float = 2.5) -> Bands:
    """A moving average and its envelope; NaN for the first period - 1."""
    middle = ta().SMA(values, period)
    return _around(middle, percent / 100 * middle)


@indicator(
    _("Acceleration bands"),
    bars_back(20),
    convention=_("The averages of high and low, spread by four times the range over the sum of high and low."),
    source="Headley 2002, Big Trends in Trading",
    warmup=one_period,
    library="ACCBANDS",
)
def acceleration_bands(high: Floats, low: Floats, close: Floats, period: int = 20) -> Bands:
    """Headley's acceleration bands; NaN for the first period - 1."""
    return Bands(*ta().ACCBANDS(high, low, close, period))


@indicator(
    _("Squeeze"),
    bars_back(20),
    _width(2.0, "bollinger_width"),
    _width(1.5, "keltner_width"),
    convention=_(
        "Keltner by simple averages; the momentum is the end of a straight line through the distances from the"
        " mean of average and middle of the range."
    ),
    source="Carter 2005, Mastering the Trade",
    warmup=lambda p: 2 * (p["period"] - 1) + 1,
    on_price=False,
)
def squeeze(
    high: Floats,
    low: Floats,
    close: Floats,
    period: int = 20,
    bollinger_width: float = 2.0,
    keltner_width: float = 1.5,
) -> Squeeze:
    """Whether volatility is squeezed, and the momentum; both NaN for the first 2 period - 1."""
    average, deviation = ta().SMA(close, period), deviations(close, period, 0)
    usual = ta().SMA(ta().TRANGE(high, low, close), period)
    middle = (ta().MAX(high, period) + ta().MIN(low, period)) / 2
    lean = ta().LINEARREG(close - (average + middle) / 2, period)
    on = np.where(bollinger_width * deviation < keltner_width * usual, 1.0, 0.0)
    absent = np.isnan(lean) | np.isnan(usual)
    absent[: 2 * period - 1] = True
    on[absent] = lean[absent] = np.nan
    return Squeeze(on, lean)


def _around(middle: Floats, distance: Floats) -> Bands:
    middle[np.isnan(distance)] = np.nan
    return Bands(middle + distance, middle, middle - distance)
