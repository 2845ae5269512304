"""How fast prices move."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cryptouniverse.kernel.market import Floats
from cryptouniverse.kernel.words import gettext_noop as _
from trading.indicators.compiling import compiled
from trading.indicators.declaring import bars_back, bars_before, fast_below_slow, indicator, one_more, one_period
from trading.indicators.library import ta
from trading.indicators.series import later
from trading.indicators.windows import blank_still

NEUTRAL = 50.0


class ElderRay(NamedTuple):
    """How far highs and lows reach beyond the average, in price."""

    bull: Floats
    bear: Floats


class Fisher(NamedTuple):
    """The transform, and itself a bar before."""

    fisher: Floats
    trigger: Floats


@indicator(
    _("Relative strength index"),
    bars_back(14),
    convention=_("Wilder's smoothing seeded with the simple average; 50 where nothing moved."),
    source="Wilder 1978, New Concepts in Technical Trading Systems",
    warmup=one_more,
    library="RSI",
)
def rsi(close: Floats, period: int = 14) -> Floats:
    """Wilder's relative strength index, 0 to 100, seeded with the SMA; NaN for the first `period` (Wilder 1978).

    Where nothing moved for a whole period there is no strength to compare, and it is 50 (the library would say 0).
    """
    strength: Floats = ta().RSI(close, period)
    if (strength == 0.0).any():
        moved = (np.diff(close, prepend=close[:1]) != 0.0).astype(np.float64)
        strength[(ta().SUM(moved, period) == 0.0) & (strength == 0.0)] = NEUTRAL
    return strength


@indicator(
    _("Rate of change"),
    bars_back(10, low=1),
    convention=_("In percent of the value so many bars ago."),
    source="TA-Lib ROC",
    warmup=one_more,
    library="ROC",
)
def roc(values: Floats, period: int = 10) -> Floats:
    """Rate of change against `period` bars ago, in percent; NaN for the first `period`, 0 where that value was 0."""
    line: Floats = ta().ROC(values, period)
    return line


@indicator(
    _("Momentum"),
    bars_back(10, low=1),
    convention=_("The difference to the value so many bars ago."),
    source="TA-Lib MOM",
    warmup=one_more,
    library="MOM",
)
def momentum(values: Floats, period: int = 10) -> Floats:
    """The change over `period` bars, in price; NaN for the first `period`."""
    line: Floats = ta().MOM(values, period)
    return line


@indicator(
    _("Commodity channel index"),
    bars_back(20),
    convention=_("The typical price less its average, over 0.015 times the mean absolute deviation."),
    source="Lambert 1980, Commodities magazine",
    warmup=one_period,
    library="CCI",
)
def cci(high: Floats, low: Floats, close: Floats, period: int = 20) -> Floats:
    """CCI, mostly -100 to 100; NaN for the first period - 1, and where nothing moved."""
    line: Floats = ta().CCI(high, low, close, period)
    blank_still(line, high, low, period)
    return line


@indicator(
    _("Chande momentum"),
    bars_back(14),
    convention=_("100 * (rises - falls) / (rises + falls), smoothed as Wilder does."),
    source="Chande 1994, The New Technical Trader; smoothing as TA-Lib CMO",
    warmup=one_more,
    library="CMO",
)
def chande_momentum(close: Floats, period: int = 14) -> Floats:
    """CMO, -100 to 100; NaN for the first `period`; 0 where nothing moved."""
    line: Floats = ta().CMO(close, period)
    return line


@indicator(
    _("Ultimate oscillator"),
    bars_back(7, "short"),
    bars_back(14, "middle"),
    bars_back(28, "long"),
    convention=_("Buying pressure over true range, of three periods, weighted 4, 2 and 1."),
    source="Williams 1985, Stocks & Commodities 3:4",
    warmup=lambda p: max(p["short"], p["middle"], p["long"]),
    library="ULTOSC",
)
def ultimate_oscillator(
    high: Floats, low: Floats, close: Floats, short: int = 7, middle: int = 14, long: int = 28
) -> Floats:
    """Ultimate oscillator, 0 to 100; NaN for the longest of its periods, and where nothing moved."""
    line: Floats = ta().ULTOSC(high, low, close, short, middle, long)
    blank_still(line, high, low, min(short, middle, long) + 1)
    return line


@indicator(
    _("Awesome oscillator"),
    bars_back(5, "fast"),
    bars_back(34, "slow"),
    convention=_("The distance of two simple averages of the median price."),
    source="Williams 1998, New Trading Dimensions",
    warmup=lambda p: p["slow"] - 1,
    library="AO",
    rule=fast_below_slow,
)
def awesome_oscillator(high: Floats, low: Floats, fast: int = 5, slow: int = 34) -> Floats:
    """AO in price; NaN for the first slow - 1."""
    line: Floats = ta().AO(high, low, fast, slow)
    return line


@indicator(
    _("True strength index"),
    bars_back(25, "slow"),
    bars_back(13, "fast"),
    convention=_("100 times the change smoothed twice by EMA, over its absolute value smoothed so."),
    source="Blau 1991, Stocks & Commodities 9:11",
    warmup=lambda p: p["slow"] + p["fast"] - 1,
    library="TSI",
    rule=fast_below_slow,
)
def true_strength(close: Floats, slow: int = 25, fast: int = 13) -> Floats:
    """TSI, -100 to 100; NaN for the first slow + fast - 1."""
    line: Floats = ta().TSI(close, slow, fast)
    return line


@indicator(
    _("Balance of power"),
    bars_back(14),
    convention=_("(close - open) / (high - low), 0 in a bar without range, averaged over the period."),
    source="Livshin 2001, Stocks & Commodities 19:8",
    warmup=one_period,
)
def balance_of_power(open: Floats, high: Floats, low: Floats, close: Floats, period: int = 14) -> Floats:
    """Balance of power, -1 to 1; NaN for the first period - 1."""
    line: Floats = ta().SMA(ta().BOP(open, high, low, close), period)
    return line


@indicator(
    _("Elder ray"),
    bars_back(13),
    convention=_("High and low less the exponential average of the close."),
    source="Elder 1993, Trading for a Living",
    warmup=one_period,
    library="ERI",
)
def elder_ray(high: Floats, low: Floats, close: Floats, period: int = 13) -> ElderRay:
    """Bull and bear power, in price; NaN for the first period - 1."""
    return ElderRay(*ta().ERI(high, low, close, period))


@indicator(
    _("Coppock curve"),
    bars_back(10, "smooth"),
    bars_back(11, "short"),
    bars_back(14, "long"),
    convention=_("The weighted average of the sum of two rates of change, in percent."),
    source="Coppock 1962, Barron's",
    warmup=lambda p: max(p["short"], p["long"]) + p["smooth"] - 1,
    library="COPPOCK",
)
def coppock(close: Floats, smooth: int = 10, short: int = 11, long: int = 14) -> Floats:
    """Coppock curve in percent; NaN for the first long + smooth - 1."""
    line: Floats = ta().COPPOCK(close, smooth, short, long)
    return line


@indicator(
    _("Connors RSI"),
    bars_back(3),
    bars_back(2, "streak"),
    bars_back(100, "rank", high=1_000),
    convention=_("The mean of the RSI, the RSI of the run of rises or falls, and the percent rank of the last change."),
    source="Connors 2012, An Introduction to ConnorsRSI",
    warmup=lambda p: max(p["period"], p["streak"], p["rank"] + 1),
)
def connors_rsi(close: Floats, period: int = 3, streak: int = 2, rank: int = 100) -> Floats:
    """Connors RSI, 0 to 100; NaN until its longest part is there."""
    line = _connors(close, period, streak)
    _add_ranks(line, close, rank)
    line /= 3
    return line


@indicator(
    _("Fisher transform"),
    bars_back(10),
    convention=_("Of the median price in the period's range, -1 to 1, smoothed by 0.33 and by half, as published."),
    source="Ehlers 2002, Stocks & Commodities 20:11",
    warmup=one_more,
)
def fisher(high: Floats, low: Floats, period: int = 10) -> Fisher:
    """Fisher transform and its trigger; NaN for the first `period`. Where nothing moved it falls towards 0."""
    middle = (high + low) / 2
    line = _fisher(middle, ta().MAX(middle, period), ta().MIN(middle, period))
    trigger = later(line, 1)
    line[:period] = np.nan
    return Fisher(line, trigger)


@indicator(
    _("Qstick"),
    bars_back(10),
    convention=_("The simple average of close less open."),
    source="Chande 1994, The New Technical Trader",
    warmup=one_period,
    library="QSTICK",
)
def qstick(open: Floats, close: Floats, period: int = 10) -> Floats:
    """Qstick in price; NaN for the first period - 1."""
    line: Floats = ta().QSTICK(open, close, period)
    return line


@indicator(
    _("Weighted accumulation by Williams"),
    convention=_("Sums how far the close stands above the true low after a rise, or below the true high after a fall."),
    source="Williams 1972; TA-Lib WAD",
    warmup=bars_before(0),
    library="WAD",
    cumulative=True,
)
def williams_accumulation(high: Floats, low: Floats, close: Floats) -> Floats:
    """Williams's accumulation and distribution, in price, from 0 at the first bar."""
    line: Floats = ta().WAD(high, low, close)
    return line


@compiled
def _connors(close: Floats, period: int, streak: int) -> Floats:
    """The RSI of the closes, and that of how many bars in a row they have risen (above 0) or fallen (below), added."""
    n = len(close)
    found = np.full(n, np.nan)
    up, down, better, worse, rises, falls = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    new, new_run = 1.0 / period, 1.0 / streak
    for i in range(1, n):
        change, before = close[i] - close[i - 1], rises - falls
        rose, fell = 1.0 if change > 0.0 else 0.0, 1.0 if change < 0.0 else 0.0
        rises, falls = (rises + 1.0) * rose, (falls + 1.0) * fell
        keep, keep_run = 1.0 if i <= period else 1.0 - new, 1.0 if i <= streak else 1.0 - new_run
        up, down = up * keep + change * rose * new, down * keep - change * fell * new
        change = rises - falls - before
        size = abs(change)
        better = better * keep_run + 0.5 * (size + change) * new_run
        worse = worse * keep_run + 0.5 * (size - change) * new_run
        if i >= period and i >= streak:
            one, other = up + down, better + worse
            found[i] = (100.0 * up / one if one > 0.0 else 50.0) + (100.0 * better / other if other > 0.0 else 50.0)
    return found


@compiled
def _add_ranks(line: Floats, close: Floats, period: int) -> None:
    """How many of the `period` changes before are smaller than each, in percent, onto `line`.

    It counts side by side for a few hundred bars, for then the processor compares several at once.
    """
    n, size = len(close), 512
    change, smaller = np.empty(size + period), np.empty(size, dtype=np.int64)
    line[: period + 1] = np.nan
    for start in range(period + 1, n, size):
        length = min(size, n - start)
        for k in range(length + period):
            change[k] = close[start - period + k] / close[start - period + k - 1]
        now, count = change[period : period + length], smaller[:length]
        count[:] = 0
        lag = 0
        while lag + 4 <= period:
            a, b, c, d = change[lag:], change[lag + 1 :], change[lag + 2 :], change[lag + 3 :]
            for k in range(length):
                count[k] += (1 if a[k] < now[k] else 0) + (1 if b[k] < now[k] else 0)
                count[k] += (1 if c[k] < now[k] else 0) + (1 if d[k] < now[k] else 0)
            lag += 4
        for left in range(lag, period):
            for k in range(length):
                count[k] += 1 if change[left + k] < now[k] else 0
        for k in range(length):
            line[start + k] += 100.0 * count[k] / period


@compiled
def _fisher(middle: Floats, highest: Floats, lowest: Floats) -> Floats:
    found = np.full(len(middle), np.nan)
    inside, line = 0.0, 0.0
    for i in range(len(middle)):
        wide = highest[i] - lowest[i]
        if np.isnan(wide):
            continue
        place = (middle[i] - lowest[i]) / wide - 0.5 if wide > 0.0 else 0.0
        inside = min(0.999, max(-0.999, 0.66 * place + 0.67 * inside))
        line = 0.5 * np.log((1.0 + inside) / (1.0 - inside)) + 0.5 * line
        found[i] = line
    return found
