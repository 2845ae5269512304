"""Binance's adapter against recorded answers: what we send, parameter by parameter, and what we make of it."""

import json
from decimal import Decimal

import pytest

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Side
from tests.trading.venue_stage import NOW_MS, OpenBudget, Replay, an_order, at_venue
from trading.exchanges.errors import ExchangeUnavailable
from trading.exchanges.types import (
    Accepted,
    KeyRights,
    OrderKind,
    TimeInForce,
    Unknown,
    VenueBalance,
    VenueOrder,
    VenueStatus,
    VenueTrade,
)

ORDER = "/api/v3/order"
LTC = VenueOrder(
    venue_order_id="1",
    client_order_id="myOrder1",
    symbol="LTC/BTC",
    side=Side.BUY,
    status=VenueStatus.OPEN,
    quantity=Decimal(1),
    executed=Decimal(0),
    created_ms=1499827319559,
    limit_price=Decimal("0.1"),
)


@pytest.fixture(scope="session")
def recorded(real_data):
    """Binance's answers by the name of ccxt's method, first recording first."""
    cases = json.loads((real_data / "exchanges" / "ccxt_unified_binance_kraken.json").read_text())["cases"]
    bodies: dict[str, object] = {}
    for case in cases:
        if case["exchange"] == "binance":
            bodies.setdefault(case["method"], case["http_response"])
    return bodies


@pytest.fixture(autouse=True)
def _now():
    with clock.at(clock.from_ms(NOW_MS)):
        yield


SENT = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "quantity": "0.5",
    "newClientOrderId": "cu-ABC123",
    "newOrderRespType": "FULL",
    "timestamp": str(NOW_MS),
    "recvWindow": "4000",
}


@pytest.mark.parametrize(
    ("order", "more"),
    [
        (an_order(), {"type": "LIMIT", "price": "60000.1", "timeInForce": "GTC"}),
        (an_order(time_in_force=TimeInForce.IOC), {"type": "LIMIT", "price": "60000.1", "timeInForce": "IOC"}),
        (an_order(time_in_force=TimeInForce.FOK), {"type": "LIMIT", "price": "60000.1", "timeInForce": "FOK"}),
        (an_order(kind=OrderKind.MARKET, limit_price=None, side=Side.SELL), {"type": "MARKET", "side": "SELL"}),
        (
            an_order(kind=OrderKind.STOP, limit_price=None, side=Side.SELL, stop_price=Decimal("55000.55")),
            {"type": "STOP_LOSS", "side": "SELL", "stopPrice": "55000.55"},
        ),
        (an_order(quantity=Decimal("1E-5"), signed_at_ms=NOW_MS + 77), {
            "type": "LIMIT", "price": "60000.1", "timeInForce": "GTC", "quantity": "0.00001",
            "timestamp": str(NOW_MS + 77),
        }),
    ],
    ids=["limit", "ioc", "fok", "market", "stop", "smallest"],
)  # fmt: skip
def test_an_order_is_sent_with_exactly_these_parameters_signed_at_the_given_time(recorded, order, more):
    replay = Replay({("POST", ORDER): (200, {**recorded["create_order"], "clientOrderId": "cu-ABC123"})})
    assert isinstance(at_venue(replay, lambda ours: ours.place(order)), Accepted)

    [asked] = replay.of(ORDER)
    params = dict(asked.params)
    assert params.pop("signature") and asked.is_signed_with_the_secret
    assert params == {**SENT, **more}


def test_an_accepted_market_order_comes_with_its_fills_to_the_last_digit(recorded):
    replay = Replay({("POST", ORDER): (200, recorded["create_order"])})
    order = an_order(client_order_id="6gCrw2kRUAF9CvJDGP16IP")
    accepted = at_venue(replay, lambda ours: ours.place(order)).order

    assert (accepted.venue_order_id, accepted.status, accepted.executed) == ("28", VenueStatus.FILLED, Decimal(10))
    assert accepted.limit_price is None
    assert [(t.trade_id, t.price, t.quantity, t.fee) for t in accepted.trades][:2] == [
        ("BTC/USDT:56", Decimal(4000), Decimal(1), Decimal(4)),
        ("BTC/USDT:57", Decimal(3999), Decimal(5), Decimal("19.995")),
    ]
    assert {(t.venue_order_id, t.side, t.fee_currency, t.at_ms) for t in accepted.trades} == {
        ("28", Side.SELL, "USDT", 1507725176595)
    }


def test_a_bare_acknowledgement_is_an_open_order(real_data):
    body = json.loads((real_data / "exchanges" / "binance.json").read_text())
    ack = body["order_creation_request_successful_mock_response"] | {"side": "BUY"}
    order = an_order(client_order_id="OID1", symbol="COINALPHA/HBOT")
    accepted = at_venue(Replay({("POST", ORDER): (200, ack)}), lambda ours: ours.place(order)).order

    assert (accepted.venue_order_id, accepted.status, accepted.quantity, accepted.executed) == (
        "28", VenueStatus.OPEN, Decimal("0.5"), Decimal(0)
    )  # fmt: skip


def test_an_answer_about_another_order_proves_nothing(recorded):
    replay = Replay({("POST", ORDER): (200, recorded["create_order"])})
    assert isinstance(at_venue(replay, lambda ours: ours.place(an_order())), Unknown)


def test_a_cancel_goes_by_the_venues_number_and_keeps_the_orders_own_client_id(recorded):
    replay = Replay({("DELETE", ORDER): (200, recorded["cancel_order"])})
    outcome = at_venue(replay, lambda ours: ours.cancel(symbol="LTC/BTC", venue_order_id="4"))

    assert (outcome.order.client_order_id, outcome.order.status) == ("myOrder1", VenueStatus.CANCELLED)
    params = dict(replay.of(ORDER)[0].params)
    assert replay.of(ORDER)[0].is_signed_with_the_secret and params.pop("signature")
    assert params == {"symbol": "LTCBTC", "orderId": "4", "timestamp": str(NOW_MS), "recvWindow": "5000"}


def test_an_order_is_found_by_our_id_and_by_the_venues(recorded):
    replay = Replay({("GET", ORDER): (200, recorded["fetch_order"])})

    async def act(ours):
        by_ours = await ours.find_order(symbol="LTC/BTC", client_order_id="myOrder1")
        return by_ours, await ours.order(symbol="LTC/BTC", venue_order_id="1")

    assert at_venue(replay, act) == (LTC, LTC)
    sent = [{k: v for k, v in each.params.items() if "rder" in k} for each in replay.of(ORDER)]
    assert sent == [{"origClientOrderId": "myOrder1"}, {"orderId": "1"}]


def test_open_orders_are_those_of_all_pairs(recorded):
    replay = Replay({("GET", "/api/v3/openOrders"): (200, recorded["fetch_open_orders"])})

    assert at_venue(replay, lambda ours: ours.open_orders()) == [LTC]
    assert "symbol" not in replay.of("/api/v3/openOrders")[0].params


def test_a_trade_keeps_its_fee_in_the_fees_own_currency(recorded):
    replay = Replay({("GET", "/api/v3/myTrades"): (200, recorded["fetch_my_trades"])})
    since = 1499865549590
    with clock.at(clock.from_ms(since + 1000)):
        trades = at_venue(replay, lambda ours: ours.trades_since(symbol="BNB/BTC", since_ms=since))

    price, quantity, fee = Decimal("4.000001"), Decimal(12), Decimal("10.1")
    assert trades == [VenueTrade("BNB/BTC:28457", "100234", "BNB/BTC", Side.BUY, price, quantity, fee, "BNB", since)]


def test_balances_are_exact_and_without_empty_assets(real_data):
    body = json.loads((real_data / "exchanges" / "binance.json").read_text())
    account = body["balance_request_mock_response_for_base_and_quote"]
    account["balances"].append({"asset": "DUST", "free": "0.00000000", "locked": "0.00000000"})
    replay = Replay({("GET", "/api/v3/account"): (200, account)})

    assert at_venue(replay, lambda ours: ours.balances()) == {
        "COINALPHA": VenueBalance(Decimal(10), Decimal(5)),
        "HBOT": VenueBalance(Decimal(2000), Decimal(0)),
    }


def test_rights_are_as_the_venue_tells():
    told = {
        "ipRestrict": True,
        "enableReading": True,
        "enableWithdrawals": False,
        "enableInternalTransfer": False,
        "permitsUniversalTransfer": True,
        "enableSpotAndMarginTrading": True,
    }
    replay = Replay({("GET", "/sapi/v1/account/apiRestrictions"): (200, told)})

    assert at_venue(replay, lambda ours: ours.rights()) == KeyRights(
        trade=True, withdraw=False, transfer=True, ip_restricted=True
    )


def test_the_clock_is_measured_and_later_reads_are_signed_with_it(recorded):
    replay = Replay({("GET", "/api/v3/openOrders"): (200, [])})
    replay.answers["GET", "/api/v3/time"] = (200, {"serverTime": NOW_MS + 61_000})

    async def act(ours):
        offset = await ours.clock_offset_ms()
        await ours.open_orders()
        return offset

    assert at_venue(replay, act) == 61_000
    assert replay.of("/api/v3/openOrders")[0].params["timestamp"] == str(NOW_MS + 61_000)


def test_a_read_that_the_venue_finds_out_of_time_is_signed_anew_with_a_measured_clock():
    off = (400, {"code": -1021, "msg": "Timestamp for this request is outside of the recvWindow."})
    replay = Replay({("GET", "/api/v3/time"): (200, {"serverTime": NOW_MS + 61_000})})
    late = str(NOW_MS + 61_000)
    replay.answers["GET", "/api/v3/openOrders"] = lambda asked: (200, []) if asked.params["timestamp"] == late else off

    assert at_venue(replay, lambda ours: ours.open_orders()) == []
    assert len(replay.of("/api/v3/openOrders")) == 2


def test_markets_that_do_not_trade_are_not_offered_and_limits_are_the_venues_own():
    markets = at_venue(Replay(), lambda ours: ours.markets())

    assert "OLD/USDT" not in markets
    btc = markets["BTC/USDT"]
    assert (btc.tick, btc.step, btc.min_notional) == (Decimal("0.01"), Decimal("0.00001"), Decimal(5))
    assert (btc.market_quantity_max, btc.open_orders_max, btc.band.sell_low) == (Decimal("120.5"), 200, Decimal("0.3"))


@pytest.mark.parametrize("last", ["0.00000000", None, "NaN", "x"])
def test_a_last_price_that_is_none_is_no_answer(last):
    replay = Replay({("GET", "/api/v3/ticker/24hr"): (200, {"symbol": "BTCUSDT", "lastPrice": last})})

    with pytest.raises(ExchangeUnavailable):
        at_venue(replay, lambda ours: ours.last_price("BTC/USDT"))


class Book:
    """Orders or trades of a pair as Binance pages them: a day at most by time, 1000 at most, or from a number on."""

    def __init__(self, times: list[int], row, number: str) -> None:
        self.rows = [row(first + 1, at_ms) for first, at_ms in enumerate(times)]
        self.number = number
        self.pages = 0

    def __call__(self, asked):
        params, self.pages = asked.params, self.pages + 1
        if self.number in params:
            assert "startTime" not in params
            found = [row for row in self.rows if self._id(row) >= int(params[self.number])]
        else:
            start, end = int(params["startTime"]), int(params["endTime"])
            assert end - start < 86_400_000, "the venue refuses a longer window"
            found = [row for row in self.rows if start <= row["time"] <= end]
        return 200, found[: int(params["limit"])]

    def _id(self, row) -> int:
        return row["orderId"] if self.number == "orderId" else row["id"]


def _trade(number: int, at_ms: int):
    return {"symbol": "BTCUSDT", "id": number, "orderId": number, "price": "1", "qty": "1", "commission": "0",
            "commissionAsset": "BNB", "time": at_ms, "isBuyer": True, "isMaker": False}  # fmt: skip


def _an_order(number: int, at_ms: int):
    return {"symbol": "BTCUSDT", "orderId": number, "clientOrderId": f"cu-{number}", "price": "1", "origQty": "1",
            "executedQty": "0", "status": "CANCELED", "type": "LIMIT", "side": "BUY", "time": at_ms}  # fmt: skip


@pytest.mark.parametrize(
    ("spread_ms", "count"),
    [(1, 999), (1, 1000), (1, 1001), (0, 2500), (300_000, 2345), (86_400_000, 30), (1, 0)],
    ids=["short page", "full page", "one more", "all in one ms", "over days", "one a day", "none"],
)
@pytest.mark.parametrize("kind", ["orders", "trades"])
@pytest.mark.parametrize("days", [40, 400])
def test_history_comes_whole_once_and_in_order_however_it_lies_in_days_and_pages(kind, days, spread_ms, count):
    since = NOW_MS - days * 86_400_000
    times = [since - 5, *(since + number * spread_ms for number in range(count))]
    path, row, number = {
        "orders": ("/api/v3/allOrders", _an_order, "orderId"),
        "trades": ("/api/v3/myTrades", _trade, "fromId"),
    }[kind]
    book = Book(times, row, number)
    ask = f"{kind}_since"
    replay = Replay({("GET", path): book})
    found = at_venue(replay, lambda ours: getattr(ours, ask)(symbol="BTC/USDT", since_ms=since), budget=OpenBudget())

    assert [int(each.venue_order_id) for each in found] == list(range(2, count + 2))
    assert book.pages <= 45
