"""The adapter against the sandbox exchange: every cell of Binance's row, and the ways in which an exchange fails."""

import asyncio
import re
from decimal import Decimal

import pytest

from cryptouniverse.kernel.market import Side
from tests.trading.sandbox_stage import a_buy, a_sale, exchange, now_ms, on_sandbox, sandbox
from trading.exchanges.capabilities import IdsUnique, Proof, barring_cells
from trading.exchanges.ccxt_client import make_client
from trading.exchanges.clock_rule import may_enter
from trading.exchanges.errors import ExchangeUnavailable, KeyRefused
from trading.exchanges.types import (
    Accepted,
    Gone,
    KeyRights,
    OrderKind,
    Rejected,
    TimeInForce,
    Unknown,
    VenueStatus,
)
from trading.exchanges.venues.binance import CAPABILITY
from trading.exchanges.venues.registry import profile_of

__all__ = ["exchange", "sandbox"]

PRICE = Decimal(50000)
PROVES: dict[str, str] = {}


def proves(*cells: str):
    """This test proves these cells of the capability table."""

    def mark(test):
        PROVES.update(dict.fromkeys(cells, test.__name__))
        return test

    return mark


def _accepted(sandbox) -> list[str]:
    return [fact["clientOrderId"] for fact in sandbox.journal("order_accepted")]


@pytest.fixture
def priced(sandbox):
    sandbox.control("price", {"symbol": "BTCUSDT", "price": str(PRICE)})
    return sandbox


@proves("client_id_on_create", "client_id_on_fetch")
def test_an_order_has_our_id_and_is_found_by_it_open_and_ended(priced):
    async def act(ours):
        placed = (await ours.place(a_buy("cu-1"))).order
        found = await ours.find_order(symbol="BTC/USDT", client_order_id="cu-1")
        ended = await ours.cancel(symbol="BTC/USDT", venue_order_id=placed.venue_order_id)
        again = await ours.find_order(symbol="BTC/USDT", client_order_id="cu-1")
        none = await ours.find_order(symbol="BTC/USDT", client_order_id="cu-0")
        return placed, found, ended.order, again, none

    placed, found, ended, again, none = on_sandbox(priced, act)
    assert placed.client_order_id == found.client_order_id == ended.client_order_id == "cu-1"
    assert (found.venue_order_id, again.venue_order_id) == (placed.venue_order_id,) * 2
    assert (found.status, ended.status, again.status) == (
        VenueStatus.OPEN, VenueStatus.CANCELLED, VenueStatus.CANCELLED
    )  # fmt: skip
    assert none is None


@proves("client_id_form")
def test_an_id_may_have_just_the_stated_length_and_letters(priced):
    letters = "".join(chr(number) for number in range(33, 127) if re.match(CAPABILITY.client_id_alphabet, chr(number)))
    longest = [letters[start : start + CAPABILITY.client_id_length] for start in range(0, len(letters), 36)]
    others = [f"cu{chr(number)}x" for number in range(32, 127) if chr(number) not in letters]

    async def act(ours):
        good = [await ours.place(a_buy(each)) for each in longest]
        long = await ours.place(a_buy("a" * (CAPABILITY.client_id_length + 1)))
        bad = [await ours.place(a_buy(each)) for each in others]
        return good, long, bad

    good, long, bad = on_sandbox(priced, act)
    assert {type(each) for each in good} == {Accepted}
    assert {type(each) for each in (long, *bad)} == {Rejected}
    assert _accepted(priced) == longest


@proves("client_ids_unique")
def test_an_id_is_refused_while_its_order_is_open_and_free_once_it_is_not(priced):
    async def act(ours):
        first = (await ours.place(a_buy("cu-1"))).order
        twin = await ours.place(a_buy("cu-1"))
        await ours.cancel(symbol="BTC/USDT", venue_order_id=first.venue_order_id)
        second = (await ours.place(a_buy("cu-1"))).order
        return first, twin, second, await ours.find_order(symbol="BTC/USDT", client_order_id="cu-1")

    first, twin, second, found = on_sandbox(priced, act)
    assert CAPABILITY.ids_unique is IdsUnique.OPEN
    assert isinstance(twin, Unknown), "a duplicate id says that it may be there"
    assert first.venue_order_id != second.venue_order_id == found.venue_order_id
    assert _accepted(priced) == ["cu-1", "cu-1"]


@proves("native_stop")
def test_a_stop_rests_at_the_venue_and_sells_when_the_price_is_there(priced):
    stop = a_sale("cu-stop", kind=OrderKind.STOP, stop_price=Decimal(45000), quantity=Decimal("0.5"))

    async def act(ours):
        resting = (await ours.place(stop)).order
        priced.control("price", {"symbol": "BTCUSDT", "price": "44000"})
        return resting, await ours.find_order(symbol="BTC/USDT", client_order_id="cu-stop")

    resting, sold = on_sandbox(priced, act)
    assert (resting.status, resting.stop_price, resting.limit_price) == (VenueStatus.OPEN, Decimal(45000), None)
    assert (sold.status, sold.executed) == (VenueStatus.FILLED, Decimal("0.5"))


def test_each_kind_of_entry_is_what_the_venue_is_asked_for(priced):
    asked = {
        "gtc": {},
        "ioc": {"time_in_force": TimeInForce.IOC},
        "fok": {"time_in_force": TimeInForce.FOK},
        "maker": {"time_in_force": TimeInForce.GTX},
        "iceberg": {"quantity": Decimal(1), "visible_quantity": Decimal("0.2")},
        "stop": {"kind": OrderKind.STOP_LIMIT, "stop_price": Decimal(51_000), "limit_price": Decimal(51_500)},
    }

    async def act(ours):
        placed = {name: await ours.place(a_buy(f"cu-{name}", **fields)) for name, fields in asked.items()}
        taken = await ours.place(a_buy("cu-taken", time_in_force=TimeInForce.GTX, limit_price=Decimal(60_000)))
        priced.control("price", {"symbol": "BTCUSDT", "price": "51200"})
        met = await ours.find_order(symbol="BTC/USDT", client_order_id="cu-stop")
        return placed, taken, met

    placed, taken, met = on_sandbox(priced, act)
    states = {name: outcome.order.status for name, outcome in placed.items()}
    assert states == dict.fromkeys(asked, VenueStatus.OPEN) | dict.fromkeys(("ioc", "fok"), VenueStatus.EXPIRED)
    assert isinstance(taken, Rejected)
    assert (met.status, met.executed, placed["stop"].order.stop_price) == (
        VenueStatus.FILLED, Decimal("0.01"), Decimal(51_000)
    )  # fmt: skip
    sent = {fact["sentClientOrderId"]: fact for fact in priced.journal("order_accepted")}
    kinds = {name: sent[f"cu-{name}"]["type"] for name in ("gtc", "maker", "stop")}
    assert kinds == {"gtc": "LIMIT", "maker": "LIMIT_MAKER", "stop": "STOP_LOSS_LIMIT"}
    assert Decimal(sent["cu-iceberg"]["icebergQty"]) == Decimal("0.2")


@proves("oco")
def test_a_pair_is_one_list_of_which_what_one_gets_ends_the_other(priced):
    bought = a_buy("cu-in", quantity=Decimal(1), limit_price=PRICE, time_in_force=TimeInForce.IOC)
    ways_out = {"kind": OrderKind.STOP, "stop_price": Decimal(45_000), "pair_price": Decimal(55_000)}

    async def act(ours):
        await ours.place(bought)
        placed = await ours.place(a_sale("cu-out", quantity=Decimal("0.4"), **ways_out))
        other = await ours.place(a_sale("cu-other", quantity=Decimal("0.4"), **ways_out))
        ended = await ours.cancel(symbol="BTC/USDT", venue_order_id=other.pair.venue_order_id)
        together = await ours.find_order(symbol="BTC/USDT", client_order_id="cu-other")
        priced.control("price", {"symbol": "BTCUSDT", "price": "55500"})
        legs = [await ours.find_order(symbol="BTC/USDT", client_order_id=name) for name in ("cu-out", "cu-out-2")]
        return placed, ended.order, together, legs

    placed, ended, together, (stop, limit) = on_sandbox(priced, act)
    assert [order.client_order_id for order in placed.orders] == ["cu-out", "cu-out-2"]
    assert (placed.order.stop_price, placed.pair.limit_price) == (Decimal(45_000), Decimal(55_000))
    assert {order.status for order in placed.orders} == {VenueStatus.OPEN}
    assert (ended.status, together.status) == (VenueStatus.CANCELLED, VenueStatus.CANCELLED)
    assert (stop.status, stop.executed) == (VenueStatus.EXPIRED, 0)
    assert (limit.status, limit.executed) == (VenueStatus.FILLED, Decimal("0.4"))


def test_a_pair_of_entries_waits_above_and_below(priced):
    pair = {
        "kind": OrderKind.STOP_LIMIT,
        "stop_price": Decimal(51_000),
        "limit_price": Decimal(51_500),
        "pair_price": Decimal(49_000),
    }

    async def act(ours):
        placed = await ours.place(a_buy("cu-pair", **pair))
        wrong = await ours.place(a_buy("cu-wrong", **{**pair, "pair_price": Decimal(52_000)}))
        priced.control("price", {"symbol": "BTCUSDT", "price": "51200"})
        legs = [await ours.find_order(symbol="BTC/USDT", client_order_id=name) for name in ("cu-pair", "cu-pair-2")]
        return placed, wrong, legs

    placed, wrong, (stop, limit) = on_sandbox(priced, act)
    assert (placed.order.limit_price, placed.pair.limit_price) == (Decimal(51_500), Decimal(49_000))
    assert isinstance(wrong, Rejected), "both above the market: nothing was placed"
    assert (stop.status, limit.status) == (VenueStatus.FILLED, VenueStatus.EXPIRED)


@proves("trailing")
def test_a_trailing_entry_follows_the_price_and_buys_when_it_turns(priced):
    at_once = {"kind": OrderKind.TRAILING, "trail_bps": 100, "limit_price": Decimal(51_000)}

    async def act(ours):
        placed = await ours.place(a_buy("cu-trail", **at_once))
        later = await ours.place(a_buy("cu-later", **at_once, stop_price=Decimal(48_000)))
        for price in ("49000", "49400"):
            priced.control("price", {"symbol": "BTCUSDT", "price": price})
        still = await ours.find_order(symbol="BTC/USDT", client_order_id="cu-trail")
        priced.control("price", {"symbol": "BTCUSDT", "price": "49600"})
        names = ("cu-trail", "cu-later")
        return placed, later, still, [await ours.find_order(symbol="BTC/USDT", client_order_id=name) for name in names]

    placed, later, still, (met, waiting) = on_sandbox(priced, act)
    assert {placed.order.status, later.order.status, still.status, waiting.status} == {VenueStatus.OPEN}
    assert (met.status, met.executed) == (VenueStatus.FILLED, met.quantity)


@proves("validity_window")
def test_a_request_is_taken_inside_its_signed_window_and_never_after_it(priced):
    slow = {"kind": "delay_before_ms", "method": "POST", "path": "/api/v3/order", "ms": 150, "count": 1}

    async def act(ours):
        taken = await ours.place(a_buy("cu-now"))
        late = await ours.place(a_buy("cu-late", signed_at_ms=now_ms() - 3000, window_ms=2999))
        early = await ours.place(a_buy("cu-early", signed_at_ms=now_ms() + 5000))
        priced.control("faults", {"faults": [slow]})
        held_up = await ours.place(a_buy("cu-held-up", window_ms=100))
        widest = a_buy("cu-widest", signed_at_ms=now_ms() - 50_000, window_ms=CAPABILITY.window_ms_max + 1)
        return taken, late, early, held_up, await ours.place(widest)

    outcomes = on_sandbox(priced, act)
    assert [type(each) for each in outcomes] == [Accepted, Unknown, Unknown, Unknown, Accepted]
    assert _accepted(priced) == ["cu-now", "cu-widest"]


def _raw(priced, act):
    """What `act` makes of a ccxt client as the adapter makes them."""

    async def played():
        from cryptouniverse.kernel.secret import Secret

        client = make_client(profile_of("binance"), base_url=priced.url, timeout_ms=5000,
                             api_key=Secret("alice"), secret=Secret("alice-secret"))  # fmt: skip
        try:
            await client.load_markets()
            return await act(client)
        finally:
            await client.close()

    return asyncio.run(played())


@proves("iceberg", "post_only")
def test_an_iceberg_hides_and_a_maker_does_not_take(priced):
    async def act(client):
        await client.create_order("BTC/USDT", "limit", "buy", "1", "30000", {"icebergQty": "0.2", "timeInForce": "GTC"})
        with pytest.raises(Exception, match="immediately match"):
            await client.create_order("BTC/USDT", "limit", "buy", "0.1", "60000", {"postOnly": True})
        return await client.fetch_open_orders("BTC/USDT")

    open_ = _raw(priced, act)
    assert [Decimal(order["info"]["icebergQty"]) for order in open_] == [Decimal("0.2")]


@proves("amend")
def test_an_order_is_replaced_in_one_request(priced):
    async def act(client):
        order = await client.create_order("BTC/USDT", "limit", "buy", "0.1", "30000", {"newClientOrderId": "cu-old"})
        await client.private_post_order_cancelreplace({
            "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.1",
            "price": "31000", "cancelReplaceMode": "STOP_ON_FAILURE", "cancelOrderId": order["id"],
            "newClientOrderId": "cu-new",
        })  # fmt: skip
        return {each["clientOrderId"]: each["status"] for each in await client.fetch_orders("BTC/USDT")}

    states = _raw(priced, act)
    assert states["cu-new"] == "open"
    assert sorted(states.values()) == ["canceled", "open"]


def test_every_cell_that_says_proven_has_its_test():
    proven = {cell for cell in CAPABILITY.cells if getattr(CAPABILITY, cell) is Proof.PROVEN}
    assert proven == set(PROVES) | {"user_stream"}  # the last one: test_exchanges_stream.py
    assert barring_cells(CAPABILITY) == ()


@pytest.mark.parametrize(
    ("order", "status", "executed"),
    [
        (a_buy(time_in_force=TimeInForce.IOC), VenueStatus.EXPIRED, 0),
        (a_buy(time_in_force=TimeInForce.IOC, limit_price=Decimal(50100)), VenueStatus.FILLED, Decimal("0.01")),
        (a_buy(time_in_force=TimeInForce.FOK), VenueStatus.EXPIRED, 0),
        (a_sale(), VenueStatus.FILLED, Decimal("0.01")),
    ],
    ids=["ioc that finds nothing", "ioc", "fok that finds nothing", "market"],
)
def test_what_fills_at_once_comes_filled_with_its_trades(priced, order, status, executed):
    from dataclasses import replace

    async def act(ours):
        placed = (await ours.place(replace(order, signed_at_ms=now_ms()))).order
        return placed, await ours.trades_since(symbol="BTC/USDT", since_ms=now_ms() - 60_000)

    placed, trades = on_sandbox(priced, act)
    assert (placed.status, placed.executed) == (status, executed)
    assert sum(trade.quantity for trade in placed.trades) == executed
    assert [(t.trade_id, t.price, t.fee, t.fee_currency) for t in placed.trades] == [
        (t.trade_id, t.price, t.fee, t.fee_currency) for t in trades
    ]


def test_history_of_several_days_and_pages_comes_whole_and_in_order(priced):
    async def act(ours):
        for number in range(7):
            await ours.place(a_sale(f"cu-{number}", quantity=Decimal("0.001")))
        week = now_ms() - 7 * 86_400_000
        orders = await ours.orders_since(symbol="BTC/USDT", since_ms=week)
        trades = await ours.trades_since(symbol="BTC/USDT", since_ms=week)
        return orders, trades, await ours.orders_since(symbol="BTC/USDT", since_ms=now_ms() + 1000)

    orders, trades, later = on_sandbox(priced, act)
    assert [order.client_order_id for order in orders] == [f"cu-{number}" for number in range(7)]
    assert [trade.venue_order_id for trade in trades] == [order.venue_order_id for order in orders]
    assert later == []


LOST = ["accept_then_drop_reply", "5xx_after_accept", "html_after_accept", "hang_after_accept"]
NEVER = ["5xx_before", "html_instead_of_json", "hang"]


@pytest.mark.parametrize("fault", LOST + NEVER)
def test_whatever_happens_to_the_reply_the_order_is_there_at_most_once_and_is_found_or_is_not(priced, fault):
    async def act(ours):
        await ours.markets()
        priced.control("faults", {"faults": [{"kind": fault, "method": "POST", "path": "/api/v3/order", "count": 1}]})
        outcome = await ours.place(a_buy("cu-lost"))
        return outcome, await ours.find_order(symbol="BTC/USDT", client_order_id="cu-lost")

    outcome, found = on_sandbox(priced, act, timeout_ms=400)
    assert isinstance(outcome, Unknown)
    assert _accepted(priced) == (["cu-lost"] if fault in LOST else [])
    assert (found is not None) == (fault in LOST)


def test_a_look_up_behind_a_venue_that_shows_late_is_an_absence_only_in_its_words(priced):
    """Absence is what the venue says; that it proves nothing before the lag is over is the reconciler's business."""
    priced.control("accounts", {"api_key": "alice", "visibility_lag_ms": 60_000})

    async def act(ours):
        placed = await ours.place(a_buy("cu-1"))
        return placed, await ours.find_order(symbol="BTC/USDT", client_order_id="cu-1")

    placed, found = on_sandbox(priced, act)
    assert isinstance(placed, Accepted)
    assert found is None


@pytest.mark.parametrize(
    ("account", "keys"),
    [
        ({"revoked": True}, {}),
        ({"rights": {"trade": False}}, {}),
        ({}, {"key": "nobody"}),
        ({}, {"key": "b" * 64}),
        ({}, {"secret": "wrong"}),
    ],
    ids=["revoked", "no right to trade", "malformed", "unknown", "wrong secret"],
)
def test_a_key_that_may_not_is_refused_in_words_that_say_what_to_do(priced, account, keys):
    from cryptouniverse.kernel.secret import Secret

    priced.control("accounts", {"api_key": "alice", **account})

    async def act(ours):
        with pytest.raises(KeyRefused) as caught:
            await ours.place(a_buy())
        return caught.value.message

    more = {"secret": Secret(keys["secret"])} if "secret" in keys else {}
    assert "nter" in on_sandbox(priced, act, key=keys.get("key", "alice"), **more)
    assert _accepted(priced) == []


def test_rights_are_read(priced):
    rights = {"withdraw": True, "trade": False, "transfer": True, "ip_restrict": False}
    priced.control("accounts", {"api_key": "alice", "rights": rights})
    assert on_sandbox(priced, lambda ours: ours.rights()) == KeyRights(
        trade=False, withdraw=True, transfer=True, ip_restricted=False
    )


def test_a_clock_that_is_off_by_a_minute_is_measured_and_stops_entries(priced):
    offset = on_sandbox(priced, lambda ours: ours.clock_offset_ms())
    assert may_enter(offset)

    priced.control("faults", {"clock_shift_ms": 61_000})

    async def act(ours):
        return await ours.clock_offset_ms(), await ours.open_orders(), await ours.place(a_buy())

    shifted, orders, placed = on_sandbox(priced, act)
    assert 60_500 < shifted < 61_500
    assert not may_enter(shifted)
    assert orders == []
    assert isinstance(placed, Unknown), "signed by a clock that was not corrected: refused, but not provably"
    assert _accepted(priced) == []


@pytest.mark.parametrize("status", ["HALT", "BREAK"])
def test_a_halted_market_refuses_in_words_and_is_not_offered(priced, status):
    async def act(ours):
        await ours.markets()
        priced.control("markets/BTCUSDT/status", {"status": status})
        return await ours.place(a_buy())

    outcome = on_sandbox(priced, act)
    assert isinstance(outcome, Rejected) and "halted" in outcome.message
    priced.control("markets/BTCUSDT/status", {"status": "TRADING"})


def test_an_order_that_is_gone_is_gone_and_a_filled_one_too(priced):
    async def act(ours):
        sold = (await ours.place(a_sale())).order
        return [await ours.cancel(symbol="BTC/USDT", venue_order_id=each) for each in (sold.venue_order_id, "999999")]

    assert on_sandbox(priced, act) == [Gone(), Gone()]


def test_more_than_there_is_is_refused_in_words(priced):
    huge = a_buy(quantity=Decimal(9), side=Side.BUY)
    outcome = on_sandbox(priced, lambda ours: ours.place(huge))
    assert isinstance(outcome, Rejected) and "balance" in outcome.message


def test_a_symbol_that_is_not_there_is_no_absence_of_an_order(priced):
    async def act(ours):
        with pytest.raises(ExchangeUnavailable):
            await ours.find_order(symbol="NO/USDT", client_order_id="cu-1")

    on_sandbox(priced, act)
