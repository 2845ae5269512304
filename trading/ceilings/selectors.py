"""Reads of the platform's own ceilings, from any schema."""

from __future__ import annotations

from cryptouniverse.kernel.tenancy import in_public
from trading.ceilings.models import PlatformCeiling
from trading.ceilings.types import Mode


def platform_ceiling(schema: str) -> PlatformCeiling:
    """What operators set above one tenant (by its schema), or above all (""); an empty one where they set nothing."""
    with in_public():
        found = PlatformCeiling.objects.filter(schema_name=schema).first()
    return found or PlatformCeiling(schema_name=schema)


def platform_stops() -> dict[str, PlatformCeiling]:
    """Those that stop or hold back trading, by schema: "" for that of all tenants."""
    with in_public():
        return {row.schema_name: row for row in PlatformCeiling.objects.exclude(mode=Mode.NORMAL.value)}
