"""A tenant's life: suspended and resumed, marked for deletion, deleted. Each with a reason and in both audits.

Suspension ends what people do: pages, API, sockets, entries. Exits and stops go on, the trader sees to them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from django.core.cache import caches
from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.tenancy import in_public, in_tenant
from cryptouniverse.realtime.push import close_sockets
from tenants.audit.services import record
from tenants.audit.types import Actor
from tenants.provisioning.errors import NotInThisState, UnknownTenant
from tenants.provisioning.models import Tenant
from tenants.provisioning.owner import as_owner
from tenants.provisioning.selectors import any_tenant
from tenants.provisioning.services.both_audits import reason_of, record_in_both
from tenants.provisioning.services.making import remove
from tenants.provisioning.types import PLATFORM, Life

HOLD = timedelta(days=30)  # between the mark and the deletion; the host names are nobody else's meanwhile


def suspend_tenant(*, slug: str, reason: str, actor: Actor | None = None) -> TenantCtx:
    """Serve `slug` no more until it is resumed. Other processes follow within `memory.REMEMBERED_S`.

    Raises UnknownTenant, ReasonMissing, or NotInThisState (it is not active, or it is the operators' own).
    """
    return _move(slug, of={Life.ACTIVE}, to=Life.SUSPENDED, action="tenant.suspended", reason=reason, actor=actor)


def resume_tenant(*, slug: str, reason: str, actor: Actor | None = None) -> TenantCtx:
    """Serve a suspended tenant, or one that is marked for deletion, again. Raises as `suspend_tenant` does."""
    of = {Life.SUSPENDED, Life.CLOSING}
    return _move(slug, of=of, to=Life.ACTIVE, action="tenant.resumed", reason=reason, actor=actor)


def mark_for_deletion(*, slug: str, reason: str, actor: Actor | None = None) -> datetime:
    """The first of two steps: `slug` is served no more, and may be deleted from the time that is returned.

    Raises as `suspend_tenant` does.
    """
    of, due = {Life.ACTIVE, Life.SUSPENDED}, clock.now() + HOLD
    _move(slug, of=of, to=Life.CLOSING, action="tenant.closed", reason=reason, actor=actor, due=due)
    return due


def purge_tenant(*, slug: str, actor: Actor | None = None) -> None:
    """The second step: delete the tenant, its schema, hosts, events and cached values. As owner; there is no way back.

    Raises UnknownTenant, or NotInThisState when it is not marked, or not yet due.
    """
    with as_owner(), in_public(), transaction.atomic():
        row = _locked(slug)
        require_due(row)
        tenant = row.as_ctx()
        _tell_platform(tenant, actor, {"slug": slug, "reason": row.status_reason})
        remove(row)
    caches["default"].forget_tenant(tenant.id)  # type: ignore[attr-defined]  # `SharedRedisCache` is ours


def require_due(row: Tenant) -> None:
    """Raises NotInThisState unless this tenant is marked for deletion and its time is over."""
    if row.status != Life.CLOSING or row.purge_after is None or row.purge_after > clock.now():
        raise NotInThisState(state=row.status, purge_after=str(row.purge_after or ""))


def _locked(slug: str) -> Tenant:
    row = Tenant.objects.select_for_update().filter(slug=slug).exclude(status=Tenant.Status.TEMPLATE).first()
    if row is None:
        raise UnknownTenant(slug=slug)
    found: Tenant = row
    return found


def _tell_platform(tenant: TenantCtx, actor: Actor | None, after: dict[str, str]) -> None:
    try:
        platform = any_tenant(PLATFORM).tenant
    except UnknownTenant:
        return
    with in_tenant(platform):
        record(actor=actor, action="tenant.deleted", object=("tenant", tenant.id), after=after)


def _move(
    slug: str,
    *,
    of: Collection[Life],
    to: Life,
    action: str,
    reason: str,
    actor: Actor | None,
    due: datetime | None = None,
) -> TenantCtx:
    why = reason_of(reason)
    with in_public(), transaction.atomic():
        row = _locked(slug)
        before = row.status
        if before not in of or slug == PLATFORM:
            raise NotInThisState(state=before)
        row.status, row.status_reason, row.status_since, row.purge_after = to, why, clock.now(), due
        row.save(update_fields=["status", "status_reason", "status_since", "purge_after"])
        tenant: TenantCtx = row.as_ctx()
        after = {"status": to.value, "reason": why, **({"purge_after": due.isoformat()} if due else {})}
        record_in_both(tenant=tenant, actor=actor, action=action, before={"status": before}, after=after)
        if to is not Life.ACTIVE:
            transaction.on_commit(partial(close_sockets, tenant, "tenant", tenant.id), robust=True)
    return tenant
