"""What holds whatever is done: money is conserved, nobody owes, the queue is fair, the journal is the state."""

from collections import defaultdict
from dataclasses import replace

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.venue_stage import NOW, move, new_venue, rich, settle, walk
from trading.sandbox.venue.amounts import units
from trading.sandbox.venue.book import Candle, quotes
from trading.sandbox.venue.lists import place_chain, place_pair
from trading.sandbox.venue.orders import BUY, STOP_KINDS, Ticket
from trading.sandbox.venue.placing import cancel, place
from trading.sandbox.venue.rebuild import rebuilt
from trading.sandbox.venue.refusals import Refusal
from trading.sandbox.venue.state import Venue
from trading.sandbox.venue.walking import open_market

NAMES = ("alice", "bob", "carol")
HOLDS = {"BTC": "3", "USDT": "150000", "BNB": "1"}
KINDS = ("LIMIT", "MARKET", "LIMIT_MAKER", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT")

price = st.integers(49_970, 50_030).map(lambda dollars: dollars * units("1"))  # close together, so that orders meet
quantity = st.integers(1, 120).map(lambda hundredths: hundredths * units("0.01"))
who = st.sampled_from(NAMES)
side = st.sampled_from(("BUY", "SELL"))
placing = st.tuples(
    st.just("place"),
    who,
    st.builds(
        Ticket,
        symbol=st.just("BTCUSDT"),
        side=side,
        kind=st.sampled_from(KINDS),
        quantity=quantity,
        price=price,
        stop=price,
        time_in_force=st.sampled_from(("GTC", "GTC", "IOC", "FOK")),
        trailing_bps=st.sampled_from((0, 0, 0, 50)),
    ),
)
pairing = st.tuples(st.just("pair"), who, side, quantity, price, price)
chaining = st.tuples(st.just("chain"), who, side, quantity, price, price, price, st.booleans())
cancelling = st.tuples(st.just("cancel"), st.integers(0, 40))
moving = st.tuples(st.just("move"), price)
walking = st.tuples(st.just("walk"), st.tuples(price, price, price, price))
actions = st.lists(
    st.one_of(placing, placing, placing, pairing, chaining, cancelling, moving, walking), min_size=25, max_size=40
)


def fitting(ticket):
    """The ticket with only what its kind of order takes."""
    has_limit = ticket.kind in {"LIMIT", "LIMIT_MAKER", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"}
    is_stop = ticket.kind in STOP_KINDS
    return replace(
        ticket,
        price=ticket.price if has_limit else 0,
        stop=ticket.stop if is_stop else 0,
        trailing_bps=ticket.trailing_bps if is_stop else 0,
        time_in_force=ticket.time_in_force if ticket.kind == "LIMIT" else "GTC",
    )


def opened(*, in_bars):
    venue = new_venue(in_bars=in_bars, symbols=("BTCUSDT", "BNBUSDT"))
    open_market(venue, replace(venue.markets["BTCUSDT"], spread_ppm=500), NOW)  # room for orders between the quotes
    for name in NAMES:
        rich(venue, name, balances=HOLDS, pay_fees_with="BNB" if name == "carol" else "")
    return venue


def act(venue, number, action):
    """Do one action; what it refuses is left undone."""
    kind, *more = action
    try:
        if kind == "place":
            place(venue, venue.accounts[more[0]], fitting(more[1]), NOW + number)
        elif kind == "pair":
            name, *legs = more
            place_pair(venue, venue.accounts[name], *legs_of(*legs), "", NOW)
        elif kind == "chain":
            name, way, size, at, high, low, alone = more
            first = Ticket("BTCUSDT", way, "LIMIT", size, at)
            then = legs_of("SELL" if way == BUY else BUY, size, high, low)
            place_chain(venue, venue.accounts[name], first, then[:1] if alone else then, "", NOW + number)
        elif kind == "cancel" and venue.orders.get(more[0]) and venue.orders[more[0]].is_open:
            cancel(venue, venue.orders[more[0]], NOW + number)
        elif kind == "move" and not venue.in_bars:
            move(venue, str(more[0] // units("1")))
        elif kind == "walk":
            open_, high, low, close = more[0]
            walk(venue, Candle(number * 60_000, open_, max(more[0]), min(more[0]), close, units("1")))
    except Refusal:
        pass
    settle(venue)


def legs_of(way, size, high, low):
    """A target and a stop, the one above first."""
    common = {"symbol": "BTCUSDT", "side": way, "quantity": size}
    limit = Ticket(kind="LIMIT_MAKER", price=high if way == "SELL" else low, **common)
    stop = Ticket(kind="STOP_LOSS", stop=low if way == "SELL" else high, **common)
    return [limit, stop] if way == "SELL" else [stop, limit]


def check_money(venue):
    """Balances are what was brought, and what the account's trades moved; what is locked is what its orders hold."""
    for name in NAMES:
        account = venue.accounts[name]
        owned = defaultdict(int, {asset: units(amount) for asset, amount in HOLDS.items()})
        for trade in account.trades["BTCUSDT"]:
            way = 1 if trade.side == BUY else -1
            owned["BTC"] += way * trade.quantity
            owned["USDT"] -= way * trade.quote
            owned[trade.fee_asset] -= trade.fee
        held = defaultdict(int)
        for order in account.open.values():
            held["USDT" if order.buys else "BTC"] += order.locked
            assert 0 <= order.executed < order.quantity or order.ticket.quote_quantity
        for asset in owned:
            assert account.free[asset] >= 0
            assert account.locked[asset] == held[asset]
            assert account.free[asset] + account.locked[asset] == owned[asset]


def check_lists(venue):
    """Of a pair at most one order has traded, and nothing before the order that it waits for has filled."""
    for orders in venue.lists.values():
        assert sum(bool(venue.orders[each].trades) for each in orders.pair) <= 1
        followed = any(venue.orders[each].trades for each in orders.followers)
        assert not followed or venue.orders[orders.first].status == "FILLED"
        assert not orders.open or any(venue.orders[each].is_open for each in orders.order_ids)


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(actions, st.booleans())
def test_money_is_conserved_and_nobody_owes(done, in_bars):
    venue = opened(in_bars=in_bars)
    for number, action in enumerate(done):
        act(venue, number, action)
        check_money(venue)
    check_lists(venue)


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(actions, st.booleans())
def test_the_state_out_of_the_journal_is_the_state(done, in_bars):
    venue = opened(in_bars=in_bars)
    for number, action in enumerate(done):
        act(venue, number, action)
    again = rebuilt(Venue(in_bars=in_bars), [orjson.loads(orjson.dumps(fact)) for fact in venue.facts])
    for part in ("markets", "accounts", "orders", "lists", "books", "last_order_id", "last_list_id", "turns"):
        assert getattr(again, part) == getattr(venue, part), part


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(actions, side, quantity, price)
def test_an_order_gets_the_best_price_and_then_the_oldest_order(done, way, size, limit):
    venue = opened(in_bars=False)
    for number, action in enumerate(done):
        act(venue, number, action)
    rich(venue, "dave")
    wanted = Ticket("BTCUSDT", way, "LIMIT", size, limit, time_in_force="IOC")
    expected = list(expected_fills(venue, wanted))
    got = place(venue, venue.accounts["dave"], wanted, NOW)
    counters = {(fact["tradeId"], fact["orderId"]): fact["counterOrderId"] for fact in trades_of(venue)}
    assert [(each.price, each.quantity, counters[each.id, got.id]) for each in got.trades] == expected


def trades_of(venue):
    return [fact for fact in venue.facts if fact["kind"] == "trade"]


def expected_fills(venue, ticket):
    """Who should trade with an order, worked out anew: everything on the other side, sorted, the market maker last."""
    buys = ticket.side == BUY
    offers = [
        (order.ticket.price, order.turn, order.left, order.id)
        for order in venue.orders.values()
        if order.is_open and order.working and order.buys != buys
    ]
    house = quotes(venue.markets["BTCUSDT"], venue.books["BTCUSDT"].price, not buys)
    offers += [(at, 10**9, there, 0) for at, there in house]
    left = ticket.quantity
    for at, _, there, number in sorted(offers, key=lambda offer: (offer[0] if buys else -offer[0], offer[1])):
        if left and (at <= ticket.price if buys else at >= ticket.price):
            yield at, min(left, there), number
            left -= min(left, there)
