"""Unknown is not rejected: what every error of ccxt and every recorded error body means, at every stage."""

import asyncio
import base64
import json
import logging
from functools import partial

import pytest
from aiohttp import web

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.secret import Secret
from tests.trading.venue_stage import API_KEY, NOW_MS, SECRET, OpenBudget, Replay, an_order, at_venue, ours_at, serving
from trading.exchanges.budget_terms import Purpose
from trading.exchanges.ccxt_calls import Calls, Failed
from trading.exchanges.errors import ExchangeUnavailable, KeyRefused
from trading.exchanges.gate import Gate
from trading.exchanges.market_shelf import forget_listings
from trading.exchanges.outcomes import Meaning, Stage
from trading.exchanges.types import Gone, Rejected, Unknown
from trading.exchanges.venues.registry import profile_of

ORDER = "/api/v3/order"
METHODS = {"place": "POST", "cancel": "DELETE", "find": "GET"}
OTHERS = (TimeoutError, ConnectionResetError, KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError)
SENTENCE = 20  # letters that a sentence for people has at least


@pytest.fixture(autouse=True)
def _now():
    with clock.at(clock.from_ms(NOW_MS)):
        yield


async def _ask(ours, stage: str):
    if stage == "place":
        return await ours.place(an_order())
    if stage == "cancel":
        return await ours.cancel(symbol="BTC/USDT", venue_order_id="7")
    return await ours.find_order(symbol="BTC/USDT", client_order_id="cu-ABC123")


def _outcome(replay: Replay, stage: str, **more):
    """What comes of asking at `stage`: a value, or the error's class."""

    async def act(ours):
        try:
            return await _ask(ours, stage)
        except (ExchangeUnavailable, KeyRefused) as error:
            return error

    return at_venue(replay, act, **{"budget": OpenBudget(), **more})  # a port may be one that was told to wait


def _kind(outcome) -> str:
    return "None" if outcome is None else type(outcome).__name__


@pytest.fixture(scope="module")
def ccxts_errors():
    """Every exception class of ccxt, by the list that it keeps itself."""
    from ccxt.base.errors import BaseError

    found, fresh = set(), {BaseError}
    while fresh:
        found |= fresh
        fresh = {below for each in fresh for below in each.__subclasses__()} - found
    return found


async def _failed(error: type[BaseException]) -> Failed:
    async def refuse(_client):
        raise error(f"binance https://x/?signature=1 {SECRET}")

    keys, profile = {"api_key": Secret(API_KEY), "secret": Secret(SECRET)}, profile_of("binance")
    gate = Gate(profile, OpenBudget(), tenant="", api_key=keys["api_key"], address="", failed=bool, open_for_s=1)
    calls = Calls(profile, gate, base_url="http://127.0.0.1:9", timeout_ms=1000, **keys)
    try:
        with pytest.raises(Failed) as caught:
            await calls.write(Purpose.EXIT, "create", refuse, str)
        return caught.value
    finally:
        await calls.close()


def test_no_error_without_the_venues_own_code_is_a_refusal_an_absence_or_an_end(ccxts_errors):
    from ccxt.base.errors import AuthenticationError, error_hierarchy

    names = {each.__name__ for each in ccxts_errors}
    assert len(names) >= 38 and set(error_hierarchy["BaseError"]) < names

    for error in [*ccxts_errors, *OTHERS]:
        failed = asyncio.run(_failed(error))
        read = Meaning.KEY_REFUSED if issubclass(error, AuthenticationError) else Meaning.UNKNOWN
        meanings = {stage: failed.meaning(stage)[0] for stage in Stage}
        write = Meaning.UNKNOWN
        assert meanings == {Stage.PLACE: write, Stage.CANCEL: write, Stage.FIND: read, Stage.READ: read}, error
        assert SECRET not in str(failed) and "signature" not in failed.reason


# (code, beginning of the message) -> what it means when placing, cancelling, finding
BINANCE = {
    (-2010, "Account has insufficient balance"): ("Rejected", "Unknown", "ExchangeUnavailable"),
    (-1013, "Filter failure"): ("Rejected", "Unknown", "ExchangeUnavailable"),
    (-1021, "Timestamp"): ("Unknown", "Unknown", "ExchangeUnavailable"),
    (-1003, ""): ("Unknown", "Unknown", "ExchangeUnavailable"),
    (-2011, "Unknown order sent."): ("Unknown", "Gone", "ExchangeUnavailable"),
    (-2013, "Order does not exist."): ("Unknown", "Gone", "None"),
    (-2015, "Invalid API-key"): ("KeyRefused", "KeyRefused", "KeyRefused"),
    (-1121, "Invalid symbol."): ("Rejected", "Unknown", "ExchangeUnavailable"),
    (None, "<html>"): ("Unknown", "Unknown", "ExchangeUnavailable"),
}


def _expected(body) -> tuple[str, str, str]:
    code, words = (body["code"], body["msg"]) if isinstance(body, dict) else (None, body)
    [found] = [meaning for (c, w), meaning in BINANCE.items() if c == code and words.startswith(w)]
    return found


@pytest.fixture(scope="session")
def errors(real_data):
    return json.loads((real_data / "exchanges" / "ccxt_errors_binance_kraken.json").read_text())["cases"]


def test_every_recorded_error_of_binance_means_what_the_table_says_at_every_stage(errors):
    cases = [case for case in errors if case["exchange"] == "binance"]
    assert len(cases) >= 11
    for case in cases:
        for number, (stage, method) in enumerate(METHODS.items()):
            replay = Replay({(method, ORDER): (case["http_status"], case["body"])})
            assert _kind(_outcome(replay, stage)) == _expected(case["body"])[number], (case, stage)
            if stage != "find":
                assert len(replay.of(ORDER)) == 1, "a write goes out once"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"code": -2010, "msg": "Duplicate order sent."}, "Unknown"),
        ({"code": -2010, "msg": "Something new."}, "Unknown"),
        ({"code": -2010, "msg": "Market is closed."}, "Rejected"),
        ({"code": -2010, "msg": "Stop price would trigger immediately."}, "Rejected"),
        ({"code": -1013, "msg": "Market is closed."}, "Rejected"),
        ({"code": -1007, "msg": "Timeout waiting for response from backend server."}, "Unknown"),
        ({"code": -1006, "msg": "An unexpected response was received."}, "Unknown"),
        ({"code": -1000, "msg": "An unknown error occurred."}, "Unknown"),
        ({"code": -1015, "msg": "Too many new orders; current limit is 50 orders per TEN_SECOND."}, "Unknown"),
        ({"code": -1016, "msg": "This service is no longer available."}, "Unknown"),
        ({"code": -1111, "msg": "Precision is over the maximum defined for this asset."}, "Rejected"),
        ({"code": -1022, "msg": "Signature for this request is not valid."}, "KeyRefused"),
        ({"code": -2014, "msg": "API-key format invalid."}, "KeyRefused"),
        ({"code": -9999, "msg": "never seen"}, "Unknown"),
    ],
    ids=lambda value: str(value.get("code")) + value["msg"][:12] if isinstance(value, dict) else value,
)
def test_only_a_code_on_the_venues_list_refuses_an_order_and_never_with_a_5xx(body, expected):
    outcome = _outcome(Replay({("POST", ORDER): (400, body)}), "place")

    assert _kind(outcome) == expected
    if isinstance(outcome, Rejected):
        assert outcome.code == str(body["code"]) and len(outcome.message) > SENTENCE
    for status in (200, 429, 418, 500, 503):
        assert _kind(_outcome(Replay({("POST", ORDER): (status, body)}), "place")) == "Unknown", status


async def _hang(_asked):
    await asyncio.Event().wait()


async def _drop(asked):
    raise ConnectionResetError  # aiohttp's server closes the socket without an answer


def _cut(_asked):
    return web.Response(body=b'{"symbol":"BTCUSDT","orderId":28,', headers={"Content-Type": "application/json"})


NOTHING = {
    "hangs": _hang,
    "html with 200": (200, "<html>Just a moment...</html>"),
    "empty with 200": (200, ""),
    "an empty object": (200, {}),
    "a list": (200, []),
    "no order number": (200, {"symbol": "BTCUSDT", "clientOrderId": "cu-ABC123"}),
    "cut json": _cut,
    "502 html": (502, "<html>Bad Gateway</html>"),
    "504": (504, ""),
    "403 of a firewall": (403, "<html>403 Forbidden</html>"),
    "401 without a code": (401, {}),
    "a status that is new": (200, {"symbol": "BTCUSDT", "orderId": 9, "status": "MELTED", "side": "BUY"}),
}


@pytest.mark.parametrize("stage", METHODS)
@pytest.mark.parametrize("answer", NOTHING)
def test_what_is_no_answer_decides_nothing(answer, stage):
    replay = Replay({(METHODS[stage], ORDER): NOTHING[answer]})
    outcome = _outcome(replay, stage, timeout_ms=150)

    if stage == "find":
        assert isinstance(outcome, ExchangeUnavailable | KeyRefused) and "signature" not in str(outcome.facts)
        assert len(replay.of(ORDER)) <= 2
    else:
        assert isinstance(outcome, Unknown)
        assert len(replay.of(ORDER)) == 1


def test_a_venue_that_takes_each_order_and_drops_the_line_gets_each_exactly_once():
    taken: list[str] = []

    def take(asked):
        taken.append(asked.params["newClientOrderId"])
        raise ConnectionResetError

    async def act(ours):
        return [await ours.place(an_order(client_order_id=f"cu-{number}", reduces=True)) for number in range(100)]

    outcomes = at_venue(Replay({("POST", ORDER): take}), act)
    assert {type(each) for each in outcomes} == {Unknown}
    assert taken == [f"cu-{number}" for number in range(100)]


def test_a_port_where_nobody_listens_is_unknown_too_and_a_look_up_there_is_no_absence():
    async def played():
        forget_listings()
        async with serving(Replay()) as address:
            ours = ours_at(address)
            await ours.markets()
        try:
            with pytest.raises(ExchangeUnavailable):
                await _ask(ours, "find")
            return await _ask(ours, "place"), await _ask(ours, "cancel")
        finally:
            await ours.close()

    assert [type(each) for each in asyncio.run(played())] == [Unknown, Unknown]


KRAKEN = {
    "XXBTZUSD": {
        "altname": "XBTUSD", "wsname": "XBT/USD", "base": "XXBT", "quote": "ZUSD", "pair_decimals": 1,
        "lot_decimals": 8, "cost_decimals": 5, "ordermin": "0.0001", "costmin": "0.5", "tick_size": "0.1",
        "status": "online", "fees": [[0, 0.4]], "fees_maker": [[0, 0.25]], "leverage_buy": [], "leverage_sell": [],
    }
}  # fmt: skip


def test_a_venue_that_nobody_has_proven_never_refuses_it_only_does_not_know(errors):
    for case in (case for case in errors if case["exchange"] == "kraken"):
        replay = Replay({("GET", "/0/public/AssetPairs"): (200, {"error": [], "result": KRAKEN})})
        replay.answers["GET", "/0/public/Assets"] = (200, {"error": [], "result": {}})
        for path in ("AddOrder", "CancelOrder", "OpenOrders", "ClosedOrders"):
            replay.answers["POST", f"/0/private/{path}"] = (case["http_status"], case["body"])

        async def act(ours):
            placed = await ours.place(an_order(symbol="BTC/USD"))
            cancelled = await ours.cancel(symbol="BTC/USD", venue_order_id="O-1")
            with pytest.raises((ExchangeUnavailable, KeyRefused)):
                await ours.find_order(symbol="BTC/USD", client_order_id="cu-1")
            return placed, cancelled

        secret = Secret(base64.b64encode(SECRET.encode()).decode())
        outcomes = at_venue(replay, act, venue="kraken", secret=secret)
        assert [type(each) for each in outcomes] == [Unknown, Unknown], case
        assert replay.of("/0/private/AddOrder") and replay.of("/0/private/CancelOrder")


def test_a_refused_key_says_what_to_do_even_after_it_was_once_accepted():
    refused = (401, {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."})
    answers = iter([(200, []), refused])
    replay = Replay({("GET", "/api/v3/openOrders"): lambda _asked: next(answers), ("POST", ORDER): refused})

    async def act(ours):
        await ours.open_orders()
        said = []
        for ask in (ours.open_orders, partial(ours.place, an_order())):
            with pytest.raises(KeyRefused) as caught:
                await ask()
            said.append(caught.value.message)
        return said

    assert all("enter it anew" in sentence for sentence in at_venue(replay, act))


def test_neither_log_nor_error_holds_key_secret_or_signature(caplog):
    caplog.set_level(logging.DEBUG)
    for stage in METHODS:
        outcome = _outcome(Replay({(METHODS[stage], ORDER): (502, "<html>")}), stage)
        text = caplog.text + repr(outcome) + repr(getattr(outcome, "facts", ""))
        assert not [word for word in (API_KEY, SECRET, "signature=") if word in text]


def test_gone_is_only_what_the_venue_says_is_gone():
    replay = Replay({("DELETE", ORDER): (400, {"code": -2011, "msg": "Order was not canceled due to restrictions."})})
    assert isinstance(_outcome(replay, "cancel"), Unknown)
    replay = Replay({("DELETE", ORDER): (400, {"code": -2011, "msg": "Unknown order sent."})})
    assert _outcome(replay, "cancel") == Gone()
