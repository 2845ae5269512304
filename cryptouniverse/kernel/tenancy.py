"""Entering a tenant: the one place that sets a database connection's schema.

Synchronous code only: under `await` another thread's connection would be set. Async code goes through
`cryptouniverse.realtime.db.run_in_tenant`, which calls `in_tenant` inside the worker thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection as default_connection

from cryptouniverse.kernel.context import TenantCtx, tenant_bound
from cryptouniverse.kernel.errors import NoTenant
from cryptouniverse.kernel.words import gettext_noop as _

connection: Any = default_connection  # django-tenants' backend adds schemas to it, and ships no types
PUBLIC = "public"
Loader = Callable[[UUID], TenantCtx]
Asked = Callable[[TenantCtx], bool]
_loader: list[tuple[Loader, Asked, Asked]] = []


@contextmanager
def in_tenant(tenant: TenantCtx) -> Iterator[TenantCtx]:
    """Inside, queries run in `tenant`'s schema and `current_tenant()` is `tenant`; both are restored after."""
    before = connection.schema_name
    _switch(tenant.schema)
    try:
        with tenant_bound(tenant):
            yield tenant
    finally:
        _switch(before)


@contextmanager
def in_public() -> Iterator[None]:
    """Inside, queries run in the public schema and no tenant is active."""
    before = connection.schema_name
    _switch(PUBLIC)
    try:
        with tenant_bound(None):
            yield
    finally:
        _switch(before)


@contextmanager
def in_schema_alone(schema: str) -> Iterator[None]:
    """Inside, `schema` is all that unqualified names are looked for in, and no tenant is active: for migrations."""
    before = connection.schema_name
    connection.set_schema(schema, include_public=False)
    try:
        with tenant_bound(None):
            yield
    finally:
        connection.set_schema(before)


def _switch(schema: str) -> None:
    if connection.schema_name != schema:  # who is there already keeps the search path that is set
        connection.set_schema(schema)


def register_loader(loader: Loader, *, waits: Asked, served: Asked) -> None:
    """Say how a tenant is found by its id, whether its work waits, and whether people are let in.

    The tenants app does so when it is ready.
    """
    _loader[:] = [(loader, waits, served)]


def load_tenant(tenant_id: str | UUID | None) -> TenantCtx:
    """The tenant with this id, for which work is done. Raises NoTenant without an id, NotFound where nobody has it.

    Suspended tenants are among them: what they do not do any more is refused where it is decided.
    """
    if not tenant_id or not _loader:
        raise NoTenant(_("This work names no tenant. Enqueue it with `task.enqueue(tenant, ...)`."))
    return _loader[0][0](UUID(str(tenant_id)))


def must_wait(tenant: TenantCtx) -> bool:
    """Whether work that writes for `tenant` must wait: its tables are being brought up to date."""
    return _loader[0][1](tenant)


def is_served(tenant: TenantCtx) -> bool:
    """Whether people may be in `tenant` now; asked anew each time, for what stays open after its first request."""
    return _loader[0][2](tenant)
