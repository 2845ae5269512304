"""The one way from async code to the database: a function that runs in a worker thread, inside its tenant's schema."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from channels.db import database_sync_to_async

from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.tenancy import in_public, in_tenant

T = TypeVar("T")

THREADS_MAX = 4  # each may hold one database connection
_threads = ThreadPoolExecutor(max_workers=THREADS_MAX, thread_name_prefix="tenant-db")


async def run_in_tenant(tenant: TenantCtx, fn: Callable[..., T], *args: object) -> T:
    """`fn(*args)` in a worker thread, with `tenant` active and its schema first on the search path."""

    def inside() -> T:
        with in_tenant(tenant):
            return fn(*args)

    return await _in_thread(inside)


async def run_in_public(fn: Callable[..., T], *args: object) -> T:
    """`fn(*args)` in a worker thread on the public schema, with no tenant: for finding out which tenant a host is."""

    def inside() -> T:
        with in_public():
            return fn(*args)

    return await _in_thread(inside)


async def _in_thread(inside: Callable[[], T]) -> T:
    result: T = await database_sync_to_async(inside, thread_sensitive=False, executor=_threads)()
    return result
