"""Asking for access, agreeing to it, using it, ending it. Each stands in the tenant's audit and in the platform's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import TenantCtx, current_tenant
from cryptouniverse.kernel.tenancy import in_public
from tenants.audit.types import Actor
from tenants.provisioning.errors import UnknownTenant
from tenants.provisioning.selectors import approves_support, working_tenant
from tenants.provisioning.services import reason_of, record_in_both
from tenants.support.errors import GrantIsOver, NoGrant, TooLong, UnknownGrant
from tenants.support.models import SupportGrant
from tenants.support.selectors import active_grant
from tenants.support.types import HOURS_MAX

KIND: Final = "support_grant"


class Operator(Actor, Protocol):
    """A person of the platform, with the address under which the tenant's administrator will see them."""

    email: str


def ask_for_access(*, tenant: TenantCtx, operator: Operator, reason: str, minutes: int) -> SupportGrant:
    """A grant for `operator`, begun at once, or waiting where the tenant's administrator must agree.

    minutes: 1 to 480. Raises ReasonMissing or TooLong.
    """
    why = reason_of(reason)
    if not 1 <= minutes <= HOURS_MAX * 60:
        raise TooLong
    with in_public(), transaction.atomic():
        grant = SupportGrant(
            tenant_id=tenant.id,
            operator_id=operator.public_id,
            operator_name=operator.email,
            reason=why,
            minutes=minutes,
        )
        waits = approves_support(tenant)
        if not waits:
            _begin(grant)
        grant.save(force_insert=True)
        _record(grant, tenant, operator, "support.asked" if waits else "support.started")
    return grant


def approve_access(*, grant_id: UUID, actor: Actor) -> SupportGrant:
    """The active tenant's administrator agrees: the grant begins now. Raises UnknownGrant or GrantIsOver."""
    tenant = current_tenant()
    with transaction.atomic():
        grant = _locked(grant_id)
        if grant.starts_at is not None or grant.ended_at is not None:
            raise GrantIsOver
        grant.approved_by = actor.public_id
        _begin(grant)
        grant.save(update_fields=["approved_by", "starts_at", "ends_at"])
        _record(grant, tenant, actor, "support.started")
    return grant


def end_access(*, grant_id: UUID, actor: Actor | None) -> SupportGrant:
    """End a grant of the active tenant, at once; also one that has not begun. Raises UnknownGrant or GrantIsOver."""
    with transaction.atomic():
        grant = _locked(grant_id)
        if grant.ended_at is not None:
            raise GrantIsOver
        _end(grant, current_tenant(), actor, clock.now())
    return grant


def use_access(*, tenant: TenantCtx, operator: Operator, what: str) -> SupportGrant:
    """Say that the operator looks at `what` now, in both audits. Raises NoGrant when nothing lets them."""
    with in_public(), transaction.atomic():
        grant = active_grant(tenant=tenant, operator_id=operator.public_id)
        if grant is None:
            raise NoGrant
        grant = SupportGrant.objects.select_for_update().get(pk=grant.pk)
        if grant.ended_at is not None:
            raise NoGrant
        grant.uses += 1
        grant.save(update_fields=["uses"])
        _record(grant, tenant, operator, "support.used", what=what)
    return grant


def end_expired() -> int:
    """Record the end of every grant whose time is over; how many. They let nobody in before that either."""
    over = SupportGrant.objects.filter(ended_at__isnull=True, ends_at__lte=clock.now())
    ended = 0
    for pk in list(over.values_list("pk", flat=True)):
        with in_public(), transaction.atomic():
            grant = over.select_for_update(skip_locked=True).filter(pk=pk).first()
            if grant is not None and grant.ends_at is not None:
                _end(grant, _tenant(grant), None, grant.ends_at)
                ended += 1
    return ended


def _begin(grant: SupportGrant) -> None:
    grant.starts_at = clock.now()
    grant.ends_at = grant.starts_at + timedelta(minutes=grant.minutes)


def _end(grant: SupportGrant, tenant: TenantCtx | None, actor: Actor | None, at: datetime) -> None:
    grant.ended_at = at
    grant.save(update_fields=["ended_at"])
    if tenant is not None:
        _record(grant, tenant, actor, "support.ended")


def _tenant(grant: SupportGrant) -> TenantCtx | None:
    try:
        return working_tenant(grant.tenant_id)
    except UnknownTenant:
        return None


def _locked(grant_id: UUID) -> SupportGrant:
    own = SupportGrant.objects.select_for_update().filter(tenant_id=current_tenant().id, public_id=grant_id).first()
    if own is None:
        raise UnknownGrant
    return own


def _record(grant: SupportGrant, tenant: TenantCtx, actor: Actor | None, action: str, **more: object) -> None:
    facts = {
        "operator": grant.operator_name,
        "reason": grant.reason,
        "until": grant.ends_at.isoformat() if grant.ends_at else None,
        **more,
    }
    record_in_both(tenant=tenant, actor=actor, action=action, object=(KIND, grant.public_id), after=facts)
