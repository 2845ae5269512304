"""Setting the platform's own ceilings. By whoever carries out what they say, and audits it: `trading.execution` for
modes, `trading.risk` for caps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.tenancy import in_public
from trading.ceilings.models import PlatformCeiling
from trading.ceilings.types import Mode


def set_platform_mode(*, schema: str, mode: Mode, by: str, reason: str) -> None:
    """The mode above one tenant (by its schema), or above all (""); it is committed when this returns."""
    since = None if mode is Mode.NORMAL else clock.now()
    said = {"mode": mode.value, "mode_since": since, "mode_by": by, "mode_reason": reason}
    with in_public(), transaction.atomic():
        PlatformCeiling.objects.update_or_create(schema_name=schema, defaults=said)


def set_platform_caps(*, schema: str, caps: Mapping[str, Any]) -> dict[str, Any]:
    """The caps that are named, above one tenant or all; what those were before that differ now.

    In the caller's transaction, which has asked whether they can be.
    """
    with in_public():
        PlatformCeiling.objects.get_or_create(schema_name=schema)
        row = PlatformCeiling.objects.select_for_update().get(schema_name=schema)
        before = {name: getattr(row, name) for name in caps if getattr(row, name) != caps[name]}
        for name in before:
            setattr(row, name, caps[name])
        if before:
            row.save(update_fields=list(before))
    return before
