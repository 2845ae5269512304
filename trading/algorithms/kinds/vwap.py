"""VWAP: a child an interval, sized by a stated volume profile, by the largest remainder."""

from __future__ import annotations

from functools import lru_cache

from cryptouniverse.kernel.words import gettext_noop as _
from trading.algorithms.apportion import apportioned, merged
from trading.algorithms.parameters import Weights, Whole
from trading.algorithms.planned import FINISHING, PARTICIPATION, SPREAD, asks, catching_up, counts_from
from trading.algorithms.types import SECOND_MS, Kind, Parent, Plan


@lru_cache(maxsize=256)
def _plan(parent: Parent) -> Plan:
    """The child of an interval is sent as it begins."""
    every_ms, weights = parent.whole("interval_s") * SECOND_MS, _weights(parent)
    moments = tuple(parent.start_ms + index * every_ms for index in range(len(weights)))
    return Plan(moments, merged(apportioned(parent.total_steps, weights), parent.min_steps), every_ms)


def _weights(parent: Parent) -> tuple[int, ...]:
    value = parent.value("weights")
    return tuple(each for each in value if isinstance(each, int)) if isinstance(value, tuple) else (1,)


def _check(parent: Parent) -> None:
    """Any profile can be followed: what is too small for the venue is merged."""


KIND = Kind(
    name="vwap",
    title=_("VWAP"),
    meaning=_("Orders sized as the volume is usually spread over time"),
    parameters=(
        Whole("interval_s", _("Seconds of an interval"), 1, 86_400, needed=True),
        Weights("weights", _("The volume profile: a weight for each interval, given or made by `profile_of`")),
        PARTICIPATION,
        catching_up(SPREAD),
        FINISHING,
    ),
    examples=({"interval_s": 900, "weights": [3, 1, 0, 2, 4]}, {"interval_s": 60, "weights": [0, 5, 1, 0]}),
    check=_check,
    ask=asks(_plan),
    counts_from_ms=counts_from,
    plan=_plan,
)
