"""Two transactions of the order path that want the same rows take them in one order: one waits, none is broken."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import transaction

from tests.proofs.deadlocks import deadlocks_so_far
from tests.proofs.meanwhile import meanwhile
from tests.trading.by_hand_desk import (
    SLOT_MS,
    Accepted,
    answer,
    at,
    bar,
    desk,
    market,
    place,
    send,
    unproven,
    venue_order,
)
from tests.trading.desk import HOUR
from tests.trading.exchange_desk import bought, learn, stop_of, trade
from trading.connections.models import Connection
from trading.exchanges.types import VenueStatus
from trading.execution.models import Intent, StrangeOrder
from trading.execution.services import leave_everything, release_held, settle_slot
from trading.execution.services.proving import conclude, keep_strange
from trading.portfolio.models import Position
from trading.portfolio.selectors import lock_portfolios

__all__ = ["desk", "market", "unproven"]
pytestmark = [pytest.mark.prove, pytest.mark.timeout(120)]


@pytest.fixture
def acme(cleared):
    """What is written is committed, for a second connection to see."""
    return cleared


@pytest.mark.parametrize("kind", ["held here", "trails there"])
def test_a_candle_and_who_cancels_or_books_an_entry_at_an_exchange_wait_for_each_other_once(request, market, kind):
    there = request.getfixturevalue("desk" if kind == "trails there" else "unproven")
    intent = place(there, market, "trailing", stop_price=at(market, "0.9"))
    if kind == "trails there":
        sending = send(there)
        answer(there, sending, Accepted(venue_order(sending)))
    falls, slot_ms = bar(market, "0.95", "0.95", "0.85", "0.86"), SLOT_MS + HOUR.ms

    def cancels():  # the order first, then the books, as whoever books a fill
        yield list(Intent.objects.select_for_update(no_key=True).filter(pk=intent.pk))
        yield lock_portfolios([there.portfolio_pk])

    deadlocks = deadlocks_so_far()
    with meanwhile(request.getfixturevalue("acme"), cancels()), transaction.atomic():
        settle_slot(slot_ms=slot_ms, timeframe=HOUR, candles=falls)
        release_held(slot_ms=slot_ms, candles=falls)
    assert deadlocks_so_far() == deadlocks
    intent.refresh_from_db()
    assert "expired" in {intent.state, intent.unwanted}


def test_two_who_close_a_position_at_once_record_one_way_out(acme, desk):
    position = bought(desk)

    def closes():
        yield leave_everything([desk.portfolio_pk])
        yield None

    with meanwhile(acme, closes()), transaction.atomic():
        assert leave_everything([desk.portfolio_pk]) == 0
    assert Intent.objects.filter(position=position, purpose="exit").count() == 1


def test_fills_of_two_positions_and_who_leaves_both_take_them_in_one_order(acme, desk):
    first, second = bought(desk), bought(desk)
    Position.objects.filter(pk=first.pk).update(mark_slot_ms=1)  # where the table keeps it, it is the last one now
    stops = [stop_of(one, VenueStatus.FILLED, executed="0.1") for one in (second, first)]
    got = [replace(stop, trades=(trade(stop, number, "0.1", "90"),)) for number, stop in enumerate(stops, 7)]

    def leaves():
        for pk in (first.pk, second.pk):
            yield list(Position.objects.select_for_update(no_key=True).filter(pk=pk))

    with meanwhile(acme, leaves()):
        learn(desk, *got)
    assert not Position.objects.filter(closed_slot_ms=None).exists()


def test_a_proof_and_who_explains_an_order_take_the_order_before_the_connection(acme, desk):
    keep_strange(desk, [stop_of(bought(desk))])

    def explains():
        yield list(StrangeOrder.objects.select_for_update())
        yield list(Connection.objects.select_for_update(no_key=True).filter(pk=desk.connection_pk))

    with meanwhile(acme, explains()):
        conclude(desk=desk, drift=Decimal(0), lasting=False, proven_to_ms=1)
    assert not StrangeOrder.objects.exists()
