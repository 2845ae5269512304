"""Orders by hand at an exchange: sent as their kind, cancelled there, their stops following size and price."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cryptouniverse.kernel import clock
from tests.trading.by_hand_desk import SLOT_MS, at, bar, desk, gets, market, place, portfolio_of, resting, unproven
from tests.trading.desk import HOUR
from tests.trading.exchange_desk import (
    Accepted,
    accepted,
    answer,
    bought,
    claim,
    fills,
    intents,
    learn,
    orders,
    send,
    stop_of,
    trade,
    venue_order,
    wish,
)
from tests.trading.live_stage import everybody_says_yes, given_live_desk
from trading.exchanges.types import OrderKind, TimeInForce, VenueStatus
from trading.execution.errors import BadTicket, RefusedByRisk, VenueCannot
from trading.execution.models import Intent
from trading.execution.services import (
    amend_by_hand,
    cancel_all_by_hand,
    cancel_by_hand,
    follow_brackets,
    leave_by_hand,
    protect_by_hand,
    release_held,
    stop_everything,
)
from trading.portfolio.models import Position

__all__ = ["desk", "market", "unproven"]


@pytest.mark.parametrize(
    ("kind", "said", "asked"),
    [
        ("market", {}, (OrderKind.LIMIT, TimeInForce.IOC)),
        ("limit", {}, (OrderKind.LIMIT, TimeInForce.GTC)),
        ("limit", {"time_in_force": "IOC"}, (OrderKind.LIMIT, TimeInForce.IOC)),
        ("limit", {"time_in_force": "FOK"}, (OrderKind.LIMIT, TimeInForce.FOK)),
        ("limit", {"time_in_force": "GTX"}, (OrderKind.LIMIT, TimeInForce.GTX)),
        ("stop", {}, (OrderKind.STOP_LIMIT, TimeInForce.GTC)),
        ("stop_limit", {}, (OrderKind.STOP_LIMIT, TimeInForce.GTC)),
        ("oco", {}, (OrderKind.STOP_LIMIT, TimeInForce.GTC)),
        ("trailing", {}, (OrderKind.TRAILING, TimeInForce.GTC)),
    ],
)
def test_each_kind_is_sent_as_its_own(desk, market, kind, said, asked):
    intent = place(desk, market, kind, **said)

    request = send(desk).request

    assert (request.kind, request.time_in_force) == asked
    assert request.limit_price <= intent.limit_price
    assert request.stop_price == (at(market, "1.02") if kind in {"stop", "stop_limit", "oco"} else None)
    assert request.pair_price == (at(market, "0.98") if kind == "oco" else None)
    assert request.trail_bps == (100 if kind == "trailing" else 0)


@pytest.mark.parametrize(
    "said",
    [
        {"entry_trail_bps": 0, "entry_trail_distance": Decimal(100)},
        {"entry_trail_bps": 5},
        {"entry_trail_bps": 100, "entry_trail_source": "close"},
    ],
)
def test_a_trail_that_the_venue_does_not_follow_is_held_here(desk, market, said):
    assert place(desk, market, "trailing", **said).held
    assert claim(desk).sendings == []


def test_a_trailing_entry_at_the_venue_ends_where_the_price_has_fallen_to_its_own_stop(desk, market):
    place(desk, market, "trailing", stop_price=at(market, "0.9"))
    sending = send(desk)
    answer(desk, sending, Accepted(venue_order(sending)))
    release_held(slot_ms=SLOT_MS + HOUR.ms, candles=bar(market, "0.95", "0.95", "0.91", "0.92"))
    assert claim(desk).withdrawals == []
    release_held(slot_ms=SLOT_MS + 2 * HOUR.ms, candles=bar(market, "0.92", "0.92", "0.89", "0.9"))
    assert len(claim(desk).withdrawals) == 1


def test_what_the_venue_cannot_do_is_refused_before_anything_is_recorded(unproven, market):
    with pytest.raises(VenueCannot) as refused:
        place(unproven, market, time_in_force="GTX")

    assert (refused.value.facts["kind"], refused.value.facts["nearest"]) == ("GTX", "GTC")
    assert intents(unproven) == []


def test_a_stop_that_the_venue_has_not_is_held_until_its_candle_and_sent_as_a_limit(unproven, market):
    place(unproven, market, "stop")
    assert claim(unproven).sendings == []

    assert release_held(slot_ms=SLOT_MS + HOUR.ms, candles=bar(market, "1", "1.01", "0.99", "1")) == 0
    assert claim(unproven).sendings == []
    assert release_held(slot_ms=SLOT_MS + 2 * HOUR.ms, candles=bar(market, "1", "1.03", "0.99", "1.02")) == 1

    request = send(unproven).request
    assert (request.kind, request.stop_price) == (OrderKind.LIMIT, None)
    assert at(market, "1.02") < request.limit_price <= Intent.objects.get().limit_price


def test_what_is_held_waits_longer_than_an_entry_may_and_is_cancelled_here(unproven, market):
    placed = place(unproven, market, "stop")
    Intent.objects.update(recorded_at=clock.from_ms(0))
    assert claim(unproven).refused == 0

    cancelled = cancel_by_hand(
        portfolio=portfolio_of(unproven), order_id=placed.public_id, actor=portfolio_of(unproven).owner
    )
    assert cancelled.state == "cancelled"
    assert portfolio_of(unproven).reserved == 0


def test_cancelling_asks_the_venue_and_frees_the_cash_once_it_has_ended(desk, market):
    _, order = resting(desk, market)
    owner = portfolio_of(desk).owner
    cancelled = cancel_by_hand(portfolio=portfolio_of(desk), order_id=Intent.objects.get().public_id, actor=owner)
    assert (cancelled.state, cancelled.unwanted) == ("acked", "by_hand")
    assert cancel_all_by_hand(portfolio=portfolio_of(desk), actor=owner) == 0  # it is being cancelled already

    [withdrawal] = claim(desk).withdrawals
    assert withdrawal.venue_order_id == order.venue_order_id
    assert portfolio_of(desk).reserved > 0
    learn(desk, replace(order, status=VenueStatus.CANCELLED))

    assert (intents(desk), portfolio_of(desk).reserved) == (["entry cancelled"], 0)
    assert claim(desk).withdrawals == []


def test_what_filled_before_its_cancelling_is_kept_and_protected(desk, market):
    _, order = resting(desk, market)
    cancel_all_by_hand(portfolio=portfolio_of(desk), actor=portfolio_of(desk).owner)
    gets(desk, order, "1", "0.02", "60000")

    assert claim(desk).withdrawals == []
    assert intents(desk) == ["entry filled", "protect sending"]


def test_an_order_cancelled_while_its_fate_is_unknown_is_withdrawn_once_it_is_there(desk, market):
    place(desk, market)
    sending = send(desk)
    cancel_all_by_hand(portfolio=portfolio_of(desk), actor=portfolio_of(desk).owner)
    assert claim(desk).withdrawals == []

    answer(desk, sending, Accepted(venue_order(sending, "7")))

    assert [w.venue_order_id for w in claim(desk).withdrawals] == ["7"]


def test_the_stop_switch_withdraws_what_rests_at_the_venue(desk, market):
    resting(desk, market)
    resting(desk, market, key="k2")

    assert stop_everything(portfolio=portfolio_of(desk), by="alice", reason="news") == 2
    assert len(claim(desk).withdrawals) == 2


def test_a_part_that_filled_is_protected_at_once_and_the_stop_grows_with_the_rest(desk, market):
    _, order = resting(desk, market)
    gets(desk, order, "1", "0.008", "60000", of="0.008")
    stop = send(desk)
    assert (stop.purpose, stop.request.quantity) == ("protect", Decimal("0.008"))
    answer(desk, stop, Accepted(venue_order(stop, "s1")))

    gets(desk, order, "2", "0.012", "60000")
    [withdrawal] = claim(desk).withdrawals
    assert withdrawal.venue_order_id == "s1"
    learn(desk, stop_of_number("s1", stop, VenueStatus.CANCELLED))

    again = send(desk)
    assert (again.purpose, again.request.quantity) == ("protect", Decimal("0.02"))
    assert Position.objects.get().quantity == Decimal("0.02")


def stop_of_number(number, sending, status):
    return replace(venue_order(sending, number), status=status)


def bought_by_hand(desk, market, **said) -> Position:
    _, order = resting(desk, market, **said)
    gets(desk, order, "1", "0.02", str(at(market, "0.99")))
    stop = send(desk)
    answer(desk, stop, Accepted(venue_order(stop, f"s{stop.intent_pk}")))
    return Position.objects.get()


def test_a_part_is_sold_by_hand_and_the_rest_gets_its_stop_again(desk, market):
    position = bought_by_hand(desk, market)
    owner = portfolio_of(desk).owner
    leave_by_hand(portfolio=portfolio_of(desk), position_id=position.public_id, actor=owner, quantity=Decimal("0.005"))
    assert len(claim(desk).withdrawals) == 1
    learn(desk, stop_of(position, VenueStatus.CANCELLED))
    sale = send(desk)
    assert (sale.request.kind, sale.request.quantity) == (OrderKind.MARKET, Decimal("0.005"))
    order = venue_order(sale, "x", executed="0.005", status=VenueStatus.FILLED)
    answer(desk, sale, Accepted(replace(order, trades=(trade(order, "9", "0.005", "61000"),))))

    again = send(desk)
    assert (again.purpose, again.request.quantity) == ("protect", Decimal("0.015"))


def test_a_trailing_stop_moves_the_stop_at_the_venue_and_never_back(desk, market):
    position = bought_by_hand(desk, market, trail_bps=200)
    later = SLOT_MS + HOUR.ms
    follow_brackets(slot_ms=later, candles=bar(market, "1", "1.1", "1", "1.05"))  # entered in it: by its close alone
    position.refresh_from_db()
    assert position.stop_price == market[0].price_of(trailed(market, "1.05"))
    assert len(claim(desk).withdrawals) == 1
    learn(desk, stop_of(position, VenueStatus.CANCELLED))
    assert send(desk).request.stop_price == position.stop_price

    follow_brackets(slot_ms=later + HOUR.ms, candles=bar(market, "1.05", "1.06", "1.045", "1.05"))
    raised = Position.objects.get().stop_price
    assert raised == market[0].price_of(trailed(market, "1.06"))
    follow_brackets(slot_ms=later + 2 * HOUR.ms, candles=bar(market, "1.05", "1.05", "1.0489", "1.049"))
    assert Position.objects.get().stop_price == raised


def trailed(market, best: str) -> int:
    """The stop's level in ticks, two per cent below the best price, the distance rounded up."""
    ticks = market[0].ticks_nearest(at(market, best))
    return ticks - -(-ticks * 200 // 10_000)


def test_targets_sell_their_parts_and_the_time_stop_the_rest(desk, market):
    targets = ((at(market, "1.05"), Decimal("0.015")), (at(market, "1.2"), Decimal("0.005")))
    position = bought_by_hand(desk, market, targets=targets, time_stop_candles=3)
    slot = SLOT_MS + HOUR.ms
    assert follow_brackets(slot_ms=slot, candles=bar(market, "1", "1.3", "1", "1")) == 0  # before the entry, maybe
    assert follow_brackets(slot_ms=slot + HOUR.ms, candles=bar(market, "1", "1.06", "1", "1.04")) == 1
    exit_ = Intent.objects.get(purpose="exit")
    assert (exit_.quantity, exit_.partial, exit_.reason) == (Decimal("0.015"), True, "target")
    assert Position.objects.get().target_price == at(market, "1.2")

    claim(desk)
    learn(desk, stop_of(position, VenueStatus.CANCELLED))
    sale = send(desk)
    order = venue_order(sale, "x", executed="0.015", status=VenueStatus.FILLED)
    answer(desk, sale, Accepted(replace(order, trades=(trade(order, "9", "0.015", str(at(market, "1.05"))),))))
    follow_brackets(slot_ms=slot + 2 * HOUR.ms, candles=bar(market, "1.04", "1.05", "1.03", "1.04"))
    assert follow_brackets(slot_ms=slot + 3 * HOUR.ms, candles=bar(market, "1.04", "1.05", "1.03", "1.04")) == 1
    last = Intent.objects.filter(purpose="exit").latest("pk")
    assert (last.quantity, last.partial, last.reason) == (Decimal("0.005"), False, "time_stop")
    assert "(target)" in fills(desk)[1]


def test_a_target_that_rests_at_the_venue_is_the_venues_to_tell(desk, market):
    _, order = resting(desk, market, targets=((at(market, "1.05"), None),))
    gets(desk, order, "1", "0.02", str(at(market, "0.99")))
    stop = send(desk)
    assert stop.request.pair_price == at(market, "1.05")
    answer(desk, stop, accepted(stop, "s"))
    slot = SLOT_MS + HOUR.ms
    follow_brackets(slot_ms=slot, candles=bar(market, "1", "1", "1", "1"))
    assert follow_brackets(slot_ms=slot + HOUR.ms, candles=bar(market, "1", "1.06", "1", "1.04")) == 0
    assert Position.objects.get().target_price == at(market, "1.05")


def test_of_several_targets_the_last_one_rests_at_the_venue(desk, market):
    targets = ((at(market, "1.05"), Decimal("0.015")), (at(market, "1.2"), Decimal("0.005")))
    position = bought_by_hand(desk, market, targets=targets)
    slot = SLOT_MS + HOUR.ms
    follow_brackets(slot_ms=slot, candles=bar(market, "1", "1", "1", "1"))
    follow_brackets(slot_ms=slot + HOUR.ms, candles=bar(market, "1", "1.06", "1", "1.04"))
    claim(desk)
    learn(desk, stop_of(position, VenueStatus.CANCELLED))
    sale = send(desk)
    order = venue_order(sale, "x", executed="0.015", status=VenueStatus.FILLED)
    answer(desk, sale, Accepted(replace(order, trades=(trade(order, "9", "0.015", str(at(market, "1.05"))),))))
    assert send(desk).request.pair_price == at(market, "1.2")


def test_a_candle_through_the_stop_is_the_venues_to_tell(desk, market):
    bought_by_hand(desk, market, trail_bps=200)
    assert follow_brackets(slot_ms=SLOT_MS + HOUR.ms, candles=bar(market, "0.94", "0.95", "0.9", "0.94")) == 0
    assert Intent.objects.filter(purpose="exit").count() == 0
    assert Intent.objects.get(purpose="entry").order.working is None


def test_placing_again_with_the_same_key_is_the_same_order(desk, market):
    assert place(desk, market).pk == place(desk, market).pk
    assert orders(desk) == []
    assert intents(desk) == ["entry recorded"]


def test_a_person_orders_with_real_money_where_bots_may_not(market, settings):
    """The platform, the organisation and a proven exchange must have said yes; the account's yes is for bots."""
    desk = given_live_desk(settings, autonomous_live=False, cash="100000")
    with pytest.raises(RefusedByRisk) as refused:
        place(desk, market)
    assert refused.value.facts["rule"] == "live_prices", "a simulated price is none for real money"

    entry = wish(desk)
    by_hand = wish(desk)
    Intent.objects.filter(pk=by_hand.pk).update(bot_id=None)
    assert [sending.intent_pk for sending in claim(desk).sendings] == [by_hand.pk]
    everybody_says_yes(settings, tenant=False)
    Intent.objects.filter(pk=entry.pk).update(bot_id=None)
    assert claim(desk).sendings == []


def amended(desk, **changes) -> Intent:
    """New terms for the newest order that waits."""
    books, old = portfolio_of(desk), Intent.objects.filter(purpose="entry").latest("pk")
    return amend_by_hand(portfolio=books, order_id=old.public_id, actor=books.owner, changes=changes)


def test_new_terms_wait_until_the_old_order_has_ended_at_the_venue(desk, market):
    _, order = resting(desk, market)
    again = amended(desk, limit_price=at(market, "0.98"))
    assert (again.held, intents(desk)) == (True, ["entry acked", "entry recorded"])

    claimed = claim(desk)
    assert ([w.venue_order_id for w in claimed.withdrawals], claimed.sendings) == ([order.venue_order_id], [])
    release_held(slot_ms=SLOT_MS + 9 * HOUR.ms, candles=bar(market, "1", "1.5", "0.5", "1"))
    assert claim(desk).sendings == [], "a candle does not let it go"
    learn(desk, replace(order, status=VenueStatus.CANCELLED))

    assert send(desk).request.limit_price == at(market, "0.98")
    assert intents(desk) == ["entry cancelled", "entry sending"]


@pytest.mark.parametrize("quantity", ["0.02", "0.008"])
def test_what_filled_before_it_was_amended_is_kept_and_not_bought_again(desk, market, quantity):
    _, order = resting(desk, market)
    amended(desk, limit_price=at(market, "0.98"))
    gets(desk, order, "1", quantity, str(at(market, "0.99")), of=quantity)
    if quantity != "0.02":
        learn(desk, replace(order, executed=Decimal(quantity), status=VenueStatus.CANCELLED))

    assert [sending.purpose for sending in claim(desk).sendings] == ["protect"]
    last = Intent.objects.filter(purpose="entry").latest("pk")
    assert (last.state, last.reason) == ("cancelled", "filled_before")
    assert portfolio_of(desk).reserved == 0
    assert Position.objects.get().quantity == Decimal(quantity)


def test_what_was_not_sent_yet_is_replaced_at_once(desk, market):
    place(desk, market)
    amended(desk, limit_price=at(market, "0.98"))
    assert intents(desk) == ["entry cancelled", "entry recorded"]
    assert send(desk).request.limit_price == at(market, "0.98")


def test_another_stop_for_a_position_is_replaced_at_the_venue(desk, market):
    position = bought_by_hand(desk, market, trail_bps=200)
    books = portfolio_of(desk)
    wanted = {"portfolio": books, "position_id": position.public_id, "actor": books.owner}
    protect_by_hand(changes={"stop_price": at(market, "0.96"), "trail_bps": 0}, **wanted)
    assert Position.objects.get().stop_price == at(market, "0.96")
    assert len(claim(desk).withdrawals) == 1
    learn(desk, stop_of(position, VenueStatus.CANCELLED))
    assert send(desk).request.stop_price == at(market, "0.96")
    follow_brackets(slot_ms=SLOT_MS + 2 * HOUR.ms, candles=bar(market, "1", "1.1", "1", "1.05"))
    assert Position.objects.get().stop_price == at(market, "0.96"), "it trails no more"

    with pytest.raises(BadTicket):
        protect_by_hand(changes={"stop_price": at(market, "1.2")}, **wanted)


def test_a_bots_position_at_an_exchange_gets_another_target_too(desk, market):
    position = bought(desk)
    Position.objects.update(instrument_id=market[0].id, entry_price=at(market, "1"), stop_price=at(market, "0.9"))
    Position.objects.update(target_price=at(market, "1.2"))
    books = portfolio_of(desk)
    changes = {"targets": ((at(market, "1.05"), None),)}
    protect_by_hand(portfolio=books, position_id=position.public_id, actor=books.owner, changes=changes)
    follow_brackets(slot_ms=SLOT_MS + 5 * HOUR.ms, candles=bar(market, "1", "1.01", "1", "1"))
    follow_brackets(slot_ms=SLOT_MS + 6 * HOUR.ms, candles=bar(market, "1", "1.06", "1", "1.05"))
    assert Intent.objects.get(purpose="exit").reason == "target"


def test_a_trailing_entry_is_held_follows_the_lowest_price_and_is_let_go_once_it_has_risen(unproven, market):
    desk = unproven
    place(desk, market, "trailing", entry_trail_bps=200, stop_price=at(market, "0.8"))
    for number, (low, high) in enumerate([("0.95", "1.001"), ("0.9", "0.91")], start=1):
        assert release_held(slot_ms=SLOT_MS + number * HOUR.ms, candles=bar(market, low, high, low, low)) == 0
    assert claim(desk).sendings == []
    assert release_held(slot_ms=SLOT_MS + 3 * HOUR.ms, candles=bar(market, "0.9", "0.93", "0.9", "0.92")) == 1
    assert send(desk).request.limit_price <= Intent.objects.get().limit_price


def test_a_trailing_entry_that_falls_to_its_own_stop_is_given_up(unproven, market):
    desk = unproven
    place(desk, market, "trailing", entry_trail_bps=200, stop_price=at(market, "0.9"))
    release_held(slot_ms=SLOT_MS + HOUR.ms, candles=bar(market, "0.95", "0.95", "0.89", "0.9"))
    assert (intents(desk), portfolio_of(desk).reserved) == (["entry expired"], 0)


def test_of_a_pair_the_leg_that_is_met_is_sent_at_its_own_price(unproven, market):
    desk = unproven
    place(desk, market, "oco")
    assert claim(desk).sendings == []
    assert release_held(slot_ms=SLOT_MS + HOUR.ms, candles=bar(market, "1", "1.01", "0.97", "0.99")) == 1

    request = send(desk).request
    assert (request.limit_price, request.time_in_force) == (at(market, "0.98"), TimeInForce.GTC)
