"""The book's rules, directly on the venue: walking bars, stops, lists, fees, what is refused."""

import pytest

from tests.sandbox.venue_stage import NOW, move, new_venue, order, rich, settle, walk
from trading.sandbox.venue.amounts import text, units
from trading.sandbox.venue.book import Candle
from trading.sandbox.venue.lists import place_pair
from trading.sandbox.venue.markets import Market
from trading.sandbox.venue.orders import Ticket
from trading.sandbox.venue.placing import cancel
from trading.sandbox.venue.refusals import Refusal
from trading.sandbox.venue.walking import open_market


@pytest.fixture
def venue():
    return new_venue()


@pytest.fixture
def alice(venue):
    return rich(venue)


def bar(number, prices):
    return Candle(number * 3_600_000, *(units(price) for price in prices.split()), units("1"))


def prices(order):
    return [text(trade.price)[:-6] for trade in order.trades]


def test_who_came_first_at_a_price_is_served_first(venue, alice):
    first = order(venue, alice, "SELL LIMIT 0.2 @ 50002")
    second = order(venue, alice, "SELL LIMIT 0.2 @ 50002")
    better = order(venue, alice, "SELL LIMIT 0.2 @ 50001")
    order(venue, rich(venue, "bob"), "BUY LIMIT 0.5 @ 50003", time_in_force="IOC")
    assert [each.executed for each in (better, first, second)] == [units("0.2"), units("0.2"), units("0.1")]
    assert second.status == "PARTIALLY_FILLED"


def test_an_order_never_meets_one_of_its_own_account(venue, alice):
    resting = order(venue, alice, "SELL LIMIT 0.2 @ 50001")
    taking = order(venue, alice, "BUY MARKET 0.3")
    assert resting.status == "EXPIRED_IN_MATCH"
    assert prices(taking) == ["50005.00"]
    assert alice.locked["BTC"] == 0


@pytest.mark.parametrize(
    ("walked", "stopped_first"),
    [("50000 52000 48000 51000", True), ("50000 52000 48000 49000", False)],
)
def test_a_rising_bar_goes_to_its_low_first_and_a_falling_one_to_its_high(venue, alice, walked, stopped_first):
    stop = order(venue, alice, "SELL STOP_LOSS 0.1 ! 49000")
    limit = order(venue, alice, "SELL LIMIT 0.1 @ 51000")
    walk(venue, bar(1, walked))
    assert (stop.trades[0].id < limit.trades[0].id) is stopped_first
    assert prices(limit) == ["51000.00"]


def test_inside_a_bar_a_stop_triggers_at_its_price_and_over_a_gap_where_the_market_opens(venue, alice):
    inside = order(venue, alice, "SELL STOP_LOSS 0.1 ! 49500")
    gapped = order(venue, alice, "SELL STOP_LOSS 0.1 ! 48500")
    walk(venue, bar(1, "50000 50000 49000 49200"))
    walk(venue, bar(2, "48000 48200 47900 48100"))
    assert prices(inside) == ["49495.05"]
    assert prices(gapped) == ["47995.20"]


def test_a_stop_limit_rests_when_the_market_falls_past_its_limit(venue, alice):
    stop = order(venue, alice, "SELL STOP_LOSS_LIMIT 0.1 @ 48990 ! 49000")
    move(venue, "48000")
    assert (stop.working, stop.status, alice.locked["BTC"]) == (True, "NEW", units("0.1"))
    move(venue, "49100")
    assert prices(stop) == ["48990.00"]


def test_a_trailing_stop_follows_the_best_price_and_never_loosens(venue, alice):
    stop = order(venue, alice, "SELL STOP_LOSS 0.1", trailing_bps=100)
    for price in ("51000", "52000", "51500"):
        move(venue, price)
    assert stop.waits
    move(venue, "51480")  # one per cent below 52,000
    assert stop.status == "FILLED"


@pytest.mark.parametrize(
    ("text", "before", "after", "triggers"),
    [
        ("SELL TAKE_PROFIT 0.1 ! 51000", ["50000", "49000"], ["51500", "53000", "52500"], "52470"),
        ("SELL STOP_LOSS 0.1 ! 49000", ["50000", "53000"], ["49000", "49400"], "48906"),
        ("BUY TAKE_PROFIT 0.1 ! 49000", ["50000", "51000"], ["48500", "47000", "47400"], "47470"),
        ("BUY STOP_LOSS 0.1 ! 51000", ["50000", "47000"], ["51000", "50600"], "51106"),
    ],
)
def test_what_trails_begins_at_its_stop_price_and_triggers_on_the_way_back(venue, alice, text, before, after, triggers):
    placed = order(venue, alice, text, trailing_bps=100)
    for price in (*before, *after):
        move(venue, price)
        assert placed.waits
    move(venue, triggers)
    assert placed.status == "FILLED"


def pair(venue, account, target="51000", stop="49000"):
    common = {"symbol": "BTCUSDT", "side": "SELL", "quantity": units("1")}
    above = Ticket(kind="LIMIT_MAKER", price=units(target), **common)
    below = Ticket(kind="STOP_LOSS", stop=units(stop), **common)
    made = place_pair(venue, account, above, below, "", NOW)
    settle(venue)
    return [venue.orders[each] for each in made.order_ids]


@pytest.mark.parametrize(("price", "statuses"), [("52000", ["FILLED", "EXPIRED"]), ("48000", ["EXPIRED", "FILLED"])])
def test_one_order_of_a_list_cancels_the_other_and_what_they_hold_is_held_once(venue, alice, price, statuses):
    orders = pair(venue, alice)
    assert alice.locked["BTC"] == units("1")
    move(venue, price)
    assert [each.status for each in orders] == statuses
    assert (alice.locked["BTC"], alice.free["BTC"]) == (0, units("999"))


def test_cancelling_one_order_of_a_list_cancels_both(venue, alice):
    orders = pair(venue, alice)
    cancel(venue, orders[1], NOW)
    settle(venue)
    assert [each.status for each in orders] == ["CANCELED", "CANCELED"]
    assert alice.free["BTC"] == units("1000")


def test_a_list_is_refused_where_the_market_is_not_between_its_prices(venue, alice):
    with pytest.raises(Refusal, match="relationship of the prices"):
        pair(venue, alice, target="49500", stop="49000")
    assert alice.open == {}


def test_fees_are_paid_in_bnb_at_a_discount_while_there_is_some():
    venue = new_venue(symbols=("BTCUSDT", "BNBUSDT"))
    account = rich(venue, pay_fees_with="BNB")
    bought = order(venue, account, "BUY MARKET 0.1")
    assert [(text(each.fee), each.fee_asset) for each in bought.trades] == [
        ("0.00625063", "BNB")
    ]  # 5000.5 * 0.00075 / 600
    account.move("BNB", -account.free["BNB"], 0)
    assert order(venue, account, "BUY MARKET 0.1").trades[0].fee_asset == "BTC"


def test_a_market_order_by_quote_amount_spends_no_more_than_that(venue, alice):
    bought = order(venue, alice, "BUY MARKET 0", quote_quantity=units("1000"))
    assert (bought.status, text(bought.executed), text(bought.spent)) == ("FILLED", "0.01999000", "999.59995000")


def test_a_market_order_that_cannot_be_paid_is_refused_whole(venue, alice):
    poor = rich(venue, "poor", balances={"USDT": "100"})
    with pytest.raises(Refusal, match="insufficient balance"):
        order(venue, poor, "BUY MARKET 0.1")
    assert poor.free["USDT"] == units("100")


def test_a_market_is_refused_whose_amounts_would_not_be_exact():
    with pytest.raises(ValueError, match="whole number of 1e-8"):
        open_market(new_venue(), Market("XUSDT", "X", "USDT", units("1"), units("0.00001"), units("0.0001")), NOW)
