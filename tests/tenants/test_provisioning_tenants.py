"""Tenants: cloned whole in under two seconds, apart from each other, with the role app owning nothing."""

from uuid import uuid4

import pytest
from django.core.checks import run_checks
from django.db import ProgrammingError, connection, transaction
from django.test import Client, override_settings

from accounts.users.models import User
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.errors import NotFound, Unavailable
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.provisioning.checks import one_table_one_schema
from tenants.provisioning.errors import BadSlug, TenantExists
from tenants.provisioning.owner import as_owner
from tenants.provisioning.selectors import active_tenants, hosts_of, tenant_by_host, tenant_by_slug
from tenants.provisioning.services import TEMPLATE_SCHEMA, create_tenant, drop_tenant, migrate_everything


def sql(query: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []


def objects_of(schema: str) -> set[tuple[str, ...]]:
    """Tables, constraints, triggers and functions of a schema, by name."""
    return set(
        sql(
            """
            SELECT 'table', tablename, '' FROM pg_tables WHERE schemaname = %s
            UNION SELECT 'constraint', conname, contype::text FROM pg_constraint WHERE connamespace = %s::regnamespace
            UNION SELECT 'trigger', t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
              WHERE c.relnamespace = %s::regnamespace AND NOT t.tgisinternal
            UNION SELECT 'function', proname, '' FROM pg_proc WHERE pronamespace = %s::regnamespace
            """,
            *[schema] * 4,
        )
    )


def test_a_clone_has_every_table_constraint_trigger_and_function_of_the_template(used_tenant):
    assert objects_of(used_tenant.schema) == objects_of(TEMPLATE_SCHEMA)
    assert len(objects_of(TEMPLATE_SCHEMA)) > 100


def test_a_clone_has_no_people_and_all_migrations(used_tenant):
    assert User.objects.count() == 0
    migrations = "SELECT count(*) FROM {}django_migrations"
    assert sql(migrations.format("")) == sql(migrations.format(f"{TEMPLATE_SCHEMA}."))


def test_what_one_tenant_writes_another_does_not_have(acme_ctx, bolt_ctx):
    with in_tenant(acme_ctx):
        User.objects.create_user("alice@example.com")
    with in_tenant(bolt_ctx):
        assert not User.objects.filter(email="alice@example.com").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "DROP TABLE accounts_users_user",
        "CREATE SCHEMA mine",
        "TRUNCATE accounts_users_user",
    ],
)
def test_the_app_role_can_change_no_table(acme, statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        sql(statement)


@pytest.mark.parametrize("slug", ["", "ab", "1abc", "Upper", "a b", "x" * 41, "drop;--", "ünter"])
def test_a_bad_short_name_is_refused(db, slug):
    with pytest.raises(BadSlug):
        create_tenant(slug=slug, name="Bad")


def test_a_taken_name_or_host_leaves_nothing_behind(used_tenant):
    schemas = sql("SELECT count(*) FROM pg_namespace")
    with pytest.raises(TenantExists):
        create_tenant(slug=used_tenant.slug, name="Twin")
    with pytest.raises(TenantExists):
        create_tenant(slug=f"other-{uuid4().hex[:8]}", name="Twin", hosts=(f"{used_tenant.slug}.localhost",))

    assert sql("SELECT count(*) FROM pg_namespace") == schemas


def test_a_dropped_tenant_is_gone_with_its_schema(used_tenant):
    other = create_tenant(slug=f"gone-{uuid4().hex[:8]}", name="Gone")
    drop_tenant(slug=other.slug)

    assert sql("SELECT 1 FROM pg_namespace WHERE nspname = %s", other.schema) == []
    with pytest.raises(NotFound):
        tenant_by_slug(other.slug)


def test_migrating_again_changes_nothing(used_tenant):
    before = objects_of(used_tenant.schema)

    migrate_everything(verbosity=0)

    assert objects_of(used_tenant.schema) == before


def test_without_the_owners_address_nobody_becomes_the_owner(db, settings):
    settings.CU = settings.CU.model_copy(update={"database_owner_url": None})

    with pytest.raises(Unavailable), as_owner():
        pass


def test_a_host_is_a_tenant_or_nothing_is_served(acme_ctx):
    assert tenant_by_host("ACME.localhost:8000") == acme_ctx
    assert hosts_of(acme_ctx) == ["acme.localhost"]
    for host in ("nobody.localhost", "localhost", "acme.localhost.evil.com"):
        assert Client(headers={"host": host}).get("/").status_code == 404


def test_the_template_serves_nobody(db):
    assert TEMPLATE_SCHEMA not in {tenant.schema for tenant in active_tenants()}


def test_the_tables_are_each_in_one_schema():
    assert run_checks(tags=None) is not None
    assert one_table_one_schema() == []


def test_an_app_that_is_public_and_a_tenants_fails_the_start(settings):
    with override_settings(SHARED_APPS=[*settings.SHARED_APPS, "credits.ledger"]):
        found = {error.id for error in one_table_one_schema()}

    assert {"cu.E001", "cu.E003"} <= found


def test_a_table_in_no_list_fails_the_start(settings):
    with override_settings(TENANT_APPS=[app for app in settings.TENANT_APPS if app != "credits.ledger"]):
        assert "cu.E002" in {error.id for error in one_table_one_schema()}


def test_the_tenant_is_a_value_that_can_travel(acme_ctx):
    assert isinstance(acme_ctx, TenantCtx)
    assert acme_ctx.schema.startswith("t_")
    assert acme_ctx.slug not in acme_ctx.schema
