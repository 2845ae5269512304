"""What is refused, in Binance's codes and statuses, and as ccxt understands it."""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from urllib.parse import urlencode

import ccxt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.sandbox.program import drive

LIMIT = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.01",
    "price": "49000",
}
MARKET = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}
STOP = {"symbol": "BTCUSDT", "side": "SELL", "type": "STOP_LOSS", "quantity": "0.01", "stopPrice": "49000"}


def ask(sandbox, method, path, params=None, *, key="alice", secret=None, shift_ms=0, unsigned=False, headers=None):
    """(status, body, headers) of one request, signed the way Binance wants it."""
    query = dict(params or {})
    if not unsigned:
        query.setdefault("timestamp", str(time.time_ns() // 1_000_000 + shift_ms))
        signed = urlencode(query)
        query["signature"] = hmac.new((secret or f"{key}-secret").encode(), signed.encode(), hashlib.sha256).hexdigest()
    sent = {"X-MBX-APIKEY": key} | (headers or {})
    request = urllib.request.Request(f"{sandbox.url}{path}?{urlencode(query)}", method=method, headers=sent)
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, json.load(reply), reply.headers
    except urllib.error.HTTPError as error:
        return error.code, json.load(error), error.headers


def order(sandbox, params, **more):
    return ask(sandbox, "POST", "/api/v3/order", params, **more)


@pytest.mark.parametrize(
    ("params", "code", "words"),
    [
        ({**LIMIT, "symbol": ""}, -1102, "'symbol'"),
        ({**LIMIT, "price": ""}, -1102, "'price'"),
        ({**LIMIT, "symbol": "btc/usdt"}, -1100, "'symbol'"),
        ({**LIMIT, "symbol": "NOSUCH"}, -1121, "Invalid symbol."),
        ({**LIMIT, "side": "HOLD"}, -1117, "Invalid side."),
        ({**LIMIT, "type": "MAGIC"}, -1116, "Invalid orderType."),
        ({**LIMIT, "timeInForce": "LATER"}, -1115, "Invalid timeInForce."),
        ({**LIMIT, "quantity": "-1"}, -1100, "'quantity'"),
        ({**LIMIT, "quantity": "NaN"}, -1100, "'quantity'"),
        ({**LIMIT, "quantity": "1e3"}, -1100, "'quantity'"),
        ({**LIMIT, "quantity": "9" * 40}, -1100, "'quantity'"),
        ({**LIMIT, "quantity": "0"}, -1013, "Invalid quantity."),
        ({**LIMIT, "quantity": "0.000000001"}, -1111, "too much precision"),
        ({**LIMIT, "quantity": "0.000015"}, -1013, "LOT_SIZE"),
        ({**LIMIT, "quantity": "99999999"}, -1013, "LOT_SIZE"),
        ({**LIMIT, "price": "49000.001"}, -1013, "PRICE_FILTER"),
        ({**LIMIT, "price": "70000"}, -1013, "PERCENT_PRICE_BY_SIDE"),
        ({**LIMIT, "side": "SELL", "price": "30000"}, -1013, "PERCENT_PRICE_BY_SIDE"),
        ({**LIMIT, "quantity": "0.0001"}, -1013, "NOTIONAL"),
        ({**MARKET, "quantity": "0.00002"}, -1013, "NOTIONAL"),
        ({**LIMIT, "stopPrice": "48000"}, -1106, "'stopPrice'"),
        ({**MARKET, "price": "50000"}, -1106, "'price'"),
        ({**MARKET, "quoteOrderQty": "10"}, -1102, "quoteOrderQty"),
        ({**STOP, "stopPrice": ""}, -1102, "trailingDelta"),
        ({**STOP, "stopPrice": "51000"}, -2010, "trigger immediately"),
        ({**LIMIT, "type": "LIMIT_MAKER", "timeInForce": "", "price": "50100"}, -2010, "immediately match"),
        ({**LIMIT, "quantity": "5"}, -2010, "insufficient balance"),
        ({**MARKET, "side": "SELL", "quantity": "3"}, -2010, "insufficient balance"),
        ({**LIMIT, "icebergQty": "0.02"}, -2010, "IcebergQty exceeds QTY."),
        ({**LIMIT, "quantity": "1.01", "icebergQty": "0.01"}, -1013, "ICEBERG_PARTS"),
        ({**LIMIT, "timeInForce": "IOC", "icebergQty": "0.005"}, -2010, "timeInForce=GTC"),
        ({**STOP, "icebergQty": "0.005"}, -1106, "'icebergQty'"),
        ({**STOP, "stopPrice": "", "trailingDelta": "9"}, -1013, "TRAILING_DELTA"),
        ({**STOP, "stopPrice": "", "trailingDelta": "2001"}, -1013, "TRAILING_DELTA"),
        ({**LIMIT, "newClientOrderId": "no spaces"}, -1100, "newClientOrderId"),
        ({**LIMIT, "newOrderRespType": "ALL"}, -1136, "newOrderRespType"),
        ({**LIMIT, "recvWindow": "60001"}, -1131, "recvWindow"),
    ],
)
def test_an_order_is_refused_with_binances_code(sandbox, params, code, words):
    sandbox.account()
    status, body, _ = order(sandbox, {name: value for name, value in params.items() if value})
    assert (status, body["code"]) == (400, code)
    assert words in body["msg"]
    assert [fact["code"] for fact in sandbox.journal("order_rejected")] == [code]
    assert sandbox.control("accounts/alice")["open_orders"] == []


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"key": "A" * 64}, 401, -2015),
        ({"key": "odd"}, 401, -2014),
        ({"secret": "wrong"}, 400, -1022),
        ({"shift_ms": -10_000}, 400, -1021),
        ({"shift_ms": 2_000}, 400, -1021),
    ],
)
def test_a_request_is_refused_whose_key_signature_or_time_is_wrong(sandbox, more, status, code):
    sandbox.account()
    got, body, _ = order(sandbox, LIMIT, **more)
    assert (got, body["code"]) == (status, code)


def test_a_key_pair_signs_as_well_as_a_secret(sandbox):
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode().strip()
    sandbox.account(secret=public)
    assert drive(sandbox, lambda ex: ex.fetch_balance(), secret=pem)["BTC"]["free"] == 2
    other = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(ccxt.AuthenticationError, match="-1022"):
        drive(sandbox, lambda ex: ex.fetch_balance(), secret=other.strip())


def test_a_key_without_the_right_to_trade_may_look_but_not_trade(sandbox):
    sandbox.account(rights={"trade": False, "withdraw": True})
    assert order(sandbox, LIMIT)[:2] == (401, {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."})
    rights = ask(sandbox, "GET", "/sapi/v1/account/apiRestrictions")[1]
    assert (rights["enableSpotAndMarginTrading"], rights["enableWithdrawals"], rights["ipRestrict"]) == (
        False,
        True,
        True,
    )


def test_a_revoked_key_opens_nothing(sandbox):
    sandbox.account()
    sandbox.control("accounts", {"api_key": "alice", "revoked": True})
    with pytest.raises(ccxt.AuthenticationError):
        drive(sandbox, lambda ex: ex.fetch_balance())


@pytest.mark.parametrize(("status", "error"), [("HALT", ccxt.MarketClosed), ("DELISTED", ccxt.BadSymbol)])
def test_a_closed_market_takes_no_orders_and_is_said_to_be_closed(sandbox, status, error):
    sandbox.account()

    async def scenario(ex):
        await ex.load_markets()
        await ex.create_order("BTC/USDT", "limit", "buy", 0.1, 49000)
        sandbox.control("markets/BTCUSDT/status", {"status": status})
        with pytest.raises(error):
            await ex.create_order("BTC/USDT", "limit", "buy", 0.1, 49000)
        return (await ex.load_markets(True)).get("BTC/USDT", {"active": False})["active"]

    assert drive(sandbox, scenario) is False
    assert len(sandbox.control("accounts/alice")["open_orders"]) == (1 if status == "HALT" else 0)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/api/v3/order", -2013),
        ("DELETE", "/api/v3/order", -2011),
        ("DELETE", "/api/v3/openOrders", -2011),
        ("GET", "/api/v3/orderList", -1102),
    ],
)
def test_what_is_not_there_is_said_not_to_be_there(sandbox, method, path, code):
    sandbox.account()
    params = {"symbol": "BTCUSDT"} | ({} if "s" in path[-6:] or "List" in path else {"origClientOrderId": "nothing"})
    assert ask(sandbox, method, path, params)[1]["code"] == code


def test_one_account_never_sees_anothers_orders(sandbox):
    sandbox.account("alice")
    sandbox.account("bob")
    number = order(sandbox, LIMIT)[1]["orderId"]
    found = {"symbol": "BTCUSDT", "orderId": number}
    assert ask(sandbox, "GET", "/api/v3/order", found, key="bob")[1]["code"] == -2013
    assert ask(sandbox, "DELETE", "/api/v3/order", found, key="bob")[1]["code"] == -2011


def test_no_more_orders_than_a_market_allows(sandbox):
    sandbox.account()
    market = sandbox.control("markets", {"symbol": "LTCUSDT"} | LTC | {"max_orders": 2})
    assert market
    sandbox.control("accounts", {"api_key": "alice", "deposit": {"LTC": "10"}})
    ltc = {**LIMIT, "symbol": "LTCUSDT", "side": "SELL", "price": "90", "quantity": "1"}
    assert [order(sandbox, ltc)[1].get("code") for _ in range(3)] == [None, None, -1013]


LTC = {"base": "LTC", "quote": "USDT", "price": "80", "tick": "0.01", "step": "0.001"}


def test_weights_and_orders_are_counted_and_end(sandbox):
    sandbox.account()
    sandbox.control("limits", {"weight_per_minute": 30, "orders_per_10s": 2})
    try:
        first = order(sandbox, LIMIT)
        assert first[2]["X-MBX-ORDER-COUNT-10S"] == "1"
        order(sandbox, LIMIT)
        status, body, _ = order(sandbox, LIMIT)
        assert (status, body["code"]) == (429, -1015)
        statuses = [ask(sandbox, "GET", "/api/v3/account") for _ in range(25)]
        assert (statuses[1][0], statuses[1][1]["code"], int(statuses[1][2]["Retry-After"]) > 0) == (429, -1003, True)
        assert (statuses[-1][0], statuses[-1][1]["code"]) == (418, -1003)
    finally:
        sandbox.control("limits", {"weight_per_minute": 0, "orders_per_10s": 0})


def test_a_test_order_is_checked_and_not_placed(sandbox):
    sandbox.account()
    assert ask(sandbox, "POST", "/api/v3/order/test", LIMIT)[:2] == (200, {})
    assert ask(sandbox, "POST", "/api/v3/order/test", {**LIMIT, "quantity": "5"})[1]["code"] == -2010
    assert sandbox.journal("order_accepted") == []


def test_what_does_not_exist_is_not_found(sandbox):
    assert ask(sandbox, "GET", "/api/v3/nothing", unsigned=True)[0] == 404


@pytest.mark.parametrize(
    ("params", "parts"),
    [
        ({"cancelOrderId": None, "cancelReplaceMode": "STOP_ON_FAILURE"}, (200, "SUCCESS", "SUCCESS")),
        ({"cancelOrderId": "99", "cancelReplaceMode": "STOP_ON_FAILURE"}, (400, "FAILURE", "NOT_ATTEMPTED")),
        ({"cancelOrderId": "99", "cancelReplaceMode": "ALLOW_FAILURE"}, (409, "FAILURE", "SUCCESS")),
        ({"cancelOrderId": None, "cancelReplaceMode": "STOP_ON_FAILURE", "quantity": "9"}, (409, "SUCCESS", "FAILURE")),
    ],
)
def test_cancel_replace_says_which_half_was_done(sandbox, params, parts):
    sandbox.account()
    number = order(sandbox, LIMIT)[1]["orderId"]
    asked = {**LIMIT, "cancelOrderId": str(number)} | {name: value for name, value in params.items() if value}
    status, body, _ = ask(sandbox, "POST", "/api/v3/order/cancelReplace", asked)
    results = body.get("data", body)
    assert (status, results["cancelResult"], results["newOrderResult"]) == parts
    there = len(sandbox.control("accounts/alice")["open_orders"])
    assert there == 1 - (parts[1] == "SUCCESS") + (parts[2] == "SUCCESS")


@pytest.mark.parametrize(
    ("path", "params"),
    [
        (
            "/api/v3/orderList/oco",
            {"aboveType": "LIMIT_MAKER", "abovePrice": "52000", "belowType": "STOP_LOSS", "belowStopPrice": "48000"},
        ),
        ("/api/v3/order/oco", {"price": "52000", "stopPrice": "48000"}),
    ],
)
def test_a_list_of_two_orders_lives_and_ends_together(sandbox, path, params):
    sandbox.account()
    common = {"symbol": "BTCUSDT", "side": "SELL", "quantity": "1", "listClientOrderId": "both"}
    status, body, _ = ask(sandbox, "POST", path, common | params)
    assert (status, body["listOrderStatus"], len(body["orderReports"])) == (200, "EXECUTING", 2)
    assert sandbox.holds("alice", "BTC") == ("1.00000000", "1.00000000")
    found = {"symbol": "BTCUSDT", "orderListId": str(body["orderListId"])}
    assert ask(sandbox, "DELETE", "/api/v3/orderList", found)[1]["listOrderStatus"] == "ALL_DONE"
    assert ask(sandbox, "GET", "/api/v3/orderList", {"origClientOrderId": "both"})[1]["listOrderStatus"] == "ALL_DONE"
    assert sandbox.holds("alice", "BTC") == ("2.00000000", "0.00000000")
