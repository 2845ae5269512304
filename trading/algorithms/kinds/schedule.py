"""Scheduled orders: stated moments with sizes, or one size every so many minutes, or daily at a time, until done."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NoReturn

from cryptouniverse.kernel.market import DAY_MS, INT64_MAX
from cryptouniverse.kernel.words import gettext_noop as _
from trading.algorithms.apportion import merged
from trading.algorithms.parameters import Clock, Moments, Whole, refuse
from trading.algorithms.planned import FINISHING, NEXT, asks, catching_up
from trading.algorithms.types import MINUTE_MS, PLANNED_MAX, Kind, Parent, Plan

AHEAD_MAX_MS: Final = 366 * DAY_MS
_WAYS: Final = ("moments", "every_min", "daily_at")


@lru_cache(maxsize=256)
def _plan(parent: Parent) -> Plan:
    """Repeated sizes end with what is left; too small for the venue, it joins the one before."""
    if rows := _rows(parent):
        return Plan(tuple(at for at, _steps in rows), tuple(steps for _at, steps in rows), MINUTE_MS)
    each, every_ms = parent.whole("steps_each"), parent.whole("every_min") * MINUTE_MS or DAY_MS
    count, rest = divmod(parent.total_steps, each)
    sizes = (each,) * count + ((rest,) if rest else ())
    first_ms = _first_ms(parent)
    moments = tuple(first_ms + index * every_ms for index in range(len(sizes)))
    return Plan(moments, merged(sizes, parent.min_steps), every_ms)


def _rows(parent: Parent) -> tuple[tuple[int, int], ...]:
    value = parent.value("moments")
    return tuple(row for row in value if isinstance(row, tuple)) if isinstance(value, tuple) else ()


def _first_ms(parent: Parent) -> int:
    """The start, or the first such time of the day (UTC) that is not before it."""
    clock = parent.value("daily_at")
    if not isinstance(clock, str):
        return parent.start_ms
    hours, minutes = clock.split(":")
    at_ms = parent.start_ms - parent.start_ms % DAY_MS + (int(hours) * 60 + int(minutes)) * MINUTE_MS
    return at_ms if at_ms >= parent.start_ms else at_ms + DAY_MS


def _check(parent: Parent) -> None:
    said = [name for name in _WAYS if parent.value(name) is not None]
    if len(said) != 1:
        refuse(" / ".join(_WAYS), "1", said[0] if said else _WAYS[0])
    if said == ["moments"]:
        _check_moments(parent)
    else:
        _check_repeated(parent)


def _check_moments(parent: Parent) -> None:
    rows = _rows(parent)
    if parent.value("steps_each") is not None:
        refuse("steps_each", "–", "–")
    for at_ms, steps in rows:
        if not parent.start_ms <= at_ms <= parent.start_ms + AHEAD_MAX_MS:
            near = min(max(at_ms, parent.start_ms), parent.start_ms + AHEAD_MAX_MS)
            _refuse_moments(f"{parent.start_ms} … {parent.start_ms + AHEAD_MAX_MS}", near)
        if steps < parent.min_steps:
            _refuse_moments(f"≥ {parent.min_steps}", parent.min_steps)
    if (total := sum(steps for _at, steps in rows)) != parent.total_steps:
        refuse("total_steps", str(total), total)


def _check_repeated(parent: Parent) -> None:
    least = max(parent.min_steps, -(-parent.total_steps // PLANNED_MAX))
    if parent.whole("steps_each") < least:
        refuse("steps_each", f"≥ {least}", least)


def _refuse_moments(limit: str, nearest: int) -> NoReturn:
    refuse("moments", limit, nearest)


KIND = Kind(
    name="schedule",
    title=_("Schedule"),
    meaning=_("Orders at stated moments"),
    parameters=(
        Moments("moments", _("Moments (UTC milliseconds) with sizes in steps")),
        Whole("every_min", _("Minutes between two orders"), 1, 30 * 24 * 60),
        Clock("daily_at", _("A time of the day, UTC")),
        Whole("steps_each", _("The size of each, in steps; the last takes the rest"), 1, INT64_MAX),
        catching_up(NEXT),
        FINISHING,
    ),
    examples=(
        {"every_min": 30, "steps_each": 150},
        {"daily_at": "08:00", "steps_each": 300},
        {"moments": [[1_735_689_600_000, 400], [1_735_700_000_000, 250], [1_735_700_060_000, 350]]},
    ),
    check=_check,
    ask=asks(_plan),
    plan=_plan,
)
