"""The tenant's own switch: whether its administrator must agree before operators look in."""

from __future__ import annotations

from django.db import transaction

from cryptouniverse.kernel.context import current_tenant
from tenants.audit.types import Actor
from tenants.provisioning.models import Tenant
from tenants.provisioning.services.both_audits import record_in_both


@transaction.atomic
def require_approval(*, required: bool, actor: Actor | None) -> None:
    """From now on operators wait, or do not wait, for the active tenant's administrator. In both audits."""
    tenant = current_tenant()
    row = Tenant.objects.select_for_update(no_key=True).get(public_id=tenant.id)
    before = row.approves_support
    Tenant.objects.filter(pk=row.pk).update(approves_support=required)
    record_in_both(
        tenant=tenant,
        actor=actor,
        action="support.terms_changed",
        before={"approval_required": before},
        after={"approval_required": required},
    )
