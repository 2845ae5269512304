"""What benchmarks stand on: a scratch database, a tenant that trades, its web server and its worker."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from accounts.users.store import SESSION_TENANT, SessionStore
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.provisioning.services import create_tenant
from tests.database import database_name, drop_database, make_database, use_database
from tests.people import member
from tests.web.stage import given_cycles, given_desk, given_market

SLUG = "bench"


@contextmanager
def scratch_database() -> Iterator[None]:
    """Inside, this process and its children work on a copy of the migrated template; dropped after."""
    name, before = database_name(), dict(os.environ)
    usual = connection.settings_dict["NAME"]
    make_database(name, durable=True)
    use_database(name)
    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        os.environ[variable] = urlunsplit(urlsplit(before[variable])._replace(path=f"/{name}"))
    try:
        yield
    finally:
        os.environ.update(before)
        use_database(usual)
        drop_database(name)


@contextmanager
def trading_tenant(*, cycles: int) -> Iterator[tuple[TenantCtx, Any]]:
    """Inside a new tenant with a trader, whose bots have worked `cycles` candles of the simulated market."""
    tenant = create_tenant(slug=SLUG, name="Bench", hosts=(f"{SLUG}.localhost",))
    with in_tenant(tenant):
        user = member("trader@bench.example")
        feed = given_market()
        given_desk(user)
        given_cycles(feed, cycles)
        yield tenant, user


def signed_in(user: Any, tenant: TenantCtx) -> str:
    """The key of a session of `user`, as signing in makes it."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store[SESSION_TENANT] = str(tenant.id)
    store.create()
    return str(store.session_key)
