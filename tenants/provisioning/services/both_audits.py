"""What the platform does to a tenant stands in two audits: the tenant's and the operators' own."""

from __future__ import annotations

from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit.services import Facts, record
from tenants.audit.types import Actor
from tenants.provisioning.errors import ReasonMissing, UnknownTenant
from tenants.provisioning.selectors import any_tenant
from tenants.provisioning.types import PLATFORM

REASON_MIN, REASON_MAX = 5, 300


def record_in_both(
    *,
    tenant: TenantCtx,
    actor: Actor | None,
    action: str,
    object: tuple[str, object] | None = None,
    before: Facts | None = None,
    after: Facts | None = None,
) -> None:
    """One record in `tenant`'s audit and one in the platform's, in the caller's transaction.

    object: what it was done to, the tenant itself by default. Without a tenant `platform` there is one record.
    """
    named = object or ("tenant", tenant.id)
    for home in _homes(tenant):
        with in_tenant(home):
            record(actor=actor, action=action, object=named, before=before, after=after)


def reason_of(text: str) -> str:
    """The reason as it is kept. Raises ReasonMissing when it is shorter or longer than one sentence."""
    reason = " ".join(text.split())
    if not REASON_MIN <= len(reason) <= REASON_MAX:
        raise ReasonMissing
    return reason


def _homes(tenant: TenantCtx) -> list[TenantCtx]:
    try:
        platform = any_tenant(PLATFORM).tenant
    except UnknownTenant:
        return [tenant]
    return [tenant] if platform == tenant else [tenant, platform]
