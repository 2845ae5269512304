"""Records of the catalogue: of the code as it stands, measured on real candles, and measured anew the same."""

from __future__ import annotations

import json
from decimal import Decimal

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from cryptouniverse.kernel.market import Timeframe
from strategies.backtest.recording import recorded
from strategies.catalog.records import FILE, NO_FUNDING_RATES, REGIMES, record_of, why_no_record
from strategies.catalog.registry import all_managers, all_strategies, everything
from strategies.catalog.types import Needs
from tests.api.client import ApiClient
from tests.people import member
from trading.marketdata.store import Listing, store_candles
from trading.marketdata.types import CandleColumns, MarketSource

KEPT = json.loads(FILE.read_text())
IDS = ("coinbase:BTC/USD", "coinbase:ETH/USD")
AGAIN = ("ratio_reversion", "spot_grid", "supertrend_follow")
UNFED = "unpaid_trend"


def test_every_strategy_that_can_be_run_has_a_record_of_its_code_as_it_stands():
    ready = {*all_strategies(), *all_managers()}
    without = {name for name, one in all_strategies().items() if Needs.FUNDING in one.needs}  # of no real rates yet
    assert {name for name in everything() if record_of(name)} == ready - without, "run ./cu manage strategy_records"
    assert {name: why_no_record(name) for name in ready if why_no_record(name)} == dict.fromkeys(
        without, NO_FUNDING_RATES
    )


def test_a_record_tells_three_regimes_what_holding_came_to_and_how_much_it_bears():
    found = record_of("time_series_momentum")
    assert [one.name for one in found.regimes] == list(REGIMES)
    rise, fall, _sideways = found.regimes
    assert rise.held > 1 and fall.held < -0.5 and all(one.trades >= 10 for one in found.regimes)
    assert found.capacity > 10_000 and found.checked > 100
    assert record_of("unpaid_trend") is None and record_of("triangular") is None and record_of("nothing") is None


def test_a_record_is_not_shown_for_other_code(monkeypatch):
    one = {**KEPT, "strategies": {"impulse": {**KEPT["strategies"]["impulse"], "code": "0" * 16}}}
    monkeypatch.setattr("strategies.catalog.records._read", lambda: one)
    assert record_of("impulse") is None


@pytest.mark.django_db
def test_measured_anew_it_is_the_same(real_data):
    for name in IDS:
        base = name.partition(":")[2].partition("/")[0]
        table = pq.read_table(real_data / "ohlcv" / f"coinbase_{base}-USD_4h.parquet")
        columns = CandleColumns(*(table[each].to_numpy() for each in ("ts", "open", "high", "low", "close", "volume")))
        listing = Listing(name, base, "USD", MarketSource.IMPORTED, Decimal("0.01"), Decimal("0.000001"))
        store_candles(listing=listing, timeframe=Timeframe.H4, candles=columns)
    regimes = {name: tuple(days) for name, days in KEPT["regimes"].items()}

    again = recorded(IDS, Timeframe.H4, regimes, names=(*AGAIN, UNFED))

    assert again["strategies"] == {name: KEPT["strategies"][name] for name in AGAIN}
    assert again["held"] == KEPT["held"] and again["without"] == {UNFED: NO_FUNDING_RATES}


def test_the_api_tells_of_every_strategy_what_its_document_says(acme):
    api = ApiClient.signed_in(member("alice@example.com"), host="acme.localhost")
    told = {one["name"]: one for one in api.get("strategies").json()["data"]}

    assert told.keys() == all_strategies().keys()
    assert all(one["warmup"] >= 1 for one in told.values()) and told["donchian_breakout"]["warmup"] == 96
    assert told["unpaid_trend"]["needs"] == ["funding"] and "no real funding" in told["unpaid_trend"]["no_record"]
    assert (told["ratio_reversion"]["needs"], told["impulse"]["needs"]) == (["reference"], [])
    assert told["impulse"]["sizing"]["method"] == "risk" and told["impulse"]["record"]["symbols"] == KEPT["symbols"]
    by_swing = [one["sizing"] for one in told.values() if one["sizing"]["method"] == "volatility_target"]
    assert by_swing and all(isinstance(one["lookback"], int) for one in by_swing)


@pytest.mark.django_db
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_measured(tmp_path):
    days = [word for name in REGIMES for word in (f"--{name}", "2024-01-01", "2024-01-02")]
    for out in (tmp_path, tmp_path / "nowhere" / "records.json"):
        with pytest.raises(CommandError, match="is no file that could be written"):
            call_command("strategy_records", "--symbol", "BTC/USDT", *days, "--out", str(out))
