"""Records get their places after they were committed; heads are kept outside; the database's owner is found out."""

import json
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from pydantic import SecretStr

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.tenancy import in_public, in_tenant
from tenants.audit import chain, keeping, sealing, tasks
from tenants.audit import services as audit
from tenants.audit.chain import canonical
from tenants.audit.keys import signer
from tenants.audit.models import AuditCheck, AuditLink, UnsealedRecord
from tenants.audit.stores import FolderHeads
from tenants.audit.types import Fault
from tests.people import member

RECORD, LINK, WAITING = (f"tenants_audit_{name}" for name in ("auditrecord", "auditlink", "unsealedrecord"))


@pytest.fixture(autouse=True)
def heads(tmp_path, settings):
    settings.AUDIT_HEADS = str(tmp_path / "heads")
    return tmp_path / "heads"


def given_records(number: int = 5) -> None:
    for count in range(number):
        audit.record(actor=None, action="cap.changed", object=("thing", count), before={"cap": 1.5}, after={"cap": "é"})


def faults() -> set[str]:
    return {finding.fault for finding in keeping.check_chain()}


@contextmanager
def the_owner(tenant):
    """The database's owner, inside the tenant's schema, with the triggers of the audit switched off."""
    role = {**django_settings.CU.database(owner=True), "NAME": connection.settings_dict["NAME"]}
    url = {"user": role["USER"], "password": role["PASSWORD"], "host": role["HOST"], "port": role["PORT"]}
    with psycopg.connect(**url, dbname=role["NAME"], options=f"-c search_path={tenant.schema}") as owner:
        for table in (RECORD, LINK):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield owner


def test_records_get_their_places_in_order_and_the_chain_holds(acme):
    given_records(5)
    assert UnsealedRecord.objects.count() == 5

    assert sealing.seal_records(limit=3) == 3 and sealing.seal_everything() == 2

    assert list(AuditLink.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]
    assert UnsealedRecord.objects.count() == 0 and keeping.check_chain() == []
    assert sealing.seal_records() == 0


def test_a_chain_is_its_tenants_own(acme_ctx, bolt_ctx):
    for tenant in (acme_ctx, bolt_ctx):
        with in_tenant(tenant):
            audit.record(actor=None, action="cap.changed", object=("thing", 1), after={})
    with in_public():
        assert {t.slug for t in sealing.with_unsealed([acme_ctx, bolt_ctx])} == {"acme", "bolt"}
        tasks.seal_audits()
        assert sealing.with_unsealed([acme_ctx, bolt_ctx]) == []
    with in_tenant(acme_ctx):
        assert AuditLink.objects.get().sequence == 1


def test_a_record_that_was_rolled_back_waits_for_nothing(acme):
    with pytest.raises(RuntimeError), transaction.atomic():
        given_records(1)
        raise RuntimeError

    assert sealing.seal_records() == 0 and keeping.check_chain() == []


@pytest.mark.parametrize("change", ["UPDATE {} SET hash = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_product_cannot_change_a_link(acme, change):
    given_records(1)
    sealing.seal_everything()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(LINK))


def test_a_record_taken_from_the_queue_is_found(acme):
    given_records(3)
    UnsealedRecord.objects.all()[:1].get().delete()
    sealing.seal_everything()

    assert faults() == {Fault.UNCHAINED}


def test_a_sealer_that_does_not_run_is_found(acme):
    given_records(1)
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert faults() == {Fault.UNSEALED}


def test_heads_are_lines_of_a_file_that_only_we_read(acme, heads):
    given_records(2)

    assert keeping.write_head().sequence == 2 and keeping.write_head().number == 2

    path = heads / f"{acme.id}.jsonl"
    assert [json.loads(line)["number"] for line in path.read_text().splitlines()] == [1, 2]
    assert path.stat().st_mode & 0o777 == 0o600 and keeping.check_chain() == []


def test_half_a_head_that_a_crash_left_is_no_head(acme, heads):
    given_records(2)
    keeping.write_head()
    with (heads / f"{acme.id}.jsonl").open("ab") as file:
        file.write(b'{"half a')

    assert keeping.check_chain() == [] and keeping.write_head().number == 2 and keeping.check_chain() == []


def test_two_writers_of_one_head_make_one(acme, heads):
    given_records(1)
    keeping.write_head()

    with pytest.raises(Exception, match="written already"):
        FolderHeads(heads).append(acme.id, 1, b"{}")


def test_a_store_that_lost_its_heads_is_found(acme, heads):
    given_records(2)
    keeping.write_head()
    (heads / f"{acme.id}.jsonl").unlink()

    with clock.at(clock.now() + timedelta(hours=4)):
        assert faults() == {Fault.HEADS_LATE}


def test_heads_of_a_key_from_before_count_when_it_is_named(acme, settings):
    given_records(1)
    keeping.write_head()
    old = signer().public
    with_another = settings.CU.model_copy(update={"cu_audit_key": SecretStr("A" * 43 + "=")})
    settings.CU = with_another
    assert faults() == {Fault.HEAD}

    settings.CU = with_another.model_copy(update={"cu_audit_public_keys": old})
    assert faults() == set()


EVILS = {
    f"UPDATE {RECORD} SET object_id = 'other' WHERE object_id = '3'": Fault.CHANGED,
    f"UPDATE {RECORD} SET before = '{{\"cap\": 1.50}}' WHERE object_id = '2'": Fault.CHANGED,
    f"UPDATE {RECORD} SET at = at + interval '1 microsecond' WHERE object_id = '2'": Fault.CHANGED,
    f"DELETE FROM {RECORD} WHERE object_id = '2'": Fault.MISSING,
    f"DELETE FROM {LINK} WHERE sequence = 2": Fault.GAP,
    f"INSERT INTO {RECORD} (public_id, at, actor_kind, action, object_type, object_id, correlation_id)"
    " VALUES (gen_random_uuid(), now(), 'user', 'cap.changed', 'thing', '9', 'x')": Fault.UNCHAINED,
    f"TRUNCATE {RECORD}, {LINK}": Fault.TRUNCATED,
    f"DELETE FROM {LINK} WHERE sequence > 3": Fault.TRUNCATED,
}


def test_what_the_owner_of_the_database_does_is_found(fresh_tenant):
    given_records(5)
    keeping.write_head()

    with the_owner(fresh_tenant) as owner:
        owner.execute(f"CREATE TEMP TABLE r AS TABLE {RECORD}; CREATE TEMP TABLE l AS TABLE {LINK}")
        for evil, fault in EVILS.items():
            owner.execute(evil)
            owner.commit()
            assert fault in faults(), evil
            owner.execute(f"DELETE FROM {RECORD}; DELETE FROM {LINK}")
            owner.execute(f"INSERT INTO {RECORD} TABLE r; INSERT INTO {LINK} TABLE l")
            owner.commit()
            assert faults() == set()


def test_a_chain_that_the_owner_computes_anew_is_found(fresh_tenant):
    given_records(5)
    keeping.write_head()

    with the_owner(fresh_tenant) as owner:
        owner.execute(f"UPDATE {RECORD} SET object_id = 'other' WHERE object_id = '0'")
        owner.execute(f"DELETE FROM {LINK}; INSERT INTO {WAITING} SELECT id FROM {RECORD}")
    sealing.seal_everything()

    assert faults() == {Fault.REWRITTEN}


def test_the_command_says_what_is_wrong_and_ends_with_one(acme):
    given_records(2)
    keeping.write_head()
    said = StringIO()
    call_command("verify_audit", tenant="acme", stdout=said)
    assert "acme: 2 records, 1 signed heads, 0 findings" in said.getvalue()

    UnsealedRecord.objects.create(record_id=AuditLink.objects.first().pk)
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", "--json", tenant="acme", stdout=said)
    assert ended.value.code == 1
    assert json.loads(said.getvalue())["tenants"][0]["findings"][0]["fault"] == "unsealed"


def test_the_daily_check_speaks_up_and_is_remembered(acme, caplog):
    given_records(1)
    UnsealedRecord.objects.all().delete()

    tasks.check_audit.run()

    assert AuditCheck.objects.get().findings == 1 and AuditCheck.objects.get().first.startswith("unchained")


def test_a_worker_that_ends_leaves_a_head(acme, heads):
    given_records(1)

    tasks.write_last_heads()

    assert (heads / f"{acme.id}.jsonl").exists()


def test_whatever_json_can_say_can_be_sealed(acme):
    deep = {"deep": [[[{"a": 1e300, "": None, "é": "\u2028"}]]]}
    audit.record(actor=member("a@acme.example"), action="cap.changed", object=("x", 1), after=deep)

    assert sealing.seal_everything() == 1 and keeping.check_chain() == []


def test_canonical_json_has_one_form_and_exact_numbers():
    column = '{"b": 1.50, "a": [1, 1.0, true], "é": "\\\\u0000"}'

    assert canonical({"b": [1, None, True], "a": 'é"\n'}) == '{"a":"é\\"\\n","b":[1,null,true]}'
    assert canonical(chain._read(column)) == '{"json":{"a":[1,1.0,true],"b":1.50,"é":"\\\\u0000"}}'
