"""The platform's own switch: every tenant at once, or one, above everything that a tenant says itself.

The ceiling commits first, so that whoever decides from then on reads it; then each tenant is gone through, under the
locks of its limits, and what was decided meanwhile is withdrawn. A kill in between leaves entries that are on their way
and nothing new: running it again does the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from django.db import DatabaseError, transaction

from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit.services import record
from tenants.provisioning.selectors import any_tenant, trading_tenants
from trading.ceilings.services import set_platform_mode
from trading.ceilings.types import Level, Mode
from trading.execution.services.stop import NAME_MAX, carry_out
from trading.execution.types import PlatformStop
from trading.risk.events import TradingResumed, TradingStopped
from trading.risk.selectors import lock_scope
from trading.risk.services import require_reason, require_stop

if TYPE_CHECKING:
    from accounts.users.models import User

log = structlog.get_logger(__name__)


def stop_platform(*, mode: Mode, reason: str, actor: User | None = None, slug: str | None = None) -> PlatformStop:
    """Set the platform's mode for all tenants, or for `slug`, and carry it out, one tenant after the other.

    A tenant whose database refuses holds up no other. In no transaction of the caller's. Audited in each tenant as
    "trading.stopped". Raises ReasonMissing, UnknownTenant, or Invalid for the mode "normal".
    """
    require_stop(mode)
    require_reason(reason)
    tenants = _tenants(slug)
    _set(slug, mode, reason, actor)
    withdrawn, failed = 0, []
    for tenant in tenants:
        try:
            withdrawn += _carry_out(tenant, mode, reason, actor)
        except DatabaseError:
            log.exception("platform_stop_failed", slug=tenant.slug)
            failed.append(tenant.slug)
    return PlatformStop(len(tenants) - len(failed), withdrawn, tuple(failed))


def resume_platform(*, reason: str, actor: User | None = None, slug: str | None = None) -> None:
    """Back to normal for all tenants, or for `slug`; what tenants say themselves still holds.

    Audited in each tenant as "trading.resumed". Raises ReasonMissing, UnknownTenant.
    """
    require_reason(reason)
    tenants = _tenants(slug)
    _set(slug, Mode.NORMAL, reason, actor)
    for tenant in tenants:
        with in_tenant(tenant), transaction.atomic():
            found = lock_scope(Level.TENANT, tenant.id)
            record(actor=actor, action="trading.resumed", object=_object(tenant), after={"reason": reason})
            publish_on_commit([TradingResumed(portfolio_id=p.public_id, owner_id=p.owner_id) for p in found])


def _set(slug: str | None, mode: Mode, reason: str, actor: User | None) -> None:
    schema = "" if slug is None else any_tenant(slug).tenant.schema
    by = actor.get_full_name()[:NAME_MAX] if actor is not None else ""
    set_platform_mode(schema=schema, mode=mode, by=by, reason=reason)


def _carry_out(tenant: TenantCtx, mode: Mode, reason: str, actor: User | None) -> int:
    with in_tenant(tenant), transaction.atomic():
        found = lock_scope(Level.TENANT, tenant.id)
        withdrawn = carry_out([one.pk for one in found], mode)
        after = {"mode": mode.value, "reason": reason}
        record(actor=actor, action="trading.stopped", object=_object(tenant), after=after)
        publish_on_commit([TradingStopped(portfolio_id=p.public_id, owner_id=p.owner_id) for p in found])
        return withdrawn


def _object(tenant: TenantCtx) -> tuple[str, object]:
    return Level.PLATFORM.value, tenant.id


def _tenants(slug: str | None) -> list[TenantCtx]:
    return trading_tenants() if slug is None else [any_tenant(slug).tenant]
