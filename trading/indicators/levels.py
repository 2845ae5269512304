"""Prices at which much was traded, or that many look at. Sessions are UTC days."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cryptouniverse.kernel.market import DAY_MS, Floats, Ints
from cryptouniverse.kernel.words import gettext_noop as _
from trading.indicators.compiling import compiled
from trading.indicators.declaring import bars_back, bars_before, factor, indicator, one_more, one_period
from trading.indicators.library import ta
from trading.indicators.moving_averages import vwma
from trading.indicators.series import later
from trading.indicators.types import Parameter

DAYS = Parameter("days", int, 1, 1, 366, _("Days in a session, counted from 1970-01-01 UTC"), 1)
_TYPICAL = _("Of the typical price; the first session that is not seen from its beginning has none.")


class Profile(NamedTuple):
    """The price with the most volume, and the ends of the area around it with 70% of it."""

    point_of_control: Floats
    area_high: Floats
    area_low: Floats


class Pivots(NamedTuple):
    """The pivot, three resistances above it and three supports below."""

    pivot: Floats
    r1: Floats
    r2: Floats
    r3: Floats
    s1: Floats
    s2: Floats
    s3: Floats


class Fractals(NamedTuple):
    """The last swing high and the last swing low that are known by now."""

    high: Floats
    low: Floats


class Ichimoku(NamedTuple):
    """Conversion and base line; the two ends of the cloud as they stand at this bar."""

    conversion: Floats
    base: Floats
    span_a: Floats
    span_b: Floats


@indicator(
    _("VWAP of the session"),
    DAYS,
    convention=_TYPICAL,
    source="Berkowitz, Logue and Noser 1988, Journal of Finance 43:1",
    warmup=bars_before(0),
    days=lambda p: int(p["days"]),
)
def vwap(high: Floats, low: Floats, close: Floats, volume: Floats, open_ms: Ints, days: int = 1) -> Floats:
    """Volume-weighted average price since the session began; NaN before one begins, and until it trades."""
    return _vwap(high, low, close, volume, open_ms, days * DAY_MS, 0)


@indicator(
    _("Anchored VWAP"),
    Parameter("anchor_ms", int, 0, 0, 2**53, _("When it begins, in milliseconds since 1970 UTC; 0 is the first bar")),
    convention=_("Of the typical price, from the first bar that opens at the anchor or later."),
    source="Shannon 2022, Maximum Trading Gains with Anchored VWAP",
    warmup=bars_before(0),
    cumulative=True,
)
def anchored_vwap(
    high: Floats, low: Floats, close: Floats, volume: Floats, open_ms: Ints, anchor_ms: int = 0
) -> Floats:
    """Volume-weighted average price since the anchor; NaN before it, and until something trades."""
    return _vwap(high, low, close, volume, open_ms, 0, anchor_ms)


@indicator(
    _("Rolling VWAP"),
    bars_back(20),
    convention=_("Of the typical price, over the last bars; none where nothing was traded."),
    source="Berkowitz, Logue and Noser 1988, Journal of Finance 43:1",
    warmup=one_period,
)
def rolling_vwap(high: Floats, low: Floats, close: Floats, volume: Floats, period: int = 20) -> Floats:
    """Volume-weighted average price of the last `period` bars; NaN for the first period - 1, and in silence."""
    return vwma(ta().TYPPRICE(high, low, close), volume, period)


@indicator(
    _("Volume profile"),
    DAYS,
    factor("row_bps", 10.0, 1.0, 500.0, _("The height of a row, in hundredths of a percent"), 5.0),
    factor("area", 0.7, 0.1, 0.99, _("The share of volume inside the area"), 0.05),
    convention=_("A bar's volume lies in the row of its typical price; rows count from the session's first."),
    source="Steidlmayer 1984, Market Profile",
    warmup=bars_before(0),
    days=lambda p: int(p["days"]),
)
def volume_profile(
    high: Floats,
    low: Floats,
    close: Floats,
    volume: Floats,
    open_ms: Ints,
    days: int = 1,
    row_bps: float = 10.0,
    area: float = 0.7,
) -> Profile:
    """Point of control and value area of the session so far, in price; NaN before one begins, and until it trades."""
    return Profile(*_profile(high, low, close, volume, open_ms, days * DAY_MS, row_bps / 10_000, area))


@indicator(
    _("Pivot points"),
    DAYS,
    convention=_("From high, low and close of the session before; the floor traders' formula."),
    source="Person 2004, A Complete Guide to Technical Trading Tactics",
    warmup=bars_before(0),
    days=lambda p: 2 * int(p["days"]),
)
def pivots(high: Floats, low: Floats, close: Floats, open_ms: Ints, days: int = 1) -> Pivots:
    """The floor traders' pivot with three levels on each side; NaN before a whole session has passed."""
    top, bottom, last = _session_before(high, low, close, open_ms, days * DAY_MS)
    pivot, wide = (top + bottom + last) / 3, top - bottom
    return Pivots(
        pivot,
        2 * pivot - bottom,
        pivot + wide,
        top + 2 * (pivot - bottom),
        2 * pivot - top,
        pivot - wide,
        bottom - 2 * (top - pivot),
    )


@indicator(
    _("Fibonacci pivots"),
    DAYS,
    convention=_("The pivot of the session before, and 0.382, 0.618 and 1 times its range around it."),
    source="Person 2004, A Complete Guide to Technical Trading Tactics",
    warmup=bars_before(0),
    days=lambda p: 2 * int(p["days"]),
)
def fibonacci_pivots(high: Floats, low: Floats, close: Floats, open_ms: Ints, days: int = 1) -> Pivots:
    """The pivot with Fibonacci's shares of the range; NaN before a whole session has passed."""
    top, bottom, last = _session_before(high, low, close, open_ms, days * DAY_MS)
    return _spread((top + bottom + last) / 3, top - bottom, (0.382, 0.618, 1.0))


@indicator(
    _("Camarilla pivots"),
    DAYS,
    convention=_("The close of the session before, and 1.1 times its range over 12, 6 and 4 around it."),
    source="Scott 1989",
    warmup=bars_before(0),
    days=lambda p: 2 * int(p["days"]),
)
def camarilla_pivots(high: Floats, low: Floats, close: Floats, open_ms: Ints, days: int = 1) -> Pivots:
    """Levels around the last session's close; NaN before a whole session has passed."""
    top, bottom, last = _session_before(high, low, close, open_ms, days * DAY_MS)
    return _spread(last, top - bottom, (1.1 / 12, 1.1 / 6, 1.1 / 4))


@indicator(
    _("Fractals"),
    bars_back(2, "wings", low=1, high=100),
    convention=_("A swing is known once so many bars on each side are lower (higher), and counts from then on."),
    source="Williams 1995, Trading Chaos",
    warmup=lambda p: 2 * p["wings"],
    cumulative=True,
)
def fractals(high: Floats, low: Floats, wings: int = 2) -> Fractals:
    """The last known swing high and swing low, in price; NaN until there is one."""
    return Fractals(_last_swing(high, wings), -_last_swing(-low, wings))


@indicator(
    _("Ichimoku"),
    bars_back(9, "conversion"),
    bars_back(26, "base"),
    bars_back(52, "span"),
    convention=_(
        "The cloud is drawn 26 (base) bars into the future, so that each bar has what was known"
        " so long ago; the lagging line is the close itself, drawn as far back, and is left to the chart."
    ),
    source="Hosoda 1968",
    warmup=lambda p: max(p["conversion"], p["base"], p["span"]) - 1 + p["base"],
)
def ichimoku(high: Floats, low: Floats, conversion: int = 9, base: int = 26, span: int = 52) -> Ichimoku:
    """Conversion, base and the cloud, in price; all NaN until the cloud is there."""
    quick, calm, wide = ((ta().MAX(high, n) + ta().MIN(low, n)) / 2 for n in (conversion, base, span))
    first, second = later((quick + calm) / 2, base), later(wide, base)
    absent = np.isnan(first) | np.isnan(second)
    quick[absent] = calm[absent] = first[absent] = second[absent] = np.nan
    return Ichimoku(quick, calm, first, second)


@indicator(
    _("Middle of the range"),
    bars_back(14),
    convention=_("(highest high + lowest low) / 2 of the period."),
    source="TA-Lib MIDPRICE",
    warmup=one_period,
    library="MIDPRICE",
)
def mid_price(high: Floats, low: Floats, period: int = 14) -> Floats:
    """The middle of the range; NaN for the first period - 1."""
    line: Floats = ta().MIDPRICE(high, low, period)
    return line


@indicator(
    _("High of the last bars"),
    bars_back(20),
    convention=_("The highest close of the bars before each bar, not of the bar itself."),
    source="Donchian 1960",
    warmup=one_more,
)
def highest_close(close: Floats, period: int = 20) -> Floats:
    """The highest close of the `period` bars before; NaN for the first `period`."""
    return later(ta().MAX(close, period), 1)


def _spread(middle: Floats, wide: Floats, shares: tuple[float, float, float]) -> Pivots:
    return Pivots(middle, *(middle + each * wide for each in shares), *(middle - each * wide for each in shares))


@compiled
def _vwap(
    high: Floats, low: Floats, close: Floats, volume: Floats, open_ms: Ints, session_ms: int, anchor_ms: int
) -> Floats:
    n = len(close)
    found = np.full(n, np.nan)
    money, traded, begun, session = 0.0, 0.0, session_ms == 0, -1
    for i in range(n):
        if open_ms[i] < anchor_ms:
            continue
        if session_ms > 0:
            now = open_ms[i] // session_ms
            if now != session:
                begun = begun or session >= 0 or open_ms[i] % session_ms == 0
                money, traded, session = 0.0, 0.0, now
        if begun:
            money += (high[i] + low[i] + close[i]) / 3.0 * volume[i]
            traded += volume[i]
            if traded > 0.0:
                found[i] = money / traded
    return found


@compiled
def _session_before(
    high: Floats, low: Floats, close: Floats, open_ms: Ints, session_ms: int
) -> tuple[Floats, Floats, Floats]:
    n = len(close)
    tops, bottoms, lasts = np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan)
    top, bottom, session, whole = -np.inf, np.inf, -1, False
    old_top, old_bottom, old_last = np.nan, np.nan, np.nan
    for i in range(n):
        now = open_ms[i] // session_ms
        if now != session:
            if whole:
                old_top, old_bottom, old_last = top, bottom, close[i - 1]
            whole = session >= 0 or open_ms[i] % session_ms == 0
            top, bottom, session = high[i], low[i], now
        top, bottom = max(top, high[i]), min(bottom, low[i])
        tops[i], bottoms[i], lasts[i] = old_top, old_bottom, old_last
    return tops, bottoms, lasts


@compiled
def _last_swing(values: Floats, wings: int) -> Floats:
    n = len(values)
    found = np.full(n, np.nan)
    last = np.nan
    for i in range(2 * wings, n):
        middle, swing = values[i - wings], True
        for j in range(1, wings + 1):
            if values[i - wings - j] >= middle or values[i - wings + j] >= middle:
                swing = False
                break
        if swing:
            last = middle
        found[i] = last
    return found


@compiled
def _profile(
    high: Floats,
    low: Floats,
    close: Floats,
    volume: Floats,
    open_ms: Ints,
    session_ms: int,
    row: float,
    area: float,
) -> tuple[Floats, Floats, Floats]:
    """Rows that the session has not reached hold -1: the area never grows into them."""
    n, rows = len(close), 4096
    points, tops, bottoms = np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan)
    held = np.full(rows + 2, -1.0)
    middle = rows // 2
    origin, height, ends_ms, begun = 0.0, 0.0, -1, False
    traded, most, first, last = 0.0, middle, middle, middle
    for i in range(n):
        price = (high[i] + low[i] + close[i]) / 3.0
        if open_ms[i] >= ends_ms:
            begun = begun or i > 0 or open_ms[i] % session_ms == 0
            held[first : last + 1] = -1.0
            origin, height, ends_ms = price, price * row, (open_ms[i] // session_ms + 1) * session_ms
            traded, most, first, last = 0.0, middle, middle, middle
            held[middle] = 0.0
        if not begun or not height > 0.0:
            continue
        at = min(rows, max(1, int(np.floor((price - origin) / height)) + middle))
        while last < at:
            last += 1
            held[last] = 0.0
        while first > at:
            first -= 1
            held[first] = 0.0
        held[at] += volume[i]
        traded += volume[i]
        most = at if held[at] > held[most] else most
        if traded <= 0.0:
            continue
        above, below, inside, enough = most, most, held[most], area * traded
        while inside < enough:
            more, less = held[above + 1], held[below - 1]
            if more >= less:
                above, inside = above + 1, inside + more
            else:
                below, inside = below - 1, inside + less
        points[i] = origin + (most - middle + 0.5) * height
        tops[i] = origin + (above - middle + 1) * height
        bottoms[i] = origin + (below - middle) * height
    return points, tops, bottoms
