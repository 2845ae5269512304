"""The cast and the stage: a database, two tenants (Acme, Bolt), and real data where there is some."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import TestCase
from hypothesis import settings as hypothesis
from redis import Redis

from aiengine.consensus.shelf import shelf
from cryptouniverse.api.limits import forget_counts
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.tenancy import in_public, in_tenant
from strategies.signals.services import forget_decided
from tenants.regions.selectors import forget_rules
from tests import database

if TYPE_CHECKING:
    from tests.access.stage import Stage

# What takes longest comes first, so that no process is left alone with it at the end. A browser's files are there, too:
# what they start is started by one process then, which is not robbed of its last tests.
LONGEST = {
    "prove": (
        "test_no_kill",
        "api_schemathesis",
        "isolation_command",
        "mutants",
        "credits_machine",
        "replay",
        "settlement_histories",
        "isolation_crawl",
        "parity",
        "worker_killed",
    ),
    "": ("test_browser",),
}

REDIS_URL = settings.REDIS_URL
_FORGET = (
    "EVAL",
    "for _, space in ipairs(ARGV) do for _, key in ipairs(redis.call('KEYS', space)) do redis.call('DEL', key) end end",
    *(0, "g:*", "t:*"),
)

hypothesis.register_profile("cryptouniverse", deadline=None)  # speed is measured in benchmarks, not here
hypothesis.load_profile("cryptouniverse")


def _rolled_back(case) -> None:
    """What Django's TestCase does at its end, but for closing the connection: a new one knows no table of hundreds."""
    case._rollback_atomics(case.cls_atomics)
    super(TestCase, case).tearDownClass()


TestCase.tearDownClass = classmethod(_rolled_back)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest come first; the rest stays in its order."""
    items.sort(key=_place)


def pytest_collection_finish(session: pytest.Session) -> None:
    """With `--dist loadgroup` a group is one process's. Raises UsageError where pytest-xdist sees no groups."""
    if not getattr(session.config.option, "loadgroup", False):
        return
    grouped = [item for item in session.items if item.get_closest_marker("xdist_group")]
    if not all("@" in item.nodeid for item in grouped):
        raise pytest.UsageError("pytest-xdist does not see the groups of tests with this version of pytest")


def _place(item: pytest.Item) -> int:
    longest = LONGEST["prove" if item.get_closest_marker("prove") else ""]
    return next((number for number, name in enumerate(longest) if name in item.nodeid), len(longest))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker) -> Iterator[None]:
    """Replaces pytest-django's: one database a process, copied from the migrated template, or the one that is lent."""
    if lent := os.environ.get(database.LENT):
        with django_db_blocker.unblock():
            database.use_database(lent)
        yield
        return
    name = database.database_name()
    with django_db_blocker.unblock():
        database.make_database(name)
        database.use_database(name)
    yield
    with django_db_blocker.unblock():
        connection.close()
        database.drop_database(name)


@cache
def _tenant(slug: str) -> TenantCtx:
    """Looked up once: what it says stands in the template, and is the same in every copy of it."""
    from tenants.provisioning.selectors import tenant_by_slug

    return tenant_by_slug(slug)


@pytest.fixture
def acme_ctx(db) -> TenantCtx:
    """The tenant Acme, not entered."""
    return _tenant("acme")


@pytest.fixture
def bolt_ctx(db) -> TenantCtx:
    """The tenant Bolt, not entered."""
    return _tenant("bolt")


@pytest.fixture
def acme(acme_ctx) -> Iterator[TenantCtx]:
    """Inside the tenant Acme; all that the test writes is rolled back."""
    with in_tenant(acme_ctx) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def acme_of_the_file(django_db_setup, django_db_blocker) -> Iterator[TenantCtx]:
    """Inside the tenant Acme; what is written here is there for every test of the file, and rolled back after them.

    For stages that are dear: whoever shares one must not have tests that commit in the same file.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        with in_tenant(_tenant("acme")) as tenant:
            yield tenant
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def stage_of_the_file(acme_of_the_file) -> Stage:
    """Olga's stage (tests.access.stage), made once a file; tests take `stage`."""
    from tests.access.stage import given_stage

    return given_stage()


@pytest.fixture
def stage(acme, stage_of_the_file) -> Stage:
    """Olga's stage as it was made: what another test has changed of it is undone."""
    return stage_of_the_file.anew()


@pytest.fixture
def fresh_tenant(django_db_setup, django_db_blocker) -> Iterator[TenantCtx]:
    """Inside a tenant of its own with real commits, for tests with several connections or processes; dropped after."""
    with tenant_of_its_own(django_db_blocker) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def _tenant_of_the_file(django_db_setup, django_db_blocker) -> Iterator[TenantCtx]:
    with tenant_of_its_own(django_db_blocker) as tenant, in_public():
        yield tenant


@pytest.fixture
def used_tenant(_tenant_of_the_file, django_db_blocker) -> Iterator[TenantCtx]:
    """As `fresh_tenant`, but one for the file: for tests that mind nothing that others of the file have committed."""
    with django_db_blocker.unblock(), in_tenant(_tenant_of_the_file) as tenant:
        yield tenant
        connection.close()


@contextmanager
def tenant_of_its_own(django_db_blocker) -> Iterator[TenantCtx]:
    """Inside a new tenant with real commits, which is dropped after; `fresh_tenant` for longer than one test."""
    from cryptouniverse.kernel.events.models import OutboxEvent
    from tenants.provisioning.services import create_tenant, drop_tenant

    slug = f"fresh-{uuid4().hex[:12]}"
    with django_db_blocker.unblock():
        tenant = create_tenant(slug=slug, name="Fresh", hosts=(f"{slug}.localhost",))
        try:
            with in_tenant(tenant):
                yield tenant
        finally:
            connection.set_schema_to_public()
            OutboxEvent.objects.filter(tenant_id=tenant.id).delete()
            drop_tenant(slug=slug)
            connection.close()


@pytest.fixture(autouse=True)
def _clean_memory() -> Iterator[None]:
    """What a process remembers between requests must not leak between tests."""
    yield
    assert settings.REDIS_URL == REDIS_URL, "settings that end in another order than they began stay"
    _forget_cached()
    forget_decided()
    shelf.forget()
    forget_rules()
    forget_counts()


def _forget_cached() -> None:
    """Only the cache's keys: the same Redis database holds the workers' queues. One question, as it is asked often."""
    _redis().execute_command(*_FORGET)


@cache
def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real candles and API bodies. Skips where CU_TEST_DATA is unset; CI always sets it."""
    folder = os.environ.get("CU_TEST_DATA", "")
    if not folder:
        pytest.skip("CU_TEST_DATA is not set: this test needs real recorded data")
    return Path(folder)
