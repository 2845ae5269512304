"""Finding tenants. Answers are values; a Host is looked up once every few seconds per process.

A change of a tenant (suspended, resumed, migrated) or of a host is seen by every other process within
`memory.REMEMBERED_S`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery

from cryptouniverse.kernel.context import TenantCtx, current_tenant
from cryptouniverse.kernel.memory import Memory
from cryptouniverse.kernel.tenancy import in_public, in_tenant
from tenants.provisioning.domain_states import LISTED, DomainState
from tenants.provisioning.errors import UnknownDomain, UnknownTenant
from tenants.provisioning.hostnames import in_ascii
from tenants.provisioning.models import Domain, SchemaStatus, Tenant
from tenants.provisioning.plan import names_on_disk
from tenants.provisioning.types import API_REQUESTS, QUOTAS, Life, Standing

_HOST = re.compile(r"[a-z0-9.-]{1,253}", re.ASCII)
_by_host: Memory[str, Standing] = Memory()
_covered: dict[str, bool] = {}  # version of a schema -> whether it has all that this code knows
_origins: Memory[UUID, str] = Memory()


def standing_of_host(host: str) -> Standing:
    """The tenant that answers to `host` (with or without a port), whatever its state. Raises UnknownTenant."""
    name = host.partition(":")[0].lower().removesuffix(".")
    if not _HOST.fullmatch(name):
        raise UnknownTenant(host=host[:253])
    return _by_host.get(name, lambda: _standing(domains__domain=name, domains__state=DomainState.VERIFIED))


def tenant_by_host(host: str) -> TenantCtx:
    """The active tenant that answers to `host`. Raises UnknownTenant."""
    return _active(standing_of_host(host), host=host)


def tenant_by_slug(slug: str) -> TenantCtx:
    """The active tenant with this slug. Raises UnknownTenant."""
    return _active(_standing(slug=slug), slug=slug)


def tenant_by_id(tenant_id: UUID) -> TenantCtx:
    """The active tenant with this public id. Raises UnknownTenant."""
    return _active(_standing(public_id=tenant_id), public_id=str(tenant_id))


def working_tenant(tenant_id: UUID) -> TenantCtx:
    """The tenant with this id, whatever its state: suspended ones still leave positions. Raises UnknownTenant."""
    return _standing(public_id=tenant_id).tenant


def waits_for_migrations(tenant: TenantCtx) -> bool:
    """Whether what writes for this tenant has to wait until its tables are brought up to date."""
    return _standing(public_id=tenant.id).read_only


def is_served(tenant: TenantCtx) -> bool:
    """Whether pages, API and sockets of this tenant are open now."""
    with in_public():
        return bool(Tenant.objects.filter(public_id=tenant.id, status=Life.ACTIVE).exists())


def approves_support(tenant: TenantCtx) -> bool:
    """Whether this tenant's administrator must agree before operators look in."""
    return bool(Tenant.objects.filter(public_id=tenant.id, approves_support=True).exists())


def live_trading() -> bool:
    """Whether the active tenant's people may trade for real money, as far as their organisation says."""
    return bool(Tenant.objects.values_list("live_trading", flat=True).get(schema_name=current_tenant().schema))


def any_tenant(slug: str) -> Standing:
    """The tenant with this slug, whatever its state; never the template. Raises UnknownTenant."""
    return _standing(slug=slug)


def row_id_of(tenant: TenantCtx) -> int:
    """The key of the tenant's row, for public tables that refer to it. Raises UnknownTenant."""
    found: int | None = Tenant.objects.filter(public_id=tenant.id).values_list("pk", flat=True).first()
    if found is None:
        raise UnknownTenant(tenant=str(tenant.id))
    return found


def active_tenants() -> list[TenantCtx]:
    """All active tenants, oldest first; never the template."""
    with in_public():
        return [tenant.as_ctx() for tenant in Tenant.objects.filter(status=Life.ACTIVE).order_by("pk")]


def in_each_tenant(work: Callable[[], object]) -> None:
    """Do `work` inside every active tenant, oldest first. The first that raises ends it."""
    for tenant in active_tenants():
        with in_tenant(tenant):
            work()


def trading_tenants() -> list[TenantCtx]:
    """All tenants whose orders and positions are looked after, oldest first: every one whose tables this code knows.

    Suspended ones are among them: their exits and stops go on.
    """
    with in_public():
        return [row.as_ctx() for row in _rows().order_by("pk") if _has_all_we_know(row)]


def every_tenant() -> list[TenantCtx]:
    """All tenants, suspended ones too, oldest first; never the template."""
    with in_public():
        return [tenant.as_ctx() for tenant in Tenant.objects.exclude(status=Tenant.Status.TEMPLATE).order_by("pk")]


def schema_statuses() -> QuerySet[SchemaStatus]:
    """Where each schema stands with its migrations."""
    return SchemaStatus.objects.order_by("pk")


def hosts_of(tenant: TenantCtx) -> list[str]:
    """The host names that `tenant` answers to, the primary one first."""
    with in_public():
        rows = Domain.objects.filter(tenant__public_id=tenant.id, state=DomainState.VERIFIED)
        return list(rows.order_by("-is_primary", "domain").values_list("domain", flat=True))


def origin_of(tenant: TenantCtx) -> str:
    """`https://host` of the tenant's primary domain, for links in mails and answers; never from a request's Host.

    Empty for a tenant without a host.
    """
    return _origins.get(tenant.id, lambda: _origin_of(tenant))


def _origin_of(tenant: TenantCtx) -> str:
    host = next(iter(hosts_of(tenant)), "")
    if not host:
        return ""
    return f"https://{host}" if settings.PRODUCTION else f"http://{host}:{settings.CU.cu_port}"


def domains_of(tenant: TenantCtx) -> list[Domain]:
    """What the tenant has and has asked for: the primary one first."""
    with in_public():
        rows = Domain.objects.filter(tenant__public_id=tenant.id, state__in=LISTED)
        return list(rows.order_by("-is_primary", "token", "domain"))


def domain_of(tenant: TenantCtx, name: str) -> Domain:
    """The tenant's domain of this name, as people or DNS write it. Raises UnknownDomain."""
    with in_public():
        rows = Domain.objects.filter(tenant__public_id=tenant.id, state__in=LISTED)
        found: Domain | None = rows.filter(domain=in_ascii(name)).first()
    if found is None:
        raise UnknownDomain(domain=name[:255])
    return found


def may_have_certificate(name: str) -> bool:
    """Whether a certificate may be got for this host: it is verified, and its tenant is active."""
    try:
        tenant_by_host(name)
    except UnknownTenant:
        return False
    return True


def takes_entries() -> bool:
    """Whether the active tenant may enter positions now."""
    return not Tenant.objects.filter(schema_name=current_tenant().schema).exclude(status=Life.ACTIVE).exists()


def forget_hosts(**_: object) -> None:
    """Drop the remembered hosts; called whenever tenants or domains change."""
    _by_host.forget()
    _origins.forget()


def forget_versions() -> None:
    """Read anew which migrations this release knows; for tests that make another release of it."""
    _covered.clear()
    _known.cache_clear()


def _standing(**where: Any) -> Standing:
    with in_public():
        row = _rows().filter(**where).first()
        if row is None:
            raise UnknownTenant(**{name: str(value) for name, value in where.items()})
        read_only = row.state != SchemaStatus.State.CURRENT or not _has_all_we_know(row)
    own = row.api_requests_day_max
    return Standing(row.as_ctx(), Life(row.status), read_only, QUOTAS[API_REQUESTS] if own is None else own)


def _rows() -> QuerySet[Any]:
    status = SchemaStatus.objects.filter(schema_name=OuterRef("schema_name"))
    rows: QuerySet[Any] = Tenant.objects.exclude(status=Tenant.Status.TEMPLATE).annotate(
        state=Subquery(status.values("state")[:1]), version=Subquery(status.values("version")[:1])
    )
    return rows


def _active(standing: Standing, **where: str) -> TenantCtx:
    if standing.life is not Life.ACTIVE:
        raise UnknownTenant(**where)
    return standing.tenant


def _has_all_we_know(row: Any) -> bool:
    """Whether the schema has every migration of this code. It may have more: an older release serves it meanwhile."""
    if not row.version:
        return False
    if row.version not in _covered:
        names = SchemaStatus.objects.values_list("names", flat=True).get(schema_name=row.schema_name)
        _covered[row.version] = _known() <= frozenset(names)
    return _covered[row.version]


@cache
def _known() -> frozenset[str]:
    return names_on_disk(settings.TENANT_APPS)
