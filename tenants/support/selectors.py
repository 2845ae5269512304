"""Who may look into which tenant, now."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import TenantCtx, current_tenant
from tenants.support.models import SupportGrant


def active_grant(*, tenant: TenantCtx, operator_id: UUID) -> SupportGrant | None:
    """The grant under which this operator is in `tenant` at this moment; read anew each time."""
    return started(tenant, operator_id).filter(ends_at__gt=clock.now()).first()


def grants_of_tenant() -> QuerySet[SupportGrant]:
    """Every grant for the active tenant, newest first: for its administrator."""
    return SupportGrant.objects.filter(tenant_id=current_tenant().id)


def started(tenant: TenantCtx, operator_id: UUID) -> QuerySet[SupportGrant]:
    """The grants of this operator that have begun and were not ended, over or not."""
    rows = SupportGrant.objects.filter(tenant_id=tenant.id, operator_id=operator_id)
    return rows.filter(starts_at__isnull=False, ended_at__isnull=True)
