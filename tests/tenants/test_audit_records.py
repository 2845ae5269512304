"""The audit says who did what, and nobody can change it afterwards."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from cryptouniverse.kernel.context import correlated
from cryptouniverse.kernel.errors import NoTenant
from cryptouniverse.kernel.tenancy import in_public, in_tenant
from tenants.audit import services as audit
from tenants.audit.models import AuditRecord
from tenants.audit.selectors import audit_records
from tests.people import member

TABLE = "tenants_audit_auditrecord"


def one_record() -> AuditRecord:
    return audit.record(actor=None, action="test.done", object=("thing", 7))


def test_a_record_says_who_what_when_where_and_why(acme):
    alice = member("alice@acme.example")

    with correlated("request-1"), audit.acting_from("203.0.113.9"):
        audit.record(
            actor=alice, action="cap.changed", object=alice, before={"cap": Decimal("1.5")}, after={"cap": "2"}
        )

    record = audit_records().get()
    assert (record.actor, record.actor_kind, record.action) == (alice.public_id, "user", "cap.changed")
    assert (record.object_type, record.object_id) == ("accounts_users.user", str(alice.public_id))
    assert (record.before, record.after) == ({"cap": "1.5"}, {"cap": "2"})
    assert (record.correlation_id, record.address) == ("request-1", "203.0.113.9")


def test_the_product_itself_is_an_actor_too(acme):
    assert (one_record().actor, one_record().actor_kind) == (None, "system")


def test_secrets_are_not_kept_however_deep(acme):
    record = audit.record(
        actor=None, action="key.added", object=("key", 1), after={"label": "mine", "more": [{"API_Secret": "s3cr3t"}]}
    )

    record.refresh_from_db()
    assert record.after == {"label": "mine", "more": [{"API_Secret": audit.HIDDEN}]}


def test_without_a_tenant_there_is_nothing_to_write_to(db):
    with in_public(), pytest.raises(NoTenant):
        one_record()


@pytest.mark.parametrize("change", [f"UPDATE {TABLE} SET action = 'x'", f"DELETE FROM {TABLE}", f"TRUNCATE {TABLE}"])
def test_the_product_cannot_change_a_record(acme, change):
    one_record()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)

    assert audit_records().count() == 1


@pytest.mark.parametrize("change", [f"UPDATE {TABLE} SET action = 'x'", f"DELETE FROM {TABLE}", f"TRUNCATE {TABLE}"])
def test_not_even_the_owner_of_a_cloned_schema_can(used_tenant, change):
    import psycopg

    one_record()
    role = {**settings.CU.database(owner=True), "NAME": connection.settings_dict["NAME"]}
    url = {"user": role["USER"], "password": role["PASSWORD"], "host": role["HOST"], "port": role["PORT"]}
    owner = psycopg.connect(**url, dbname=role["NAME"], options=f"-c search_path={used_tenant.schema}")
    with owner, pytest.raises(psycopg.Error, match="audit records are only added"):
        owner.execute(change)


def test_a_record_stands_or_falls_with_the_change_it_describes(acme):
    with pytest.raises(RuntimeError), transaction.atomic():
        one_record()
        raise RuntimeError

    assert not audit_records().exists()


def test_each_tenant_has_an_audit_of_its_own(acme_ctx, bolt_ctx):
    with in_tenant(acme_ctx):
        audit.record(actor=None, action="test.done", object=("thing", uuid4()))
    with in_tenant(bolt_ctx):
        assert not audit_records().exists()
