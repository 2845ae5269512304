"""The organisation's yes to trading for real money: one of those that every live entry needs."""

from __future__ import annotations

from django.db import transaction

from cryptouniverse.kernel.context import current_tenant
from tenants.audit.services import record
from tenants.audit.types import Actor
from tenants.provisioning.models import Tenant


@transaction.atomic
def set_live_trading(*, allowed: bool, actor: Actor) -> bool:
    """Whether the active tenant's people may trade for real money from now on; whether that is a change.

    Audited as "tenant.live_allowed" or "tenant.live_ended". Taken back, nothing new is bought; stops and exits go on.
    """
    row = Tenant.objects.select_for_update(no_key=True).get(schema_name=current_tenant().schema)
    if row.live_trading == allowed:
        return False
    Tenant.objects.filter(pk=row.pk).update(live_trading=allowed)
    action = "tenant.live_allowed" if allowed else "tenant.live_ended"
    record(
        actor=actor,
        action=action,
        object=("tenant", row.public_id),
        before={"live": not allowed},
        after={"live": allowed},
    )
    return True
