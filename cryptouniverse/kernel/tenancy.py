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
_loader: list[Loader] = []


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


def register_loader(loader: Loader) -> None:
    """Say how an active tenant is found by its id; the tenants app does so when it is ready."""
    _loader[:] = [loader]


def load_tenant(tenant_id: str | UUID | None) -> TenantCtx:
    """The active tenant with this id. Raises NoTenant when there is no id, or no active tenant that has it."""
    if not tenant_id or not _loader:
        raise NoTenant(_("This work names no tenant. Enqueue it with `task.enqueue(tenant, ...)`."))
    return _loader[0](UUID(str(tenant_id)))
