"""Orders over time at an exchange: each child is sent once, what it gets is counted, and the stop follows the size."""

from dataclasses import replace
from decimal import Decimal

from cryptouniverse.kernel.market import Side
from tests.trading.by_hand_desk import SLOT_MS, at, desk, market, portfolio_of
from tests.trading.desk import HOUR
from tests.trading.exchange_desk import (
    Accepted,
    answer,
    claim,
    filled,
    intents,
    learn,
    send,
    stop_of,
    trade,
    venue_order,
)
from trading.algorithms import state_from
from trading.exchanges.types import OrderKind, TimeInForce, VenueStatus
from trading.execution.models import ParentOrder
from trading.execution.over_time import OverTime
from trading.execution.services import begin_over_time, carry_on, end_over_time
from trading.marketdata.models import Feed
from trading.portfolio.models import Position

__all__ = ["desk", "market"]
TWAP = {"duration_s": 3 * 3_600, "interval_s": 3_600}


def begin(desk, market, kind="twap", *, side=Side.BUY, position=None, **said) -> ParentOrder:
    usual = OverTime(kind, side, Decimal("0.04"), parameters=TWAP, **said)
    if side is Side.BUY:
        usual = replace(usual, stop_price=at(market, "0.9"))
    books = portfolio_of(desk)
    row = begin_over_time(
        portfolio=books, actor=books.owner, instrument_id=market[0].id, asked=usual, key=f"{side}", position=position
    )
    carry_on()
    return row


def an_hour_later() -> int:
    Feed.objects.update(cursor_ms=Feed.objects.get().cursor_ms + HOUR.ms, end_ms=SLOT_MS + 99 * HOUR.ms)
    return carry_on()


def state(row):
    return state_from(ParentOrder.objects.get(pk=row.pk).state)


def gets(desk, sending, number, price, quantity=None):
    """The venue fills a child, whole or in part, and says that it is over."""
    order = filled(sending, number, price)
    if quantity is not None:
        part = replace(order, executed=Decimal(quantity), status=VenueStatus.EXPIRED)
        order = replace(part, trades=(trade(part, number, quantity, price),))
    answer(desk, sending, Accepted(order))


def test_children_are_sent_one_by_one_and_what_one_did_not_get_comes_back(desk, market):
    row = begin(desk, market)
    first = send(desk)
    assert (first.request.kind, first.request.time_in_force) == (OrderKind.LIMIT, TimeInForce.IOC)
    assert an_hour_later() == 0, "until its first fill there is one at a time"
    gets(desk, first, "1", "60000", "0.004")

    stop = send(desk)
    answer(desk, stop, Accepted(venue_order(stop, "s1")))
    assert stop.request.quantity == Decimal("0.004")
    assert an_hour_later() == 1
    second = send(desk)
    assert second.request.quantity > Decimal("0.01"), "what the first one missed is spread over the rest"
    gets(desk, second, "2", "60000")

    position = Position.objects.get()
    assert position.quantity == Decimal("0.004") + second.request.quantity
    assert [child.filled for child in state(row).children][:1] == [400]
    [withdrawal] = claim(desk).withdrawals
    assert withdrawal.venue_order_id == "s1"
    learn(desk, replace(venue_order(stop, "s1"), status=VenueStatus.CANCELLED))
    assert send(desk).request.quantity == position.quantity


def test_an_unknown_child_is_in_flight_and_nothing_is_bought_twice(desk, market):
    row = begin(desk, market)
    send(desk)
    for _ in range(5):
        an_hour_later()
    assert intents(desk) == ["entry sending"]
    assert state(row).in_flight_steps > 0


def test_a_slice_of_an_iceberg_rests_and_is_withdrawn_when_the_order_ends(desk, market):
    books = portfolio_of(desk)
    asked = OverTime(
        "iceberg",
        Side.BUY,
        Decimal("0.04"),
        limit_price=at(market, "1.001"),
        stop_price=at(market, "0.9"),
        parameters={"visible_steps": 1_000},
    )
    row = begin_over_time(portfolio=books, actor=books.owner, instrument_id=market[0].id, asked=asked, key="ice")
    carry_on()
    child = send(desk)
    assert (child.request.time_in_force, child.request.quantity) == (TimeInForce.GTC, Decimal("0.01"))
    answer(desk, child, Accepted(venue_order(child, "i1")))

    end_over_time(row=row, actor=books.owner)
    assert [w.venue_order_id for w in claim(desk).withdrawals] == ["i1"]
    learn(desk, replace(venue_order(child, "i1"), status=VenueStatus.CANCELLED))
    carry_on()
    row.refresh_from_db()
    assert row.ended_at is not None
    assert portfolio_of(desk).reserved == 0


def test_a_sale_over_time_takes_the_stop_away_for_each_part_and_gives_it_back(desk, market):
    begin(desk, market)
    gets(desk, send(desk), "1", "60000")
    stop = send(desk)
    answer(desk, stop, Accepted(venue_order(stop, f"s{stop.intent_pk}")))
    position = Position.objects.get()
    end_over_time(row=ParentOrder.objects.get(), actor=portfolio_of(desk).owner)
    books = portfolio_of(desk)
    asked = OverTime("twap", Side.SELL, position.quantity, parameters=TWAP)
    begin_over_time(
        portfolio=books, actor=books.owner, instrument_id=market[0].id, asked=asked, key="out", position=position
    )
    carry_on()
    assert len(claim(desk).withdrawals) == 1
    learn(desk, stop_of(position, VenueStatus.CANCELLED))
    sale = send(desk)
    gets(desk, sale, "2", "61000")

    held = Position.objects.get().quantity
    assert 0 < held < position.quantity
    assert send(desk).request.quantity == held
