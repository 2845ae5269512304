"""The runner of migrations: each schema its own, once, whole; what waits meanwhile; what a kill leaves."""

import json
import os
import subprocess
import sys
from threading import Thread
from uuid import uuid4

import pytest
from celery.exceptions import Retry
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from cryptouniverse.kernel.tasks import tenant_task
from cryptouniverse.kernel.tenancy import in_public, in_tenant
from tenants.provisioning.migrating import is_current
from tenants.provisioning.models import SchemaStatus
from tenants.provisioning.owner import as_owner
from tenants.provisioning.selectors import any_tenant, forget_hosts, trading_tenants
from tenants.provisioning.services import TEMPLATE_SCHEMA, create_tenant, drop_tenant, migrate_everything
from tests.database import database_name, drop_database, make_database, use_database
from tests.people import PASSWORD, browser, member
from tests.tenants.new_migrations import BROKEN, LABEL, SECOND, next_release, this_release


@pytest.fixture
def own_database(django_db_setup, django_db_blocker):
    """A database that may be migrated further than its release."""
    name = f"cu_test_migrated_{uuid4().hex[:12]}"
    with django_db_blocker.unblock():
        make_database(name)
        use_database(name)
        forget_hosts()
        yield name
        this_release()
        forget_hosts()
        use_database(database_name())
        drop_database(name)


def state_of(schema: str) -> str:
    with in_public():
        return SchemaStatus.objects.get(schema_name=schema).state


def sql(query: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []


@tenant_task(queue="default")
def write_something() -> str:
    return "written"


def test_each_schema_holds_only_its_own_labels(db):
    public = {app for (app,) in sql("SELECT app FROM public.django_migrations")}
    tenant = {app for (app,) in sql(f"SELECT app FROM {TEMPLATE_SCHEMA}.django_migrations")}

    assert "tenants_provisioning" in public
    assert "credits_ledger" in tenant
    assert not public & tenant
    assert is_current()


def test_a_tenant_on_an_old_version_can_be_read_and_not_written(own_database, tmp_path):
    acme = any_tenant("acme").tenant
    with in_tenant(acme):
        desk = browser(member("ada@acme.example"))
    next_release(tmp_path)
    forget_hosts()

    assert not is_current()
    assert desk.get("/api/v1/portfolios").status_code == 200
    refused = desk.post("/api/v1/exchanges/connections", {}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (503, "tenants.migrating")
    assert "try again" in refused.json()["detail"]
    page = desk.post("/accounts/login/", {"login": "ada@acme.example", "password": PASSWORD})
    assert (page.status_code, page["Retry-After"]) == (503, "30")
    with pytest.raises(Retry):
        write_something(tenant_id=str(acme.id))
    assert acme not in trading_tenants()  # this code's statements are not for its tables

    assert migrate_everything(verbosity=0).failed == {}
    forget_hosts()
    assert desk.post("/api/v1/exchanges/connections", {}, content_type="application/json").status_code == 422
    assert write_something(tenant_id=str(acme.id)) == "written"
    assert is_current()


def test_an_older_release_goes_on_with_newer_tables(own_database, tmp_path):
    next_release(tmp_path)
    migrate_everything(verbosity=0)
    this_release()

    assert not any_tenant("acme").read_only
    assert any_tenant("acme").tenant in trading_tenants()


def test_one_tenant_that_fails_is_read_only_and_the_others_are_done(own_database, tmp_path):
    acme, bolt = any_tenant("acme").tenant, any_tenant("bolt").tenant
    for schema in (TEMPLATE_SCHEMA, bolt.schema):
        sql(
            f"INSERT INTO {schema}.aiengine_autopilot_cyclerun (market, timeframe, slot_ms, work, ran_at)"
            " VALUES ('m', '1h', 5, 'w', now())"
        )
    next_release(tmp_path, sql=BROKEN)

    report = migrate_everything(verbosity=0)

    assert report.failed.keys() == {acme.schema}
    assert report.failed[acme.schema].startswith("DivisionByZero")
    assert (state_of(acme.schema), state_of(bolt.schema)) == ("failed", "current")
    assert any_tenant("acme").read_only
    assert sql(f"SELECT 1 FROM {acme.schema}.django_migrations WHERE app = %s AND name = %s", LABEL, SECOND) == []
    assert sql("SELECT 1 FROM pg_tables WHERE schemaname = %s AND tablename LIKE '%%remark'", acme.schema) == []
    assert sql("SELECT 1 FROM pg_tables WHERE schemaname = %s AND tablename LIKE '%%remark'", bolt.schema) != []


def test_rows_as_django_leaves_them_are_taken_as_they_are(own_database):
    """An installation from before: everybody's rows in every schema, and no statuses."""
    acme = any_tenant("acme").tenant
    for schema, other in (("public", acme.schema), (acme.schema, "public")):
        sql(
            f"INSERT INTO {schema}.django_migrations (app, name, applied)"
            f" SELECT app, name, applied FROM {other}.django_migrations o"
            f" WHERE NOT EXISTS (SELECT FROM {schema}.django_migrations m WHERE m.app = o.app AND m.name = o.name)"
        )
    with as_owner():
        sql("DELETE FROM tenants_provisioning_schemastatus")
    tables = sql("SELECT schemaname, tablename FROM pg_tables ORDER BY 1, 2")

    report = migrate_everything(verbosity=0)

    assert (len(report.changed), report.failed) == (4, {})
    assert sql("SELECT schemaname, tablename FROM pg_tables ORDER BY 1, 2") == tables
    assert is_current()
    assert migrate_everything(verbosity=0).changed == []


def test_a_second_runner_waits_for_the_first(own_database):
    done: list[str] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(7315001)")
        second = Thread(target=lambda: (migrate_everything(verbosity=0), done.append("second"), connection.close()))
        second.start()
        second.join(0.5)
        done.append("first")
        cursor.execute("SELECT pg_advisory_unlock(7315001)")
    second.join(30)

    assert done == ["first", "second"]


@pytest.mark.prove
def test_a_runner_killed_anywhere_leaves_no_half_of_a_migration(django_db_setup):
    schemas, kills = (200, 50) if os.environ.get("CU_SOAK") else (6, 25)
    name = f"cu_test_killed_{uuid4().hex[:12]}"
    arguments = [sys.executable, "-m", "tests.tenants.migration_kills", name, str(schemas), str(kills), "1"]

    done = subprocess.run(arguments, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-2_000:]
    report = json.loads(done.stdout.splitlines()[-1])
    assert (report["kills"], report["wrong"]) == (kills, [])
    assert report["checked_s"] < 2


def test_a_new_tenant_has_the_templates_version(fresh_tenant):
    assert state_of(fresh_tenant.schema) == "current"
    slug = f"more-{uuid4().hex[:8]}"
    more = create_tenant(slug=slug, name="More")
    drop_tenant(slug=slug)
    with in_public():
        assert not SchemaStatus.objects.filter(schema_name=more.schema).exists()


@pytest.mark.parametrize("command", ["migrate", "migrate_schemas"])
def test_the_commands_for_one_schema_name_the_one_for_all(command):
    with pytest.raises(CommandError, match="migrate_tenants"):
        call_command(command)
