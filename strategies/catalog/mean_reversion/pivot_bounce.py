"""Pivot bounce: buy a close back above the first support of yesterday, leave at the pivot (Person 2004)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.sessions import first_of_day, last_of_day, since
from strategies.catalog.types import Parameter, Stances, Strategy, above, holding, opposed
from trading.indicators.levels import pivots


def warmup(parameters: Mapping[str, int]) -> int:
    """One longest stay; the levels are there from the second whole day on."""
    return max(48, parameters["stay"])


def decide(bars: Bars, *, stay: int) -> Stances:
    """Long from a close above S1, after a low below it that day, until the pivot; short from R1 so; int8."""
    lines, price, first = pivots(bars.high_f, bars.low_f, bars.close_f, bars.open_ms), bars.close_f, first_of_day(bars)
    touched, reached = above(lines.s1, bars.low_f), above(bars.high_f, lines.r1)
    up, down = since(touched, first) & above(price, lines.s1), since(reached, first) & above(lines.r1, price)
    silent, ends = warmup({"stay": stay}), last_of_day(bars)
    long = holding(up & ~ends, above(price, lines.pivot) | ends, patience=stay, warmup=silent)
    return opposed(long, holding(down & ~ends, above(lines.pivot, price) | ends, patience=stay, warmup=silent))


STRATEGY = Strategy(
    name="pivot_bounce",
    title=_("Pivot bounce"),
    family="mean_reversion",
    hypothesis=_("Levels that everybody can compute gather orders: prices turn there more often than elsewhere."),
    regime=_("Days inside the range of the day before."),
    known_failure=_("Days that open a trend: they touch the level once and never come back."),
    parameters=(Parameter("stay", int, 16, 2, 24, _("Leave after so many bars without such a close"), step=2),),
    warmup=warmup,
    stop_bps=200,
    target_bps=400,
    plan="pro",
    decide=decide,
    entry="pullback",
)
