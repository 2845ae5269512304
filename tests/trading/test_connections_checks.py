"""Keys are checked again; one that may too much is refused. Entries stop for a reason and go on after a proof."""

from datetime import timedelta
from decimal import Decimal

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.db import connection as database

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events.models import OutboxEvent
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit.models import AuditRecord
from tests.people import member
from tests.trading.connections_cast import API_KEY, SECRET, credentials, given_connection
from tests.trading.fake_exchange import TRADING, silent
from tests.web.stage import forget_market
from trading.connections import tasks
from trading.connections.errors import BadConnection, NotTested, PaperHasNoVenue, SecretsStayClosed, StillDrifting
from trading.connections.events import CHANNEL
from trading.connections.looking import look_once
from trading.connections.models import Connection
from trading.connections.selectors import active_connections, connections_to_check
from trading.connections.services import (
    activate,
    allow_entries,
    ask_for_check,
    check_connection,
    note_circuit,
    note_clock,
    record_proof,
    stop_entries,
)
from trading.connections.types import Kind, Status, StopCause
from trading.exchanges.errors import KeyRefused
from trading.exchanges.types import KeyRights

MOVES_FUNDS = KeyRights(trade=True, withdraw=True, transfer=False, ip_restricted=True)
MAY_NOT_TRADE = KeyRights(trade=False, withdraw=False, transfer=False, ip_restricted=True)


@pytest.fixture
def connection(alice, exchange):
    exchange.knows(credentials())
    return given_connection(alice)


def fresh(connection):
    return Connection.objects.get(pk=connection.pk)


@pytest.mark.parametrize(
    "now", [MOVES_FUNDS, MAY_NOT_TRADE, KeyRefused("", venue="binance")], ids=["funds", "no", "revoked"]
)
def test_a_key_that_is_not_fit_any_more_is_refused_and_its_exits_go_on(connection, exchange, trader, now):
    exchange.knows(credentials(), now)

    refused = check_connection(connection)

    assert (refused.status, refused.takes_entries, refused.entries_stopped_cause) == (Status.REFUSED, False, "rights")
    assert refused.check_error == refused.entries_stopped_reason != ""
    assert active_connections() == [refused]
    assert AuditRecord.objects.get().action == "connection.refused"
    assert OutboxEvent.objects.get(type="connections.changed").body["what"] == "refused"


def test_a_refused_key_that_is_put_right_waits_for_a_person(connection, exchange, trader, alice):
    exchange.knows(credentials(), MOVES_FUNDS)
    check_connection(connection)
    with pytest.raises(NotTested):
        activate(connection=connection, actor=alice)
    with pytest.raises(NotTested):
        allow_entries(connection=connection, actor=alice)

    exchange.knows(credentials(), TRADING)
    assert check_connection(connection).status == Status.TESTED
    assert not fresh(connection).takes_entries
    with pytest.raises(NotTested):
        allow_entries(connection=connection, actor=alice)

    assert activate(connection=connection, actor=alice).takes_entries


def test_no_answer_changes_neither_rights_nor_status(connection, exchange, trader):
    exchange.knows(credentials(), silent(f"{API_KEY} {SECRET}"))

    after = check_connection(connection)

    assert (after.status, after.takes_entries, after.may_trade) == (Status.ACTIVE, True, True)
    assert "no usable answer" in after.check_error
    kept = f"{list(Connection.objects.values())} {list(AuditRecord.objects.values())}"
    assert API_KEY not in kept and SECRET not in kept


def test_a_venue_that_hangs_is_given_up(exchange):
    keys = exchange.knows(credentials(), None)
    account = exchange.account(venue="binance", api_key=keys.api_key, secret=keys.secret, base_url="")

    finding = async_to_sync(look_once)(lambda: account, within_s=0.05)

    assert "did not answer in time" in finding.error
    assert (finding.rights, finding.refused, exchange.closed) == (None, False, 1)


def test_a_check_is_done_where_secrets_open_and_nowhere_else(connection):
    with pytest.raises(SecretsStayClosed):
        check_connection(connection)


def test_a_person_asks_and_the_trader_checks(connection, alice, trader):
    ask_for_check(connection=connection, actor=alice)
    ask_for_check(connection=connection, actor=alice)
    assert connections_to_check() == [connection]

    checked = check_connection(connections_to_check()[0])

    assert (connections_to_check(), checked.check_asked_at, checked.rights) == ([], None, TRADING)
    assert [r.action for r in AuditRecord.objects.order_by("pk")] == ["connection.check_asked", "connection.checked"]


def test_paper_has_nothing_to_check(alice):
    with pytest.raises(PaperHasNoVenue):
        ask_for_check(connection=given_connection(alice, kind=Kind.PAPER), actor=alice)


def test_every_tenant_asks_once_a_day(acme_ctx, bolt_ctx):
    day = timedelta(hours=25)
    for tenant in (acme_ctx, bolt_ctx):
        with in_tenant(tenant):
            owner = member(f"owner@{tenant.slug}.example")
            given_connection(owner, checked_at=clock.now() - day)
            given_connection(owner, label="Fresh", checked_at=clock.now(), keys=credentials("f", "f"))
            given_connection(owner, label="Paper", kind=Kind.PAPER)

    for tenant in (acme_ctx, bolt_ctx):
        tasks.ask_for_checks(tenant_id=str(tenant.id))
        with in_tenant(tenant):
            assert [c.label for c in connections_to_check()] == ["Main"]


def test_the_command_checks_what_waits(connection, alice, capsys):
    ask_for_check(connection=connection, actor=alice)

    call_command("check_connections")

    assert "acme Main: Active" in capsys.readouterr().out
    assert fresh(connection).checked_at and connections_to_check() == []


def test_the_trader_is_notified_at_the_commit(fresh_tenant):
    with database.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")
    connection = given_connection(member("alice@fresh.example"))

    stop_entries(connection=connection, reason="for a test")

    heard = list(database.connection.notifies(timeout=5, stop_after=1))
    forget_market()  # the event is committed, for everybody
    assert [n.payload for n in heard] == [f"{fresh_tenant.id} {connection.public_id} entries_stopped"]


def test_a_difference_stops_entries_until_a_proof_finds_none(connection):
    at = clock.now()
    record_proof(connection=connection, drift=Decimal("0.5"), at=at)
    stopped = fresh(connection)
    assert (stopped.takes_entries, stopped.entries_stopped_cause, stopped.drift) == (False, "drift", Decimal("0.5"))
    with pytest.raises(StillDrifting):
        allow_entries(connection=connection)

    record_proof(connection=connection, drift=Decimal(0), at=at + timedelta(seconds=15))

    proven = fresh(connection)
    assert (proven.takes_entries, proven.drift, proven.last_proven_at) == (True, 0, at + timedelta(seconds=15))
    assert [r.action for r in AuditRecord.objects.order_by("pk")] == [
        "connection.entries_stopped",
        "connection.entries_allowed",
    ]


def test_a_proof_that_comes_late_changes_nothing(connection):
    at = clock.now()
    record_proof(connection=connection, drift=Decimal(1), at=at)
    record_proof(connection=connection, drift=Decimal(0), at=at - timedelta(seconds=1))

    assert fresh(connection).drift == 1 and not fresh(connection).takes_entries


def test_quiet_proofs_publish_nothing(connection):
    for second in range(5):
        record_proof(connection=connection, drift=Decimal(0), at=clock.now() + timedelta(seconds=second))

    assert not OutboxEvent.objects.exists() and not AuditRecord.objects.exists()


def test_a_stop_that_does_not_end_by_itself_outlives_a_proof(connection):
    record_proof(connection=connection, drift=Decimal(1), at=clock.now())
    stop_entries(connection=connection, reason="An order that nobody knows", cause=StopCause.OTHER)
    record_proof(connection=connection, drift=Decimal(0), at=clock.now() + timedelta(seconds=1))

    assert fresh(connection).entries_stopped_reason == "An order that nobody knows"
    assert allow_entries(connection=connection, reason="looked at it").takes_entries


def test_the_first_stop_keeps_its_reason(connection):
    stop_entries(connection=connection, reason="first")
    stop_entries(connection=connection, reason="second")
    record_proof(connection=connection, drift=Decimal(1), at=clock.now())

    assert fresh(connection).entries_stopped_reason == "first"
    assert AuditRecord.objects.count() == 1


def test_activating_does_not_lift_a_difference(connection, exchange, trader, alice):
    exchange.knows(credentials(), MOVES_FUNDS)
    check_connection(connection)
    record_proof(connection=connection, drift=Decimal(1), at=clock.now())
    exchange.knows(credentials(), TRADING)
    check_connection(connection)

    assert activate(connection=connection, actor=alice).entries_stopped_cause == "drift"


def test_a_stop_says_why(connection):
    with pytest.raises(BadConnection):
        stop_entries(connection=connection, reason=" ")


def test_clock_and_circuit_are_noted(connection):
    note_clock(connection=connection, offset_ms=-730)
    note_circuit(connection=connection, state="open until 12:00:05")

    assert (fresh(connection).clock_offset_ms, fresh(connection).circuit) == (-730, "open until 12:00:05")
