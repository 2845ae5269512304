"""Who and what this piece of work is for: tenant and correlation id, in HTTP, sockets, tasks, cache keys and logs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from cryptouniverse.kernel.errors import NoTenant
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.words import gettext_noop as _


@dataclass(frozen=True, slots=True)
class TenantCtx:
    """The tenant that work is done for. id: public UUID. slug: its name in addresses. schema: its PostgreSQL schema."""

    id: UUID
    slug: str
    schema: str


_tenant: ContextVar[TenantCtx | None] = ContextVar("tenant", default=None)
_correlation: ContextVar[str] = ContextVar("correlation_id", default="")


def current_tenant() -> TenantCtx:
    """The active tenant. Raises NoTenant when there is none: nothing falls back to public."""
    tenant = _tenant.get()
    if tenant is None:
        raise NoTenant(_("This needs a tenant, and none is active. Enter one with kernel.tenancy.in_tenant()."))
    return tenant


def tenant_or_none() -> TenantCtx | None:
    """The active tenant, or None: for logs and health checks only."""
    return _tenant.get()


@contextmanager
def tenant_bound(tenant: TenantCtx | None) -> Iterator[None]:
    """Inside, `tenant` is the active one. Sets no database schema: use `tenants.provisioning.services.in_tenant`."""
    token = _tenant.set(tenant)
    try:
        yield
    finally:
        _tenant.reset(token)


def correlation_id() -> str:
    """The id that ties log lines, events and answers of one request or task together."""
    if not _correlation.get():
        _correlation.set(str(new_id()))
    return _correlation.get()


@contextmanager
def correlated(correlation: str) -> Iterator[None]:
    """Inside, `correlation_id()` is `correlation`."""
    token = _correlation.set(correlation)
    try:
        yield
    finally:
        _correlation.reset(token)
