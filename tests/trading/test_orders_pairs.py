"""Orders that are two at the exchange: what one of them gets ends the other, and the books see one order."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from cryptouniverse.kernel.market import Instrument, Side
from tests.trading.exchange_desk import (
    BTC,
    accepted,
    answer,
    bought,
    claim,
    filled,
    fills,
    given_desk,
    intents,
    learn,
    leave,
    send,
    trade,
    wish,
)
from trading.exchanges.types import Accepted, OrderKind, Rejected, Unknown, VenueStatus
from trading.execution.models import Attempt, Intent, Leg, Order
from trading.execution.services import leave_at_targets, record_intents, resolving
from trading.execution.services.proving import explained, open_orders_of
from trading.execution.types import Candle, IntentDraft
from trading.portfolio.models import Portfolio, Position

pytestmark = pytest.mark.django_db
TARGET = "120"


@pytest.fixture
def desk(acme):
    return given_desk()


def legs(desk) -> dict[str, str]:
    return dict(Leg.objects.filter(portfolio_id=desk.portfolio_pk).values_list("cause", "state"))


def unprotected(desk):
    """A position was bought; the sending of what protects it."""
    wish(desk, target=TARGET)
    entry = send(desk)
    answer(desk, entry, Accepted(filled(entry, "b")))
    return send(desk)


def protected(desk):
    """A position whose stop and target rest as one; the two orders as the venue has them."""
    sending = unprotected(desk)
    outcome = accepted(sending, "s")
    answer(desk, sending, outcome)
    return Position.objects.get(), outcome.order, outcome.pair


def ended(order, status, executed="0"):
    return replace(order, status=status, executed=Decimal(executed))


def test_a_stop_and_its_target_are_sent_as_one_and_wait_as_one(desk):
    position, stop, target = protected(desk)

    assert (stop.stop_price, target.limit_price) == (position.stop_price, Decimal(TARGET))
    assert (intents(desk)[-1], legs(desk)) == ("protect acked", {"stop": "open", "target": "open"})
    assert sorted(open_orders_of(desk)) == [("BTC/USDT", "s"), ("BTC/USDT", "st")]
    assert explained(desk, ["s", "st", "x"]) == {"s", "st"}


def test_a_target_that_fills_at_the_venue_closes_the_position_and_ends_the_stop(desk):
    position, stop, target = protected(desk)

    learn(desk, ended(stop, VenueStatus.EXPIRED))  # the end of one says nothing of the other yet
    assert (intents(desk)[-1], claim(desk).sendings) == ("protect acked", [])
    learn(desk, ended(target, VenueStatus.FILLED, "0.1"), trade(target, "t", "0.1", TARGET))

    assert (fills(desk)[-1], intents(desk)[-1]) == ("sell 0.1 at 120 (target)", "protect filled")
    assert Order.objects.latest("pk").state == "filled"
    position.refresh_from_db()
    assert position.closed_slot_ms is not None


def test_a_stop_that_fills_is_booked_as_the_stop(desk):
    _, stop, target = protected(desk)
    learn(desk, ended(target, VenueStatus.EXPIRED), ended(stop, VenueStatus.FILLED, "0.1"))
    assert intents(desk)[-1] == "protect acked", "its fills are missing"
    lesson = learn(desk, stop)
    assert lesson.incomplete == {("BTC/USDT", "s")}
    learn(desk, trade(stop, "s", "0.1", "90"), stop)
    assert (fills(desk)[-1], intents(desk)[-1]) == ("sell 0.1 at 90 (stop)", "protect filled")


def test_what_is_left_of_a_target_that_got_a_part_gets_its_stop_again(desk):
    _, stop, target = protected(desk)

    learn(desk, ended(stop, VenueStatus.EXPIRED), replace(target, executed=Decimal("0.04")), trade(target, "t", "0.04"))
    [withdrawal] = claim(desk).withdrawals
    assert (withdrawal.venue_order_id, sorted(withdrawal.legs)) == ("st", ["s", "st"]), "the one that is open"
    learn(desk, ended(target, VenueStatus.CANCELLED, "0.04"))

    again = send(desk)
    assert (again.purpose, again.request.kind) == ("protect", OrderKind.STOP)
    assert (again.request.quantity, again.request.pair_price) == (Decimal("0.06"), Decimal(TARGET))


def test_a_position_that_is_left_ends_both_before_it_is_sold(desk):
    position, stop, target = protected(desk)
    leave(desk, position)

    claimed = claim(desk)
    assert (claimed.sendings, len(claimed.withdrawals)) == ([], 1)
    learn(desk, ended(stop, VenueStatus.CANCELLED))
    assert claim(desk).sendings == [], "the target may still sell"
    learn(desk, ended(target, VenueStatus.CANCELLED))
    assert send(desk).purpose == "exit"


def test_a_pair_whose_answer_was_lost_is_found_by_both_names(desk):
    sending = unprotected(desk)
    answer(desk, sending, Unknown("timeout"))
    [unknown] = resolving.unknown_attempts(desk)
    outcome = accepted(sending, "s")
    assert unknown.names == (outcome.order.client_order_id, outcome.pair.client_order_id)

    lesson = learn(desk, outcome.pair)
    assert (lesson.strange, intents(desk)[-1]) == ([], "protect sending"), "ours, and too early"
    learn(desk, outcome.order)
    assert (intents(desk)[-1], legs(desk)) == ("protect acked", {"stop": "open"})
    learn(desk, ended(outcome.order, VenueStatus.EXPIRED))
    assert intents(desk)[-1] == "protect acked", "the other one is not known yet"
    learn(desk, outcome.pair)
    assert legs(desk) == {"stop": "expired", "target": "open"}


def test_a_pair_of_another_sending_stays_strange(desk):
    _, _, target = protected(desk)
    stranger = replace(target, venue_order_id="x", client_order_id="cu" + "a" * 30 + "-2")
    assert learn(desk, stranger).strange == [stranger]


def test_the_second_order_of_a_sending_that_was_given_up_stays_strange(desk):
    late = unprotected(desk)
    stranger = accepted(late, "late").pair
    Attempt.objects.filter(pk=late.attempt_pk).update(state="expired")
    Intent.objects.filter(pk=late.intent_pk).update(state="recorded")
    again = send(desk)
    answer(desk, again, accepted(again, "s"))

    assert learn(desk, stranger).strange == [stranger]
    assert legs(desk) == {"stop": "open", "target": "open"}


def test_a_position_that_is_left_ends_the_order_that_is_still_open(desk):
    position, stop, _ = protected(desk)
    learn(desk, ended(stop, VenueStatus.EXPIRED))
    leave(desk, position)
    assert {withdrawal.venue_order_id for withdrawal in claim(desk).withdrawals} == {"st"}


@pytest.mark.parametrize("field", ["stop_price", "target_price"])
def test_both_are_placed_anew_where_one_of_them_moves(desk, field):
    position, stop, target = protected(desk)
    Position.objects.update(**{field: getattr(position, field) + 1})

    assert len(claim(desk).withdrawals) == 1
    learn(desk, ended(stop, VenueStatus.CANCELLED), ended(target, VenueStatus.CANCELLED))
    request = send(desk).request
    position.refresh_from_db()
    assert (request.stop_price, request.pair_price) == (position.stop_price, position.target_price)


def test_a_target_that_rests_at_the_venue_is_not_watched_here(desk):
    protected(desk)
    assert leave_at_targets(slot_ms=1, candles=through(TARGET)) == 0
    Leg.objects.all().delete()
    assert leave_at_targets(slot_ms=1, candles=through(TARGET)) == 1


def test_a_target_meets_a_way_out_that_was_recorded_meanwhile_and_leaves_it_alone(desk):
    position, _stop, _target = protected(desk)
    Leg.objects.all().delete()
    assert leave_at_targets(slot_ms=1, candles=through(TARGET)) == 1
    exits = Intent.objects.filter(purpose="exit")
    mine = exits.get()
    draft = IntentDraft(
        id=uuid4(), portfolio_pk=position.portfolio_id, purpose=Intent.Purpose.EXIT, side=Side.SELL,
        instrument_id=BTC, quantity=position.quantity, bot_id=position.bot_id, position_pk=position.pk,
    )  # fmt: skip
    assert record_intents(drafts=[draft], slot_ms=2, unless_leaving=True) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        record_intents(drafts=[draft], slot_ms=2)
    assert [one.pk for one in exits] == [mine.pk]
    exits.update(state="cancelled")
    assert [one.public_id for one in record_intents(drafts=[draft], slot_ms=4, unless_leaving=True)] == [draft.id]


def through(price) -> dict[str, Candle]:
    """A candle that reaches `price`."""
    instrument = Instrument(BTC, "BTC", "USDT", Decimal("0.01"), Decimal("0.00001"))
    ticks = instrument.ticks_nearest(Decimal(price))
    return {BTC: Candle(instrument, ticks - 5, ticks + 5, ticks - 5, ticks)}


def test_a_refused_pair_leaves_the_position(desk):
    answer(desk, unprotected(desk), Rejected("-2010", "Order would immediately match and take."))
    assert send(desk).purpose == "exit", "the target is reached, or the stop is"


@pytest.mark.parametrize("finds", [True, False])
def test_a_venue_that_takes_no_pairs_gets_the_stop_alone(acme, finds):
    desk = given_desk(finds=finds)
    if finds:
        desk = replace(desk, venue="kraken")
    bought(desk, target=TARGET)
    assert Leg.objects.count() == 0
    assert Intent.objects.get(purpose="protect").target_price is None


def test_what_an_entry_set_aside_is_free_once_one_of_its_pair_has_bought(desk):
    wish(desk, target="")
    venue = {"kind": "stop_limit", "time_in_force": "GTC", "trigger": "100.5", "pair": "98"}
    Intent.objects.update(spec={"venue": venue})
    sending = send(desk)
    assert (sending.request.kind, sending.request.stop_price) == (OrderKind.STOP_LIMIT, Decimal("100.5"))
    outcome = accepted(sending, "e")
    answer(desk, sending, outcome)

    learn(desk, replace(outcome.pair, executed=Decimal("0.06")), trade(outcome.pair, "1", "0.06", "98"))
    learn(desk, ended(outcome.order, VenueStatus.EXPIRED))
    assert claim(desk).withdrawals == [], "an entry that got a part waits for the rest"
    learn(desk, ended(outcome.pair, VenueStatus.FILLED, "0.1"), trade(outcome.pair, "2", "0.04", "97"))

    assert fills(desk) == ["buy 0.06 at 98 (entry)", "buy 0.04 at 97 (entry)"]
    assert intents(desk)[0] == "entry filled"
    assert Portfolio.objects.get(pk=desk.portfolio_pk).reserved == 0
