"""News of the venue becomes books once, whoever brings it, however often, in whatever order."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest

from tests.trading.exchange_desk import (
    Accepted,
    Rejected,
    Unknown,
    answer,
    bought,
    claim,
    filled,
    fills,
    given_desk,
    intents,
    learn,
    leave,
    orders,
    send,
    stop_of,
    trade,
    venue_order,
    wish,
)
from trading.exchanges.types import VenueStatus
from trading.execution.models import Attempt, Intent
from trading.portfolio.models import Dust, Portfolio, Position


def portfolio_of(desk):
    return Portfolio.objects.get(pk=desk.portfolio_pk)


def test_an_accepted_entry_is_booked_and_gets_its_stop(acme):
    desk = given_desk()
    wish(desk)
    sending = send(desk)

    answer(desk, sending, Accepted(filled(sending, fee="0.01")))

    portfolio = portfolio_of(desk)
    assert (fills(desk), intents(desk)) == (["buy 0.1 at 100 (entry)"], ["entry filled", "protect recorded"])
    assert (portfolio.cash, portfolio.reserved, portfolio.fees) == (Decimal("9989.99"), 0, Decimal("0.01"))


def test_the_same_news_again_changes_nothing(acme):
    desk = given_desk()
    wish(desk)
    sending = send(desk)
    order = filled(sending)

    answer(desk, sending, Accepted(order))
    before = (fills(desk), intents(desk), portfolio_of(desk).cash)
    learn(desk, order, *order.trades)
    answer(desk, sending, Accepted(order))

    assert (fills(desk), intents(desk), portfolio_of(desk).cash) == before


def test_partial_fills_in_any_order_come_to_the_same_books(acme):
    outcomes = set()
    for turn in permutations(range(3)):
        desk = given_desk()
        wish(desk, quantity="0.3")
        sending = send(desk)
        order = venue_order(sending, f"p{desk.portfolio_pk}")
        parts = [trade(order, f"{desk.portfolio_pk}-{n}", "0.1", str(100 - n)) for n in range(3)]
        learn(desk, replace(order, executed=Decimal("0.1")))
        for number in turn:
            learn(desk, parts[number])
        learn(desk, replace(order, executed=Decimal("0.3"), status=VenueStatus.FILLED))
        position = Position.objects.get(portfolio_id=desk.portfolio_pk)
        outcomes.add((position.quantity, position.cost, portfolio_of(desk).cash, tuple(intents(desk))))

    assert outcomes == {(Decimal("0.3"), Decimal("29.7"), Decimal("9970.3"), ("entry filled", "protect recorded"))}


def test_an_order_ends_only_when_every_fill_that_the_venue_counts_is_booked(acme):
    desk = given_desk()
    wish(desk, quantity="0.2")
    sending = send(desk)
    order = venue_order(sending, executed="0.2", status=VenueStatus.FILLED)

    lesson = learn(desk, order, trade(order, "1", "0.1"))

    assert (lesson.incomplete, intents(desk)) == ({("BTC/USDT", "1")}, ["entry acked"])
    learn(desk, order, trade(order, "2", "0.1"))
    assert intents(desk) == ["entry filled", "protect recorded"]


def test_an_entry_that_got_nothing_expires_and_gives_its_cash_back(acme):
    desk = given_desk()
    wish(desk)
    sending = send(desk)

    answer(desk, sending, Accepted(venue_order(sending, status=VenueStatus.EXPIRED)))

    assert (intents(desk), portfolio_of(desk).reserved) == (["entry expired"], 0)


def test_an_entry_that_got_a_part_keeps_it_and_gives_the_rest_back(acme):
    desk = given_desk()
    wish(desk)
    sending = send(desk)
    order = venue_order(sending, executed="0.06", status=VenueStatus.EXPIRED)

    answer(desk, sending, Accepted(replace(order, trades=(trade(order, "1", "0.06"),))))

    portfolio = portfolio_of(desk)
    assert (portfolio.cash, portfolio.reserved) == (Decimal(9994), 0)
    assert Position.objects.get().quantity == Decimal("0.06")
    assert intents(desk) == ["entry expired", "protect recorded"]


def test_a_fee_in_the_base_asset_leaves_less_and_its_dust_is_booked(acme):
    """freqtrade#4324, #7586: 1 BTC less 0.1% is 0.999; the exit sells what is whole, the rest is dust, not lost."""
    desk = given_desk()
    position = bought(desk, quantity="0.12345", fee="0.00012345", fee_currency="BTC")
    assert position.quantity == Decimal("0.12332655")
    leave(desk, position)
    assert len(claim(desk).withdrawals) == 1
    learn(desk, stop_of(position, VenueStatus.CANCELLED))
    exit_ = send(desk)
    assert exit_.request.quantity == Decimal("0.12332")

    answer(desk, exit_, Accepted(filled(exit_, "x", "110")))

    dust = Dust.objects.get()
    position.refresh_from_db()
    assert (dust.asset, dust.quantity) == ("BTC", Decimal("0.00000655"))
    assert (position.quantity, position.closed_slot_ms is None) == (0, False)
    portfolio = portfolio_of(desk)
    assert portfolio.cash + dust.cost == portfolio.start_cash + portfolio.realised


def test_a_fee_in_a_third_asset_is_a_cost_that_does_not_leave_the_cash(acme):
    desk = given_desk()
    wish(desk)
    sending = send(desk)

    answer(
        desk,
        sending,
        Accepted(filled(sending, fee="0.001", fee_currency="BNB")),
        fee_prices={"BNB": Decimal(500)},
    )

    portfolio, position = portfolio_of(desk), Position.objects.get()
    assert (portfolio.cash, portfolio.fees, portfolio.fees_elsewhere) == (9990, Decimal("0.5"), Decimal("0.5"))
    assert position.cost == Decimal("10.5")


def test_a_stop_that_fills_closes_the_position_and_drops_the_exit_that_waited(acme):
    desk = given_desk()
    position = bought(desk)
    leave(desk, position)
    assert len(claim(desk).withdrawals) == 1
    order = stop_of(position, VenueStatus.FILLED, executed="0.1")

    learn(desk, order, trade(order, "s", "0.1", "90"))

    position.refresh_from_db()
    assert (fills(desk)[-1], position.quantity) == ("sell 0.1 at 90 (stop)", 0)
    assert intents(desk) == ["entry filled", "protect filled", "exit cancelled"]
    assert claim(desk).sendings == []


def test_a_stop_half_filled_while_it_is_cancelled_is_not_sold_twice(acme):
    """freqtrade#8374, #7444."""
    desk = given_desk()
    position = bought(desk)
    leave(desk, position)
    assert len(claim(desk).withdrawals) == 1
    order = stop_of(position, VenueStatus.CANCELLED, executed="0.06")

    learn(desk, order, trade(order, "s", "0.06", "90"))

    assert send(desk).request.quantity == Decimal("0.04")


def test_a_stop_that_somebody_cancelled_by_hand_is_placed_again(acme):
    desk = given_desk()
    position = bought(desk)

    learn(desk, stop_of(position, VenueStatus.CANCELLED))

    assert intents(desk) == ["entry filled", "protect cancelled", "protect recorded"]


def test_an_exit_that_got_a_part_is_followed_by_another_for_the_rest(acme):
    desk = given_desk()
    position = bought(desk)
    leave(desk, position)
    assert len(claim(desk).withdrawals) == 1
    learn(desk, stop_of(position, VenueStatus.CANCELLED))
    exit_ = send(desk)
    order = venue_order(exit_, "x", executed="0.03", status=VenueStatus.EXPIRED)

    answer(desk, exit_, Accepted(replace(order, trades=(trade(order, "x", "0.03"),))))

    again = send(desk)
    assert (again.purpose, again.request.quantity) == ("exit", Decimal("0.07"))


def test_a_refused_entry_ends_and_a_refused_exit_is_tried_again(acme):
    desk = given_desk()
    position = bought(desk)
    wish(desk)
    entry = send(desk)
    answer(desk, entry, Rejected("-2010", "no money"))
    leave(desk, position)
    assert len(claim(desk).withdrawals) == 1
    learn(desk, stop_of(position, VenueStatus.CANCELLED))
    exit_ = send(desk)

    answer(desk, exit_, Rejected("-2010", "locked"))

    assert intents(desk) == ["entry filled", "protect cancelled", "entry rejected", "exit recorded"]
    Intent.objects.update(not_before=None)
    again = send(desk)
    assert again.request.client_order_id != exit_.request.client_order_id


def test_a_stop_that_the_venue_will_not_take_becomes_an_exit(acme):
    desk = given_desk()
    wish(desk)
    entry = send(desk)
    answer(desk, entry, Accepted(filled(entry)))
    stop = send(desk)

    answer(desk, stop, Rejected("-2010", "would trigger at once"))

    assert intents(desk) == ["entry filled", "protect rejected", "exit recorded"]


@pytest.mark.parametrize("outcome", [Unknown("timeout")])
def test_an_unknown_outcome_is_not_a_refusal(acme, outcome):
    desk = given_desk()
    wish(desk)
    sending = send(desk)

    answer(desk, sending, outcome)

    assert (intents(desk), Attempt.objects.get().reason) == (["entry sending"], "timeout")
    assert portfolio_of(desk).reserved > 0


def test_an_order_of_nobody_is_strange_and_a_second_one_of_an_intent_too(acme):
    desk = given_desk()
    wish(desk)
    sending = send(desk)
    answer(desk, sending, Accepted(filled(sending, "1")))
    twin, stranger = venue_order(sending, "2"), replace(venue_order(sending, "3"), client_order_id="hand")

    lesson = learn(desk, twin, stranger)

    assert {order.venue_order_id for order in lesson.strange} == {"2", "3"}
    assert orders(desk) == ["1 filled"]
