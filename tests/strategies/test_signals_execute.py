"""Asking a strategy once: what a bot would hear at the same candle, and nothing is traded or recorded for others."""

import pytest

from cryptouniverse.kernel.market import Timeframe
from strategies.catalog.registry import strategy
from strategies.catalog.types import SignalKey, canonical
from strategies.signals.models import SignalRecord
from strategies.signals.services import execute_strategy, signals_at
from tenants.audit.selectors import audit_records
from tenants.audit.types import Wanted
from tests.api.client import ApiClient
from tests.people import member
from tests.trading.marketdata_cast import given_instrument
from tests.web.stage import given_market
from trading.execution.models import Intent
from trading.marketdata.models import Feed

BTC = "sim:BTC/USDT"
UNFUNDED = "binance:BTC/USDT"
PATH = "strategies/donchian_breakout/execute"


@pytest.fixture
def market(acme):
    given_market()
    return Feed.objects.get()


@pytest.fixture
def ann(acme):
    return member("ann@acme.example")


@pytest.fixture
def api(ann):
    return ApiClient.signed_in(ann, host="acme.localhost")


@pytest.mark.parametrize("name", ["bollinger_reversion", "donchian_breakout", "macd_trend", "unpaid_trend"])
def test_it_asks_for_what_a_bot_would_hear_at_the_same_candle(market, ann, name):
    key = SignalKey(name, canonical(strategy(name).resolve({})), BTC, Timeframe.H1)
    first, heard, advised = market.cursor_ms, {}, {}
    for slot_ms in range(first, first + 72 * Timeframe.H1.ms, Timeframe.H1.ms):
        market.cursor_ms = slot_ms
        market.save(update_fields=["cursor_ms"])
        advice = execute_strategy(name=name, instrument_id=BTC, parameters={}, actor=ann)
        advised[advice.slot_ms] = advice.action
        assert SignalRecord.objects.count() == 0
    for slot_ms in advised:
        signal = signals_at(slot_ms=slot_ms, keys=[key]).get(key)
        heard[slot_ms] = signal and signal.action
        SignalRecord.objects.all().delete()

    assert advised == heard
    assert set(advised.values()) - {None}


def test_over_the_api_it_says_what_it_asked_about_and_trades_nothing(market, api):
    answer = api.post(PATH, {"instrument": BTC, "parameters": {"entry": 30}})

    assert answer.status_code == 200
    body = answer.json()
    assert (body["strategy"], body["instrument"], body["timeframe"]) == ("donchian_breakout", BTC, "1h")
    assert body["parameters"]["entry"] == 30 and body["action"] in {None, "enter_long", "exit_long"}
    assert Intent.objects.count() == 0
    [written] = audit_records(Wanted(action="strategy."))
    assert (written.object_id, written.after["parameters"]["entry"]) == ("donchian_breakout", 30)


@pytest.mark.parametrize(
    ("path", "sent", "code"),
    [
        ("strategies/no_such/execute", {"instrument": BTC}, "strategy.unknown"),
        ("strategies/unpaid_trend/execute", {"instrument": UNFUNDED}, "strategy.missing_input"),
        (PATH, {"instrument": BTC, "parameters": {"entry": 0}}, "strategy.bad_parameter"),
        (PATH, {"instrument": BTC, "parameters": {"other": 5}}, "strategy.bad_parameter"),
        (PATH, {"instrument": "sim:NOPE/USDT"}, "market.unknown_instrument"),
        (PATH, {}, "request.invalid"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_code(market, api, path, sent, code):
    given_instrument(UNFUNDED)
    assert api.post(path, sent).json()["code"] == code


def test_where_the_market_has_no_candle_it_says_so(market, api):
    market.cursor_ms -= 400 * 86_400_000
    market.save(update_fields=["cursor_ms"])

    assert api.post(PATH, {"instrument": BTC}).json()["code"] == "signals.no_candle"


def test_before_there_is_a_market_it_says_so(api):
    assert api.post(PATH, {"instrument": BTC}).json()["code"] == "market.not_chosen"
