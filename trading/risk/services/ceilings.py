"""Changing the caps of a level above portfolios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from accounts.teams.selectors import on_behalf
from tenants.audit.services import record
from trading.ceilings.types import CAPS, Level
from trading.risk.models import Ceiling
from trading.risk.services.limits import require_above_zero, require_within
from trading.risk.services.modes import ceiling_locked

if TYPE_CHECKING:
    from accounts.users.models import User


@transaction.atomic
def change_ceiling(*, level: Level, subject: UUID, actor: User, whose: UUID | None = None, **caps: Any) -> Ceiling:
    """Set the caps that are named, by their limits' names; None is no cap. Audited as "ceiling.changed".

    whose: the person whose trading it is, if it is one's.

    They hold from the next decision on; what is open or on its way stays. Raises Invalid as `change_limits` does.
    """
    if unknown := caps.keys() - {*CAPS, "whitelist"}:
        raise TypeError(f"no caps: {sorted(unknown)}")
    require_above_zero(caps)
    require_within(caps)
    row = ceiling_locked(level, subject)
    before = {name: getattr(row, name) for name in caps if getattr(row, name) != caps[name]}
    if before:
        for name in before:
            setattr(row, name, caps[name])
        row.save(update_fields=list(before))
        owner = on_behalf(actor=actor, owner_id=whose) if whose is not None else {}
        after = {name: caps[name] for name in before} | owner
        record(actor=actor, action="ceiling.changed", object=(level.value, subject), before=before, after=after)
    return row
