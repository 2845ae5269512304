"""Tenant, time and ids are explicit: without a tenant nothing runs, and a replay repeats its ids."""

import uuid
from datetime import UTC, datetime

import pytest
from django.core.cache import cache, caches
from django.db import connection

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.errors import NoTenant, NotFound
from cryptouniverse.kernel.ids import derived_id, new_id
from cryptouniverse.kernel.tasks import public_task, tenant_task
from cryptouniverse.kernel.tenancy import in_public, in_tenant, load_tenant


@tenant_task(queue="default")
def tell_schema() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return current_tenant().slug, cursor.fetchone()[0]


@public_task(queue="default")
def tell_public_schema() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return cursor.fetchone()[0]


def test_a_task_runs_inside_its_tenant(acme_ctx):
    assert tell_schema(tenant_id=str(acme_ctx.id)) == ("acme", acme_ctx.schema)


def test_a_public_task_runs_outside_every_tenant(acme):
    assert tell_public_schema() == "public"


@pytest.mark.parametrize("tenant_id", [None, ""])
def test_a_task_without_a_tenant_raises(db, tenant_id):
    with pytest.raises(NoTenant):
        tell_schema(tenant_id=tenant_id)


def test_a_task_for_a_tenant_that_is_gone_raises(db):
    with pytest.raises(NotFound):
        load_tenant(uuid.uuid4())


def test_no_tenant_means_an_error_never_the_public_schema():
    with pytest.raises(NoTenant):
        current_tenant()
    with pytest.raises(NoTenant):
        cache.set("figure", 1)


def test_the_same_cache_key_is_another_one_in_another_tenant(acme_ctx, bolt_ctx):
    with in_tenant(acme_ctx):
        cache.set("figure", "acme's", 60)
    with in_tenant(bolt_ctx):
        assert cache.get("figure") is None
    caches["global"].set("figure", "everybody's", 60)
    with in_tenant(acme_ctx):
        assert cache.get("figure") == "acme's"


def test_leaving_a_tenant_restores_what_was_before(acme_ctx, bolt_ctx):
    with in_tenant(acme_ctx):
        with in_tenant(bolt_ctx):
            assert connection.schema_name == bolt_ctx.schema
        with in_public(), pytest.raises(NoTenant):
            current_tenant()
        assert (connection.schema_name, current_tenant()) == (acme_ctx.schema, acme_ctx)


def test_ids_sort_by_birth_and_derived_ones_repeat():
    moment = datetime(2024, 3, 1, tzinfo=UTC)
    with clock.at(moment):
        first, twin, other = derived_id("fill", 1), derived_id("fill", 1), derived_id("fill", 2)
        random = new_id()

    assert first == twin != other
    assert {first.version, random.version} == {7}
    assert first.int >> 80 == clock.to_ms(moment)
    assert random < new_id()


def test_milliseconds_survive_the_round_trip():
    assert clock.to_ms(clock.from_ms(1_704_067_200_123)) == 1_704_067_200_123


def test_the_cache_cannot_be_cleared_as_a_whole_for_it_shares_its_server(acme):
    with pytest.raises(RuntimeError, match="queues"):
        cache.clear()
