"""TWAP: equal children at equal distances, n = floor(duration / interval) + 1 as hummingbot counts them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from cryptouniverse.kernel.words import gettext_noop as _
from trading.algorithms.apportion import apportioned, merged
from trading.algorithms.chance import drawn
from trading.algorithms.parameters import Whole, refuse
from trading.algorithms.planned import FINISHING, PARTICIPATION, SEED, SPREAD, asks, catching_up, counts_from
from trading.algorithms.types import PLANNED_MAX, SECOND_MS, Kind, Parent, Plan

DURATION_MAX_S: Final = 30 * 86_400
EVEN: Final = 100


def _children(parent: Parent) -> int:
    return parent.whole("duration_s") // parent.whole("interval_s") + 1


@lru_cache(maxsize=256)
def _plan(parent: Parent) -> Plan:
    """Sizes vary round the even share, moments vary to the later side and keep their order."""
    every_ms, count = parent.whole("interval_s") * SECOND_MS, _children(parent)
    vary, late_ms = parent.whole("vary_size_pct"), every_ms * parent.whole("vary_time_pct") // 100
    weights = [drawn(parent, "size", index, EVEN - vary, EVEN + vary) for index in range(count)]
    moments = [parent.start_ms + i * every_ms + drawn(parent, "time", i, 0, late_ms) for i in range(count)]
    return Plan(tuple(moments), merged(apportioned(parent.total_steps, weights), parent.min_steps), every_ms)


def _check(parent: Parent) -> None:
    if _children(parent) > PLANNED_MAX:
        least = parent.whole("duration_s") // PLANNED_MAX + 1
        refuse("interval_s", f"{least} … 86400", least)


KIND = Kind(
    name="twap",
    title=_("TWAP"),
    meaning=_("Equal orders at equal distances in time"),
    parameters=(
        Whole("duration_s", _("Seconds from the first child to the last"), 1, DURATION_MAX_S, needed=True),
        Whole("interval_s", _("Seconds between two children"), 1, 86_400, needed=True),
        Whole("vary_size_pct", _("How far sizes vary by chance, in per cent"), 0, 50, default=0),
        Whole("vary_time_pct", _("How far moments vary by chance, in per cent of the interval"), 0, 90, default=0),
        SEED,
        PARTICIPATION,
        catching_up(SPREAD),
        FINISHING,
    ),
    examples=(
        {"duration_s": 3_600, "interval_s": 300},
        {"duration_s": 600, "interval_s": 60, "max_participation_bps": 1_000},
    ),
    check=_check,
    ask=asks(_plan),
    counts_from_ms=counts_from,
    plan=_plan,
)
