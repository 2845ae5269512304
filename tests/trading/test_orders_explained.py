"""An order with our mark that nobody knows: it stops entries until its owner has looked at it and says why."""

from decimal import Decimal

import pytest

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.market import Side
from tenants.audit.models import AuditRecord
from tests.people import member
from tests.trading.exchange_desk import given_desk
from trading.connections.errors import StillDrifting, UnknownConnection
from trading.connections.models import Connection
from trading.connections.services import record_proof, stop_entries
from trading.connections.types import StopCause
from trading.exchanges.types import VenueOrder, VenueStatus
from trading.execution.errors import NotExplained, UnknownOrder
from trading.execution.models import StrangeOrder
from trading.execution.services import explain_order
from trading.execution.services.proving import keep_strange
from trading.execution.services.record import client_order_id

pytestmark = pytest.mark.usefixtures("acme")


def strange(number: str, *, ours: bool = True) -> VenueOrder:
    return VenueOrder(
        venue_order_id=number,
        client_order_id=client_order_id(portfolio_pk=1, intent_id=new_id()) if ours else f"web_{number}",
        symbol="BTC/USDT",
        side=Side.BUY,
        status=VenueStatus.OPEN,
        quantity=Decimal(1),
        executed=Decimal(0),
        created_ms=0,
    )


@pytest.fixture
def desk():
    return given_desk()


@pytest.fixture
def connection(desk):
    return Connection.objects.get(pk=desk.connection_pk)


def explain(connection, number, *, actor=None, reason="Sent by the old installation"):
    return explain_order(connection=connection, venue_order_id=number, actor=actor or connection.owner, reason=reason)


def stopped(connection) -> bool:
    connection.refresh_from_db()
    return connection.entries_stopped_at is not None


def test_entries_go_on_when_the_last_one_was_looked_at(desk, connection):
    keep_strange(desk, [strange("1"), strange("2"), strange("3", ours=False)])

    explain(connection, "1")
    assert stopped(connection)

    explain(connection, "2")
    assert not stopped(connection)


def test_it_is_not_asked_about_again_when_the_trader_sees_it_again(desk, connection):
    seen = strange("1")
    keep_strange(desk, [seen])
    explain(connection, "1")

    keep_strange(desk, [seen])
    assert not stopped(connection)

    keep_strange(desk, [seen, strange("2")])
    assert stopped(connection)


@pytest.mark.parametrize("reason", ["", "  "])
def test_it_needs_a_reason(desk, connection, reason):
    keep_strange(desk, [strange("1")])

    with pytest.raises(NotExplained):
        explain(connection, "1", reason=reason)

    assert stopped(connection) and StrangeOrder.objects.get().explained_by == ""


def test_it_is_audited_once_with_who_and_why(desk, connection):
    keep_strange(desk, [strange("1")])

    explain(connection, "1")
    explain(connection, "1", reason="Again")

    [record] = AuditRecord.objects.filter(action="order.explained")
    assert record.actor == connection.owner.public_id and record.object_id == "1"
    assert record.after["reason"] == "Sent by the old installation"
    assert AuditRecord.objects.filter(action="connection.entries_allowed").count() == 1


def test_another_person_is_refused(desk, connection):
    keep_strange(desk, [strange("1")])

    with pytest.raises(UnknownConnection):
        explain(connection, "1", actor=member("eve@acme.example"))

    assert stopped(connection) and not AuditRecord.objects.filter(action="order.explained").exists()


@pytest.mark.parametrize("number", ["2", "9"])
def test_a_foreign_order_and_one_that_is_not_there_cannot_be_explained(desk, connection, number):
    keep_strange(desk, [strange("1"), strange("2", ours=False)])

    with pytest.raises(UnknownOrder):
        explain(connection, number)


def test_a_stop_for_something_else_stays(desk, connection):
    stop_entries(connection=connection, reason="The clocks differ", cause=StopCause.CLOCK)
    keep_strange(desk, [strange("1")])

    explain(connection, "1")

    assert stopped(connection) and connection.entries_stopped_cause == StopCause.CLOCK


def test_while_the_books_differ_it_is_refused_and_nothing_is_written(desk, connection):
    keep_strange(desk, [strange("1")])
    record_proof(connection=connection, drift=Decimal("0.5"), at=clock.now())

    with pytest.raises(StillDrifting):
        explain(connection, "1")

    assert StrangeOrder.objects.get().explained_by == ""
