"""Lines that follow a position and end it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cryptouniverse.kernel.market import Floats
from cryptouniverse.kernel.words import gettext_noop as _
from trading.indicators.compiling import compiled
from trading.indicators.declaring import bars_back, bars_before, factor, indicator, one_more
from trading.indicators.library import ta


class Supertrend(NamedTuple):
    """The line, and +1 while prices are above it or -1 while they are below."""

    line: Floats
    direction: Floats


class Exits(NamedTuple):
    """Where a long position ends, and where a short one does."""

    long: Floats
    short: Floats


@indicator(
    _("Supertrend"),
    bars_back(10),
    factor("width", 3.0, 0.5, 10.0, _("Average true ranges from the middle of the bar")),
    convention=_("Wilder's average true range; bands move only with the trend; it begins upwards."),
    source="Seban 2008",
    warmup=one_more,
    library="SUPERTREND",
    on_price=True,
)
def supertrend(high: Floats, low: Floats, close: Floats, period: int = 10, width: float = 3.0) -> Supertrend:
    """Supertrend, in price, and its direction; both NaN for the first `period`."""
    return Supertrend(*_supertrend(high, low, close, ta().ATR(high, low, close, period), width))


@indicator(
    _("Parabolic SAR"),
    factor("acceleration", 0.02, 0.001, 0.5, _("How much faster it follows with each new extreme"), 0.01),
    factor("fastest", 0.2, 0.01, 1.0, _("How fast it follows at most"), 0.05),
    convention=_("The first direction is that of the larger movement; the line never enters the last two bars."),
    source="Wilder 1978, New Concepts in Technical Trading Systems",
    warmup=bars_before(1),
    library="SAR",
    on_price=True,
    rule=lambda p: None if p["acceleration"] <= p["fastest"] else _("acceleration must not be above fastest."),
)
def parabolic_sar(high: Floats, low: Floats, acceleration: float = 0.02, fastest: float = 0.2) -> Floats:
    """Stop and reverse, in price; NaN for the first bar."""
    line: Floats = ta().SAR(high, low, acceleration, fastest)
    return line


@indicator(
    _("Chandelier exit"),
    bars_back(22),
    factor("width", 3.0, 0.5, 10.0, _("Average true ranges from the extreme")),
    convention=_("The highest high less so many of Wilder's average true ranges, and the lowest low plus as many."),
    source="LeBeau; Elder 2002, Come Into My Trading Room",
    warmup=one_more,
    on_price=True,
)
def chandelier(high: Floats, low: Floats, close: Floats, period: int = 22, width: float = 3.0) -> Exits:
    """Chandelier exits, in price; both NaN for the first `period`."""
    distance = width * ta().ATR(high, low, close, period)
    return Exits(ta().MAX(high, period) - distance, ta().MIN(low, period) + distance)


@indicator(
    _("ATR trailing stop"),
    bars_back(14),
    factor("width", 3.0, 0.5, 10.0, _("Average true ranges from the close")),
    convention=_("Rises with the close and never falls until a close below it turns it over; it begins upwards."),
    source="Kestner 2003, Quantitative Trading Strategies",
    warmup=one_more,
    on_price=True,
)
def atr_stop(high: Floats, low: Floats, close: Floats, period: int = 14, width: float = 3.0) -> Supertrend:
    """A stop that trails the close, in price, and its direction; both NaN for the first `period`."""
    return Supertrend(*_supertrend(close, close, close, ta().ATR(high, low, close, period), width))


@compiled
def _supertrend(high: Floats, low: Floats, close: Floats, usual: Floats, width: float) -> tuple[Floats, Floats]:
    n = len(close)
    line, direction = np.full(n, np.nan), np.full(n, np.nan)
    upper, lower, way = np.inf, -np.inf, 1.0
    for i in range(n):
        if np.isnan(usual[i]):
            continue
        middle, before = (high[i] + low[i]) / 2, close[i - 1]
        new_upper, new_lower = middle + width * usual[i], middle - width * usual[i]
        upper = new_upper if new_upper < upper or before > upper else upper
        lower = new_lower if new_lower > lower or before < lower else lower
        if way > 0.0 and close[i] < lower:
            way = -1.0
        elif way < 0.0 and close[i] > upper:
            way = 1.0
        line[i], direction[i] = (lower if way > 0.0 else upper), way
    return line, direction
