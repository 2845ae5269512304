"""Orders that hang together: what is placed when a first order has filled, with and without bars; and refusals."""

from dataclasses import replace

import orjson
import pytest

from tests.sandbox.program import in_thread
from tests.sandbox.test_sandbox_refusals import ask
from tests.sandbox.venue_stage import NOW, move, new_venue, rich, settle, walk
from trading.sandbox.venue.amounts import units
from trading.sandbox.venue.book import Candle
from trading.sandbox.venue.lists import place_chain, place_pair
from trading.sandbox.venue.orders import Ticket
from trading.sandbox.venue.placing import cancel
from trading.sandbox.venue.rebuild import rebuilt
from trading.sandbox.venue.refusals import Refusal
from trading.sandbox.venue.state import Venue

ONE = {"symbol": "BTCUSDT", "quantity": units("1")}
FIRST = Ticket(side="BUY", kind="LIMIT", price=units("49500"), **ONE)
TARGET = Ticket(side="SELL", kind="LIMIT_MAKER", price=units("51000"), **ONE)
STOP = Ticket(side="SELL", kind="STOP_LOSS", stop=units("49000"), **ONE)


def bar(number, text):
    return Candle(number * 60_000, *(units(price) for price in text.split()), units("1"))


def chained(venue, first=FIRST, then=(TARGET, STOP)):
    made = place_chain(venue, venue.accounts["alice"], first, list(then), "", NOW)
    settle(venue)
    return made, [venue.orders[each] for each in made.order_ids]


@pytest.fixture(params=[True, False], ids=["bars", "book"])
def venue(request):
    venue = new_venue(in_bars=request.param)
    rich(venue)
    if venue.in_bars:
        walk(venue, bar(1, "50000 50000 50000 50000"))
    return venue


def go_to(venue, price):
    """The market goes to a price, and a little further."""
    if venue.in_bars:
        last, number = venue.books["BTCUSDT"].last, len(venue.books["BTCUSDT"].bars) + 1
        far = units(price)
        walk(venue, Candle(number * 60_000, last, max(last, far), min(last, far), far, units("1")))
    else:
        move(venue, price)


def statuses(orders):
    return [order.status for order in orders]


@pytest.mark.parametrize(
    ("then", "ends"), [("51500", ["FILLED", "FILLED", "EXPIRED"]), ("48500", ["FILLED", "EXPIRED", "FILLED"])]
)
def test_a_pair_is_placed_when_the_first_order_has_filled_and_one_of_it_fills(venue, then, ends):
    made, orders = chained(venue)
    assert statuses(orders) == ["NEW", "PENDING_NEW", "PENDING_NEW"]
    assert (venue.accounts["alice"].locked["BTC"], made.open) == (0, True)
    go_to(venue, "49200")
    assert statuses(orders) == ["FILLED", "NEW", "NEW"]
    assert venue.accounts["alice"].locked["BTC"] == units("1")
    go_to(venue, then)
    assert (statuses(orders), made.open, venue.accounts["alice"].locked["BTC"]) == (ends, False, 0)


def test_one_order_that_follows_is_placed_and_ends_the_list(venue):
    made, orders = chained(venue, then=[STOP])
    go_to(venue, "49200")
    assert (statuses(orders), made.open) == (["FILLED", "NEW"], True)
    go_to(venue, "48500")
    assert (statuses(orders), made.open) == (["FILLED", "FILLED"], False)


def test_what_follows_ends_where_the_first_order_expires_or_is_cancelled(venue):
    _, orders = chained(venue, replace(FIRST, time_in_force="FOK"))
    if venue.in_bars:
        go_to(venue, "49900")
    assert statuses(orders) == ["EXPIRED"] * 3
    made, orders = chained(venue)
    cancel(venue, orders[2], NOW)
    assert (statuses(orders), made.open) == (["CANCELED"] * 3, False)


def test_what_cannot_be_paid_when_its_turn_comes_expires(venue):
    alice = venue.accounts["alice"]
    made, orders = chained(venue, then=[replace(STOP, quantity=units("1002"))])
    go_to(venue, "49200")
    assert (statuses(orders), made.open, alice.locked["BTC"]) == (["FILLED", "EXPIRED"], False, 0)


def test_entry_and_stop_may_fall_into_one_bar():
    venue = new_venue(in_bars=True)
    rich(venue)
    walk(venue, bar(1, "50000 50000 50000 50000"))
    _, orders = chained(venue)
    walk(venue, bar(2, "50000 51500 48900 51400"))
    assert statuses(orders) == ["FILLED", "EXPIRED", "FILLED"]
    assert [orders[each].trades[0].price for each in (0, 2)] == [units("49500"), units("48975.5")]


def test_a_stop_that_is_met_and_rests_holds_what_its_pair_held():
    venue = new_venue(in_bars=True)
    alice = rich(venue)
    walk(venue, bar(1, "50000 50000 50000 50000"))
    limited = replace(STOP, kind="STOP_LOSS_LIMIT", price=units("48990"))
    made = place_pair(venue, alice, TARGET, limited, "", NOW)
    settle(venue)
    walk(venue, bar(2, "49500 49600 48900 48950"))
    assert statuses(venue.orders[each] for each in made.order_ids) == ["EXPIRED", "NEW"]
    assert (alice.locked["BTC"], made.open) == (units("1"), False)


def test_an_entry_that_cannot_be_paid_leaves_nothing_behind():
    venue = new_venue(in_bars=True)
    rich(venue, balances={"USDT": "60000"})
    walk(venue, bar(1, "50000 50000 50000 50000"))
    _, orders = chained(venue, replace(FIRST, price=units("50000"), time_in_force="GTC"))
    venue.move(venue.accounts["alice"], "USDT", free=-venue.accounts["alice"].free["USDT"])
    orders[0].locked -= units("1000")
    venue.accounts["alice"].locked["USDT"] -= units("1000")
    walk(venue, bar(2, "49999 51500 48900 51400"))
    assert (statuses(orders), venue.accounts["alice"].trades) == (["EXPIRED"] * 3, {})


def test_the_state_out_of_the_journal_is_the_state_at_every_step(venue):
    chained(venue)
    chained(venue, replace(FIRST, price=units("49000")), [replace(STOP, stop=0, trailing_bps=100)])
    facts = list(venue.facts)
    for price in ("49200", "49900", "48500", "51500"):
        go_to(venue, price)
        facts = [orjson.loads(orjson.dumps(fact)) for fact in venue.facts]
        again = rebuilt(Venue(in_bars=venue.in_bars), facts)
        for part in ("accounts", "orders", "lists", "books"):
            assert getattr(again, part) == getattr(venue, part), (price, part)


@pytest.mark.parametrize(
    ("above", "below", "code"),
    [
        (TARGET, replace(FIRST, side="SELL"), -1158),
        (TARGET, replace(TARGET, price=units("49000")), -1168),
        (STOP, TARGET, -1197),
        (TARGET, replace(STOP, kind="TAKE_PROFIT"), -1199),
        (replace(STOP, stop=units("51000")), replace(STOP, kind="TAKE_PROFIT"), -1197),
        (replace(TARGET, side="BUY"), replace(STOP, side="BUY"), -1165),
        (replace(STOP, side="BUY", kind="TAKE_PROFIT", stop=units("51000")), replace(TARGET, side="BUY"), -1198),
        (replace(TARGET, price=units("49900")), STOP, -2010),
        (replace(TARGET, client_id="same"), replace(STOP, client_id="same"), -2010),
        (TARGET, replace(STOP, stop=0, trailing_bps=9), -1013),
    ],
)
def test_a_pair_whose_orders_do_not_go_together_is_refused_in_binances_words(venue, above, below, code):
    with pytest.raises(Refusal) as refused:
        place_pair(venue, venue.accounts["alice"], above, below, "", NOW)
    assert (refused.value.code, venue.orders) == (code, {})


@pytest.mark.parametrize(
    ("first", "then", "code"),
    [
        (replace(STOP, side="BUY", stop=units("51000")), [STOP], -1116),
        (FIRST, [TARGET, replace(TARGET, price=units("52000"))], -1168),
        (FIRST, [replace(TARGET, price=units("48000")), STOP], -2010),
        (replace(FIRST, client_id="same"), [replace(STOP, client_id="same")], -2010),
        (FIRST, [replace(STOP, quantity=1)], -1013),
    ],
)
def test_a_chain_that_cannot_be_is_refused_and_places_nothing(venue, first, then, code):
    with pytest.raises(Refusal) as refused:
        place_chain(venue, venue.accounts["alice"], first, then, "", NOW)
    assert (refused.value.code, venue.orders) == (code, {})


def test_chains_go_over_rest_and_are_there_after_a_restart(tmp_path):
    working = {"workingType": "LIMIT", "workingSide": "BUY", "workingPrice": "49500", "workingQuantity": "1"}
    asked = {"symbol": "BTCUSDT", "workingTimeInForce": "GTC", **working, "pendingSide": "SELL", "pendingQuantity": "1"}
    above = {"pendingAboveType": "TAKE_PROFIT", "pendingAboveStopPrice": "51000"}
    below = {"pendingBelowType": "STOP_LOSS", "pendingBelowTrailingDelta": "200", "pendingBelowClientOrderId": "low"}
    with in_thread(tmp_path, in_bars=True) as sandbox:
        sandbox.account()
        status, body, _ = ask(sandbox, "POST", "/api/v3/orderList/otoco", asked | above | below)
        assert (status, body["contingencyType"], len(body["orders"])) == (200, "OTO", 3)
        assert [each["status"] for each in body["orderReports"]] == ["NEW", "PENDING_NEW", "PENDING_NEW"]
        pending = {"pendingType": "MARKET"}
        assert ask(sandbox, "POST", "/api/v3/orderList/oto", asked | pending)[0] == 200
        assert ask(sandbox, "POST", "/api/v3/orderList/oto", asked)[1]["code"] == -1102
    with in_thread(tmp_path, in_bars=True) as sandbox:
        candle = {"symbol": "BTCUSDT", "open_ms": 60_000, "open": "50000", "high": "50000", "low": "49400"}
        sandbox.control("bars", [candle | {"close": "49600"}])
        found = {"symbol": "BTCUSDT", "origClientOrderId": "low"}
        assert ask(sandbox, "GET", "/api/v3/order", found)[1]["status"] == "NEW"
        limit = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT_MAKER", "quantity": "0.01", "price": "48000"}
        number = ask(sandbox, "POST", "/api/v3/order", limit)[1]["orderId"]
        dearer = {**limit, "price": "49601", "cancelOrderId": number, "cancelReplaceMode": "STOP_ON_FAILURE"}
        status, body, _ = ask(sandbox, "POST", "/api/v3/order/cancelReplace", dearer)
        assert (status, body["data"]["newOrderResponse"]["msg"]) == (409, "Order would immediately match and take.")
        assert ask(sandbox, "DELETE", "/api/v3/openOrders", {"symbol": "BTCUSDT"})[0] == 200
        assert sandbox.control("accounts/alice")["open_orders"] == []
