"""Finding tenants. Answers are values (`TenantCtx`); a Host is looked up once every few seconds per process."""

from __future__ import annotations

import time
from uuid import UUID

from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.tenancy import in_public
from tenants.provisioning.errors import UnknownTenant
from tenants.provisioning.models import Tenant

HOST_CACHE_S = 5.0
_by_host: dict[str, tuple[float, TenantCtx]] = {}


def tenant_by_host(host: str) -> TenantCtx:
    """The active tenant that answers to `host` (with or without a port). Raises UnknownTenant."""
    name = host.partition(":")[0].lower().rstrip(".")
    kept = _by_host.get(name)
    if kept and kept[0] > time.monotonic():
        return kept[1]
    found = _one(domains__domain=name)
    _by_host[name] = (time.monotonic() + HOST_CACHE_S, found)
    return found


def tenant_by_slug(slug: str) -> TenantCtx:
    """The active tenant with this slug. Raises UnknownTenant."""
    return _one(slug=slug)


def tenant_by_id(tenant_id: UUID) -> TenantCtx:
    """The active tenant with this public id. Raises UnknownTenant."""
    return _one(public_id=tenant_id)


def active_tenants() -> list[TenantCtx]:
    """All active tenants, oldest first; never the template."""
    with in_public():
        return [tenant.as_ctx() for tenant in Tenant.objects.filter(status=Tenant.Status.ACTIVE).order_by("pk")]


def every_tenant() -> list[TenantCtx]:
    """All tenants, suspended ones too, oldest first; never the template."""
    with in_public():
        return [tenant.as_ctx() for tenant in Tenant.objects.exclude(status=Tenant.Status.TEMPLATE).order_by("pk")]


def hosts_of(tenant: TenantCtx) -> list[str]:
    """The host names that `tenant` answers to, the primary one first."""
    with in_public():
        rows = Tenant.objects.filter(public_id=tenant.id).order_by("-domains__is_primary", "domains__domain")
        return [host for host in rows.values_list("domains__domain", flat=True) if host]


def forget_hosts(**_: object) -> None:
    """Drop the remembered hosts; called whenever tenants or domains change."""
    _by_host.clear()


def _one(**where: object) -> TenantCtx:
    with in_public():
        tenant = Tenant.objects.filter(status=Tenant.Status.ACTIVE, **where).first()
    if tenant is None:
        raise UnknownTenant(**{name: str(value) for name, value in where.items()})
    found: TenantCtx = tenant.as_ctx()
    return found
