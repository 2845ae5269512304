"""Which limits were in force on a day, as far as the audit knows.

The limits of a portfolio are counted back from those of now: what a change names as it was before is what was in force.
Ceilings of the levels above are those of now; where one was changed since the day began, that is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from strategies.bots.types import Whose
from tenants.audit.selectors import audit_records
from trading.ceilings.types import CAPS, Level
from trading.risk.selectors import limits_of_many
from trading.risk.types import Limits

REMEMBERED: Final = timedelta(days=60)  # changes count for days that are not longer ago, by the wall
CHANGED_THAT_DAY: Final = _(
    "The portfolio's limits were changed on this day; it is replayed under those that the day began with."
)
ABOVE_CHANGED: Final = _(
    "A ceiling above the portfolio was changed on this day or since; it is replayed under the ceilings of now."
)
_CHANGES: Final = ("limits.changed", "ceiling.changed")
_COUNTED: Final = {*CAPS, "whitelist", "protections"}
_FOR_ALL: Final = (Level.TENANT.value, Level.PLATFORM.value)
_Row = tuple[str, str, str, datetime, Mapping[str, Any] | None]


def limits_then(day_ms: int, whose: Mapping[UUID, Whose]) -> tuple[dict[int, Limits], dict[UUID, str]]:
    """Of each portfolio the limits that the day began with, and by bot what is to be said of them. Three queries."""
    pots = {one.portfolio_pk for one in whose.values()}
    since = clock.from_ms(day_ms)
    rows: Sequence[_Row] = ()
    if whose and clock.now() - since <= REMEMBERED:
        found = audit_records().filter(action__in=_CHANGES, at__gte=since).order_by("pk")
        rows = list(found.values_list("action", "object_type", "object_id", "at", "before"))
    was: dict[str, dict[str, Any]] = {}
    that_day: set[str] = set()
    above: set[str] = set()
    for action, kind, named, at, before in rows:
        if action != "limits.changed":
            above.add("" if kind in _FOR_ALL else named)
            continue
        for name in _COUNTED & set(before or ()):
            was.setdefault(named, {}).setdefault(name, (before or {})[name])
        if at < since + timedelta(milliseconds=DAY_MS):
            that_day.add(named)
    known = {one.portfolio_pk: was[str(one.portfolio_id)] for one in whose.values() if str(one.portfolio_id) in was}
    notes = {bot_id: _noted(bot_id, one, that_day, above) for bot_id, one in whose.items()}
    return limits_of_many(sorted(pots), was=known), {bot_id: note for bot_id, note in notes.items() if note}


def _noted(bot_id: UUID, one: Whose, that_day: set[str], above: set[str]) -> str:
    if str(one.portfolio_id) in that_day:
        return said(CHANGED_THAT_DAY)
    ids = {"", str(bot_id), str(one.owner_id), str(one.connection_id)}
    return said(ABOVE_CHANGED) if above & ids else ""
