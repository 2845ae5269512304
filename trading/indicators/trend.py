"""Whether prices go somewhere, and how surely."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cryptouniverse.kernel.market import Floats
from cryptouniverse.kernel.words import gettext_noop as _
from trading.indicators.compiling import compiled
from trading.indicators.declaring import bars_back, bars_before, factor, fast_below_slow, indicator, one_more
from trading.indicators.library import ta
from trading.indicators.series import later
from trading.indicators.windows import blank_still, blank_unmoved


class Directions(NamedTuple):
    """How strongly prices move up and down, 0 to 100."""

    plus: Floats
    minus: Floats


class Aroon(NamedTuple):
    """How young the highest high and the lowest low are, 100 (now) to 0."""

    up: Floats
    down: Floats


class Vortex(NamedTuple):
    """Positive and negative movement, both around 1."""

    plus: Floats
    minus: Floats


class Macd(NamedTuple):
    """The line, its average, and what is between them."""

    macd: Floats
    signal: Floats
    histogram: Floats


class Alligator(NamedTuple):
    """Jaw (slow), teeth and lips (fast)."""

    jaw: Floats
    teeth: Floats
    lips: Floats


@indicator(
    _("Average directional index"),
    bars_back(14),
    convention=_("Wilder's sums and smoothing; the first value is the mean of the first DX."),
    source="Wilder 1978, New Concepts in Technical Trading Systems",
    warmup=lambda p: 2 * p["period"] - 1,
    library="ADX",
)
def adx(high: Floats, low: Floats, close: Floats, period: int = 14) -> Floats:
    """Wilder's average directional index, 0 (no trend) to 100; NaN for the first 2 * period - 1 (Wilder 1978)."""
    line: Floats = ta().ADX(high, low, close, period)
    return line


@indicator(
    _("Directional movement"),
    bars_back(14),
    convention=_("Wilder's sums of directional movement over those of the true range, in percent."),
    source="Wilder 1978, New Concepts in Technical Trading Systems",
    warmup=one_more,
    library="PLUS_DI+MINUS_DI",
)
def directional_movement(high: Floats, low: Floats, close: Floats, period: int = 14) -> Directions:
    """+DI and -DI, 0 to 100; NaN for the first `period`."""
    return Directions(ta().PLUS_DI(high, low, close, period), ta().MINUS_DI(high, low, close, period))


@indicator(
    _("Aroon"),
    bars_back(25),
    convention=_("100 * (period - bars since the extreme) / period over the last period + 1 bars."),
    source="Chande 1995, Stocks & Commodities 13:9",
    warmup=one_more,
    library="AROON",
)
def aroon(high: Floats, low: Floats, period: int = 25) -> Aroon:
    """Aroon up and down, 0 to 100; NaN for the first `period`, and where nothing moved."""
    down, up = ta().AROON(high, low, period)
    blank_still(up, high, low, period + 1)
    blank_still(down, high, low, period + 1)
    return Aroon(up, down)


@indicator(
    _("Vortex"),
    bars_back(14),
    convention=_("Sums of |high - last low| and |low - last high| over the sum of the true range."),
    source="Botes and Siepman 2010, Stocks & Commodities 28:1",
    warmup=one_more,
    library="VORTEX",
)
def vortex(high: Floats, low: Floats, close: Floats, period: int = 14) -> Vortex:
    """VI+ and VI-; NaN for the first `period`, and where nothing moved."""
    plus, minus = ta().VORTEX(high, low, close, period)
    blank_still(plus, high, low, period + 1)
    blank_still(minus, high, low, period + 1)
    return Vortex(plus, minus)


@indicator(
    _("MACD"),
    bars_back(12, "fast"),
    bars_back(26, "slow"),
    bars_back(9, "signal"),
    convention=_("Both averages are seeded with the simple average of their own first bars; the signal is an EMA too."),
    source="Appel 1979, The Moving Average Convergence-Divergence Method",
    warmup=lambda p: p["slow"] + p["signal"] - 2,
    library="MACD",
    rule=fast_below_slow,
)
def macd(values: Floats, fast: int = 12, slow: int = 26, signal: int = 9) -> Macd:
    """MACD, signal and histogram, in price; all three are NaN for the first slow + signal - 2."""
    lines = Macd(*(np.empty(len(values)) for _name in Macd._fields))
    _fill_macd(values, fast, slow, signal, *lines)
    return lines


@indicator(
    _("Percentage price oscillator"),
    bars_back(12, "fast"),
    bars_back(26, "slow"),
    convention=_("The distance of two exponential averages in percent of the slow one."),
    source="Appel 2005, Technical Analysis",
    warmup=lambda p: p["slow"] - 1,
    library="PPO",
    rule=fast_below_slow,
)
def ppo(values: Floats, fast: int = 12, slow: int = 26) -> Floats:
    """PPO in percent; NaN for the first slow - 1."""
    line: Floats = ta().PPO(values, fast, slow, 1)
    return line


@indicator(
    _("TRIX"),
    bars_back(15),
    convention=_("The change of a triple exponential average from bar to bar, in percent."),
    source="Hutson 1983, Stocks & Commodities 1:5",
    warmup=lambda p: 3 * (p["period"] - 1) + 1,
    library="TRIX",
)
def trix(values: Floats, period: int = 15) -> Floats:
    """TRIX in percent; NaN for the first 3 (period - 1) + 1."""
    line: Floats = ta().TRIX(values, period)
    return line


@indicator(
    _("Detrended price"),
    bars_back(20),
    convention=_("The price period / 2 + 1 bars ago less the average of the period up to now: nothing later is used."),
    source="Kaufman 2013, Trading Systems and Methods",
    warmup=lambda p: max(p["period"] - 1, p["period"] // 2 + 1),
    library="DPO",
)
def detrended_price(values: Floats, period: int = 20) -> Floats:
    """DPO in price; NaN for the first period - 1."""
    line: Floats = ta().DPO(values, period)
    return line


@indicator(
    _("Mass index"),
    bars_back(9, "fast"),
    bars_back(25, "slow"),
    convention=_("The sum, over slow bars, of the EMA of the range over the EMA of that, both of fast bars."),
    source="Dorsey 1992, Stocks & Commodities 10:6",
    warmup=lambda p: 2 * (p["fast"] - 1) + p["slow"] - 1,
    library="MASSI",
    rule=fast_below_slow,
)
def mass_index(high: Floats, low: Floats, fast: int = 9, slow: int = 25) -> Floats:
    """Mass index, around `slow`; NaN for the first 2 (fast - 1) + slow - 1, and where nothing moved."""
    line: Floats = ta().MASSI(high, low, fast, slow)
    blank_still(line, high, low, slow)
    return line


@indicator(
    _("Vertical horizontal filter"),
    bars_back(28),
    convention=_("The range of closes over the period, over the sum of their absolute changes."),
    source="White 1991, Futures magazine",
    warmup=one_more,
    library="VHF",
)
def vertical_horizontal_filter(close: Floats, period: int = 28) -> Floats:
    """VHF, 0 to 1: the larger, the more of a trend; NaN for the first `period`, and where nothing moved."""
    line: Floats = ta().VHF(close, period)
    blank_unmoved(line, close, period)
    return line


@indicator(
    _("Choppiness index"),
    bars_back(14),
    convention=_("100 * log10(sum of the true range / range of the period) / log10(period)."),
    source="Dreiss 1993",
    warmup=one_more,
)
def choppiness(high: Floats, low: Floats, close: Floats, period: int = 14) -> Floats:
    """Choppiness, 0 (a trend) to 100 (none); NaN for the first `period`, and where nothing moved."""
    moved = ta().SUM(ta().TRANGE(high, low, close), period)
    wide = ta().MAX(high, period) - ta().MIN(low, period)
    line: Floats = 100 / np.log(period) * np.log(moved / wide)
    line[~np.isfinite(line)] = np.nan
    return line


@indicator(
    _("Alligator"),
    convention=_("Wilder averages of 13, 8 and 5 bars of the median price, moved 8, 5 and 3 bars into the future."),
    source="Williams 1995, Trading Chaos",
    warmup=bars_before(20),
    on_price=True,
)
def alligator(high: Floats, low: Floats) -> Alligator:
    """Jaw, teeth and lips; each bar has what was computed 8, 5 and 3 bars before; all NaN for the first 20."""
    middle = (high + low) / 2
    jaw, teeth, lips = (later(ta().RMA(middle, n), moved) for n, moved in ((13, 8), (8, 5), (5, 3)))
    teeth[:20] = lips[:20] = np.nan
    return Alligator(jaw, teeth, lips)


@indicator(
    _("Know sure thing"),
    bars_back(9, "signal"),
    factor("pace", 1.0, 0.5, 10.0, _("How many times as long as Pring's short set its periods are"), 0.5),
    convention=_("1, 2, 3, 4 times the averages (10, 10, 10, 15) of the rates of change over 10, 15, 20, 30 bars."),
    source="Pring 1992, Stocks & Commodities 10:9",
    warmup=lambda p: sum(_paced(p["pace"], 30, 15)) - 1 + p["signal"] - 1,
)
def know_sure_thing(values: Floats, signal: int = 9, pace: float = 1.0) -> Macd:
    """KST, its simple average, and what is between them; NaN until all are there."""
    line = np.zeros(len(values))
    for weight, (back, smooth) in enumerate(((10, 10), (15, 10), (20, 10), (30, 15)), start=1):
        back, smooth = _paced(pace, back, smooth)
        line = line + weight * ta().SMA(ta().ROC(values, back), smooth)
    average = ta().SMA(line, signal)
    line = np.where(np.isnan(average), np.nan, line)
    return Macd(line, average, line - average)


def _paced(pace: float, *bars: int) -> tuple[int, ...]:
    return tuple(max(1, round(pace * each)) for each in bars)


@compiled
def _fill_macd(
    values: Floats, fast: int, slow: int, signal: int, line: Floats, average: Floats, between: Floats
) -> None:
    n, start = len(values), slow + signal - 2
    line[:start] = average[:start] = between[:start] = np.nan
    quick, calm, smooth = 0.0, 0.0, 0.0
    weight_fast, weight_slow, weight_signal = 2.0 / (fast + 1), 2.0 / (slow + 1), 2.0 / (signal + 1)
    for i in range(min(start + 1, n)):
        price = values[i]
        quick = quick + price / fast if i < fast else quick + weight_fast * (price - quick)
        calm = calm + price / slow if i < slow else calm + weight_slow * (price - calm)
        if i >= slow - 1:
            smooth += (quick - calm) / signal
        if i == start:
            line[i], average[i], between[i] = quick - calm, smooth, quick - calm - smooth
    for i in range(start + 1, n):
        price = values[i]
        quick += weight_fast * (price - quick)
        calm += weight_slow * (price - calm)
        away = quick - calm
        smooth += weight_signal * (away - smooth)
        line[i], average[i], between[i] = away, smooth, away - smooth
