"""Changing the platform's caps: above one tenant, or above all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit.services import record
from tenants.provisioning.selectors import any_tenant, trading_tenants
from trading.ceilings.services import set_platform_caps
from trading.ceilings.types import CAPS, Level
from trading.risk.services.limits import require_above_zero, require_within
from trading.risk.services.modes import require_reason

if TYPE_CHECKING:
    from accounts.users.models import User


@transaction.atomic
def change_platform_ceiling(*, actor: User, reason: str, slug: str | None = None, **caps: Any) -> int:
    """Set the caps that are named, for all tenants or for `slug`; None is no cap. For how many tenants that changed
    anything.

    They hold from the next decision on. Audited in each of those tenants as "ceiling.changed". Raises ReasonMissing,
    UnknownTenant, or Invalid as `change_limits` does.
    """
    if unknown := caps.keys() - {*CAPS, "whitelist"}:
        raise TypeError(f"no caps: {sorted(unknown)}")
    require_reason(reason)
    require_above_zero(caps)
    require_within(caps)
    tenants = trading_tenants() if slug is None else [any_tenant(slug).tenant]
    before = set_platform_caps(schema="" if slug is None else tenants[0].schema, caps=caps)
    if not before:
        return 0
    after = {name: caps[name] for name in before} | {"reason": reason}
    for tenant in tenants:
        with in_tenant(tenant):
            about = (Level.PLATFORM.value, tenant.id)
            record(actor=actor, action="ceiling.changed", object=about, before=before, after=after)
    return len(tenants)
