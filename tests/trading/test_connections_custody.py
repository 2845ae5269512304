"""A connection's key opens in the trader's process alone, from the row that was sealed for it, and from no other."""

import resource
import subprocess
import sys

import pytest
from django.db import IntegrityError, transaction
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import SealBroken
from cryptouniverse.kernel.tenancy import in_tenant
from tests.people import member
from tests.trading.connections_cast import API_KEY, SECRET, credentials, given_connection
from trading.connections.errors import NoCredentials, PaperHasNoVenue, SecretsStayClosed
from trading.connections.models import Connection, SealedSecret, TenantKey
from trading.connections.services import open_credentials, opening
from trading.connections.services.keeping import destroy_credentials, keep_credentials
from trading.connections.types import Kind, SecretField, Status

MOMENT = clock.from_ms(1_700_000_000_000)


def test_the_trader_opens_what_was_kept(alice, trader):
    kept = credentials(passphrase="pass phrase")
    connection = given_connection(alice, keys=kept)

    assert open_credentials(connection) == kept


def test_one_statement_reads_all_of_it(alice, trader):
    """So that a rotation beside it is seen as a whole: secrets, their key and their version are of one moment."""
    connection = given_connection(alice)

    with CaptureQueriesContext(database) as asked:
        open_credentials(connection)

    assert len([one for one in asked.captured_queries if one["sql"].startswith("SELECT")]) == 1


def test_any_other_process_opens_nothing(alice):
    connection = given_connection(alice)

    with pytest.raises(SecretsStayClosed):
        open_credentials(connection)


def test_the_switch_goes_back_after_a_command(alice):
    connection = given_connection(alice)
    with opening():
        open_credentials(connection)
    with pytest.raises(SecretsStayClosed):
        open_credentials(connection)


def test_web_and_workers_never_turn_the_switch_on():
    """All that either of them loads as it starts, in one process: nothing of it has allowed to open."""
    script = (
        "import django; django.setup(); import cryptouniverse.asgi\n"
        "from cryptouniverse.celery import app; app.loader.import_default_modules()\n"
        "from trading.connections import custody\n"
        "custody.require_opening()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "SecretsStayClosed" in done.stderr


def test_a_process_that_opens_leaves_no_core_file(trader):
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0


def test_a_paper_connection_has_nothing_to_open(alice, trader):
    paper = given_connection(alice, kind=Kind.PAPER)

    with pytest.raises(PaperHasNoVenue):
        open_credentials(paper)


def test_what_was_destroyed_is_gone(alice, trader):
    connection = given_connection(alice)
    destroy_credentials(connection)
    connection.status, connection.served_since = Status.DELETED, None
    connection.save()

    assert not SealedSecret.objects.exists()
    with pytest.raises(NoCredentials):
        open_credentials(connection)


def test_the_table_holds_neither_key_nor_secret(alice):
    given_connection(alice)
    whole = b"".join(bytes(row.nonce) + bytes(row.ciphertext) for row in SealedSecret.objects.all())

    assert API_KEY.encode() not in whole
    assert SECRET.encode() not in whole


def moved(row, **fields):
    """The sealed row, with some of what names it changed behind our back."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


def test_rows_swapped_between_connections_are_refused(alice, trader):
    mine = given_connection(alice)
    other = given_connection(alice, label="Other", keys=credentials("another-key-of-mine", "another-secret"))
    theirs = SealedSecret.objects.filter(connection=other)
    theirs.delete()
    SealedSecret.objects.filter(connection=mine).update(connection=other)

    with pytest.raises(SealBroken):
        open_credentials(other)


def test_rows_swapped_between_fields_are_refused(alice, trader):
    connection = given_connection(alice)
    key, secret = (SealedSecret.objects.get(field=field) for field in (SecretField.API_KEY, SecretField.SECRET))
    spare = SecretField.PASSPHRASE
    moved(key, field=spare)
    moved(secret, field=SecretField.API_KEY)
    moved(key, field=SecretField.SECRET)

    with pytest.raises(SealBroken):
        open_credentials(connection)


@pytest.mark.parametrize("claims", [1, 2])
def test_rows_set_back_to_an_older_version_are_refused(alice, trader, claims):
    connection = given_connection(alice)
    older = list(SealedSecret.objects.all())
    with transaction.atomic():
        keep_credentials(connection, credentials("the-next-key", "the-next-secret"))
        connection.save()
    assert open_credentials(connection) == credentials("the-next-key", "the-next-secret")

    SealedSecret.objects.all().delete()
    for row in older:
        row.pk = None
        moved(row, version=claims)

    with pytest.raises(SealBroken):
        open_credentials(connection)


def test_rows_put_back_after_deletion_are_refused(alice, trader):
    connection = given_connection(alice)
    kept = list(SealedSecret.objects.all())
    destroy_credentials(connection)
    connection.status, connection.served_since = Status.DELETED, None
    connection.save()
    for row in kept:
        row.pk = None
        row.save()

    with pytest.raises(SealBroken):
        open_credentials(connection)


def test_rows_moved_to_another_tenant_are_refused(alice, bolt_ctx, trader):
    """The thief copies all there is: the connection with its id, the sealed rows and the tenant's own key."""
    mine = given_connection(alice)
    rows, key = list(SealedSecret.objects.all()), TenantKey.objects.get(purpose="secrets")
    with in_tenant(bolt_ctx):
        bob = member("bob@bolt.example")
        mine.owner, mine.pk = bob, None
        mine.save(force_insert=True)
        key.pk = None
        key.save(force_insert=True)
        for row in rows:
            row.pk, row.key, row.connection = None, key, mine
            row.save(force_insert=True)

        with pytest.raises(SealBroken):
            open_credentials(mine)


def test_another_tenants_key_of_the_same_name_is_refused(alice, bolt_ctx, trader):
    mine = given_connection(alice)
    with in_tenant(bolt_ctx):
        given_connection(member("bob@bolt.example"))
        theirs = TenantKey.objects.get(purpose="secrets").wrapped
    TenantKey.objects.filter(purpose="secrets").update(wrapped=theirs)

    with pytest.raises(SealBroken):
        open_credentials(mine)


def test_a_replaced_key_raises_the_version_and_leaves_one_set_of_rows(alice, trader):
    connection = given_connection(alice, keys=credentials(passphrase="one"))
    with transaction.atomic():
        keep_credentials(connection, credentials("second-key", "second-secret"))
        connection.save()

    assert connection.secrets_version == 2
    assert set(SealedSecret.objects.values_list("field", "version")) == {("api_key", 2), ("secret", 2)}


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"may_withdraw": True}, "connection_active_may_trade_only"),
        ({"may_transfer": True}, "connection_active_may_trade_only"),
        ({"may_trade": False}, "connection_active_may_trade_only"),
        ({"served_since": None}, "connection_active_may_trade_only"),
        ({"status": "draft"}, "connection_served_is_tested"),
        ({"status": "deleted", "served_since": None}, "connection_deleted_keeps_no_key"),
        ({"status": "sleeping"}, "connection_status_known"),
        ({"kind": "demo"}, "connection_kind_known"),
        ({"kind": "paper"}, "connection_paper_has_no_key"),
        ({"kind": "live"}, "connection_live_has_terms"),
        ({"key_fingerprint": ""}, "connection_tested_has_a_key"),
        ({"secrets_version": 0}, "connection_tested_has_a_key"),
        ({"autonomous_live": True}, "connection_autonomous_live_is_live"),
        ({"entries_stopped_at": MOMENT}, "connection_stop_says_why"),
        ({"entries_stopped_reason": "drift"}, "connection_stop_says_why"),
    ],
)
def test_the_database_refuses_what_cannot_be(alice, change, constraint):
    connection = given_connection(alice)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Connection.objects.filter(pk=connection.pk).update(**change)


def test_one_key_is_served_once(alice):
    given_connection(alice)
    twin = given_connection(alice, label="Twin", status=Status.TESTED)

    with pytest.raises(IntegrityError, match="connection_one_writer_per_key"), transaction.atomic():
        Connection.objects.filter(pk=twin.pk).update(served_since=clock.now())


def test_a_label_is_given_once_among_those_that_are_there(alice):
    first = given_connection(alice)
    with pytest.raises(IntegrityError, match="connection_label_once"), transaction.atomic():
        given_connection(alice, keys=credentials("other", "other"))

    destroy_credentials(first)
    first.status, first.served_since = Status.DELETED, None
    first.save()
    assert given_connection(alice).pk


def test_no_row_of_a_connection_is_deleted_by_the_product(fresh_tenant):
    given_connection(member("alice@fresh.example"))
    with database.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('app', 'trading_connections_connection', 'DELETE')")
        assert cursor.fetchone() == (False,)
