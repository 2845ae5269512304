"""Setting the platform's own ceilings. By whoever carries out what they say: `trading.execution`."""

from __future__ import annotations

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
