"""The one way from async code to the database: a function that runs in a worker thread, inside its tenant's schema."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from asgiref.sync import SyncToAsync
from django.db import close_old_connections, connection

from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.tenancy import in_public, in_tenant

T = TypeVar("T")

THREADS_MAX = 4  # each may hold one database connection
TRUSTED_S = 1.0  # a connection that worked so lately is not asked again whether it lives
_worked = threading.local()  # at: when this thread's connection last did
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
    result: T = await _InThread(inside, thread_sensitive=False, executor=_threads)()
    return result


class _InThread(SyncToAsync[..., Any]):
    """Keeps the thread's connection from call to call, where settings let connections live.

    Django would ask it before each call whether it lives: a round trip, of which an order's way had several.
    """

    def thread_handler(self, *args: Any, **kwargs: Any) -> Any:
        """Run the function; what the connection did while it failed is looked into before its next use."""
        if time.monotonic() - getattr(_worked, "at", 0.0) > TRUSTED_S:
            close_old_connections()
        _worked.at = 0.0
        try:
            result = super().thread_handler(*args, **kwargs)  # type: ignore[no-untyped-call]  # asgiref is half typed
            if connection.settings_dict["CONN_MAX_AGE"] and not connection.errors_occurred:
                _worked.at = time.monotonic()
            return result
        finally:
            if not _worked.at:
                close_old_connections()
