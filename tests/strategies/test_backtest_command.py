"""`manage.py backtest`: a result over stored candles, and for whatever is wrong a sentence that says what to do."""

import json
from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from cryptouniverse.kernel.market import Timeframe
from strategies.backtest.engine.deciding import ask, vetoed
from strategies.backtest.errors import StrategyFailed
from strategies.catalog.asking import KEEP, asked_by_day, asked_of
from strategies.catalog.registry import all_strategies, strategy
from tests.strategies.markets import given_funding, given_stored, walk
from trading.marketdata.models import FundingRate

NAME = "moving_average_cross"


def backtest(*arguments, name=NAME):
    out = StringIO()
    call_command("backtest", name, *arguments, stdout=out)
    return out.getvalue()


def as_json(*arguments, **named):
    return json.loads(backtest("--symbol", "BTC/USDT", "--json", *arguments, **named))


@pytest.fixture
def stored(acme):
    bars = walk(2_400)
    given_stored(bars, replace(walk(2_400, seed=12), instrument_id="binance:ETH/USDT"))
    return bars


def test_it_prints_metrics_beside_baselines_and_other_costs(stored):
    table = backtest("--symbol", "BTC/USDT").splitlines()

    assert table[0].split("  ")[-1].strip() == "twice the costs"
    assert {"Sharpe", "Maximum drawdown", "Won"} <= {line.split("  ")[0] for line in table}
    assert table[-1].startswith("hash ")


def test_the_same_run_is_the_same_to_the_last_byte_and_another_seed_changes_chance_alone(stored):
    first, again, other = as_json("--trades"), as_json("--trades"), as_json("--trades", "--seed", "7")

    assert first == again
    assert first["hash"] == other["hash"]
    assert first["random_returns"] != other["random_returns"]
    assert len(first["trades"]) >= first["metrics"]["trades"]["value"] > 10
    assert first["candles"] == {"binance:BTC/USDT": 2_400}


def test_it_says_where_bots_are_sized_otherwise(stored):
    said = "Sized by risk; bots of this strategy are sized by volatility_target unless told otherwise."

    assert said in backtest("--symbol", "BTC/USDT", name="calm_trend")
    assert "Sized by" not in backtest("--symbol", "BTC/USDT")
    assert "Sized by share; bots of this strategy are sized by risk" in backtest(
        "--symbol", "BTC/USDT", "--size", "share:5"
    )


def test_parameters_terms_and_range_are_as_said(stored):
    found = as_json(
        *("--set", "fast=5", "--set", "slow=20", "--from", "2024-01-20", "--to", "2024-02-20", "--capital", "500"),
        *("--size", "share:50", "--position-pct", "50", "--stop-bps", "0", "--target-bps", "0", "--slippage", "range"),
    )

    assert found["parameters"] == {"fast": 5, "slow": 20, "band_bps": 10}
    assert (found["from"], found["to"]) == ("2024-01-20T00:00:00Z", "2024-02-20T00:00:00Z")
    assert found["capital"] == "500"


def test_where_a_run_begins_changes_no_decision(stored):
    whole, later = as_json("--trades"), as_json("--trades", "--from", "2024-02-01")
    entered = [trade["entered"] for trade in later["trades"]]
    before = [trade["entered"] for trade in whole["trades"] if trade["entered"] > entered[0]]

    assert entered[1:] == before


def test_several_symbols_trade_on_one_account(stored):
    found = json.loads(backtest("--symbol", "BTC/USDT", "--symbol", "binance:ETH/USDT", "--json", "--trades"))

    assert {trade["instrument"] for trade in found["trades"]} == {"binance:BTC/USDT", "binance:ETH/USDT"}


def in_hours(quarters):
    """The hours of candles of a quarter of an hour."""
    parts = {name: getattr(quarters, name).reshape(-1, 4) for name in ("open_ms", "open", "high", "low", "close")}
    columns = {"open_ms": parts["open_ms"][:, 0], "open": parts["open"][:, 0], "close": parts["close"][:, -1]}
    columns |= {"high": parts["high"].max(axis=1), "low": parts["low"].min(axis=1)}
    more = {name: getattr(quarters, name).reshape(-1, 4).sum(axis=1) for name in ("volume", "filled")}
    return replace(quarters, timeframe=Timeframe.H1, **columns, **more | {"filled": more["filled"] > 0})


def test_finer_candles_tell_the_order_of_stop_and_target_and_how_often(acme):
    quarters = walk(4 * 2_400, timeframe=Timeframe.M15)
    given_stored(quarters, in_hours(quarters))
    terms = ("--stop-bps", "100", "--target-bps", "100", "--collar-bps", "200")
    coarse, finer = as_json(*terms), as_json(*terms, "--finer", "15m")

    assert (coarse["finer"], coarse["both"]["settled"]) == (None, 0)
    assert (finer["finer"], finer["hash"] == coarse["hash"]) == ("15m", False)
    assert 0 < finer["both"]["settled"] <= finer["both"]["exits"]
    assert finer["metrics"]["win_rate"]["value"] > coarse["metrics"]["win_rate"]["value"]
    said = "Exits in a candle that reached stop and target: %(exits)s; finer candles told %(settled)s."
    assert said % finer["both"] in backtest("--symbol", "BTC/USDT", *terms, "--finer", "15m")


def test_finer_candles_are_refused_where_they_can_tell_nothing(stored):
    for timeframe, why in (("1h", "Candles of 1h are not finer than those of 1h"), ("5m", "no candles of 5m")):
        with pytest.raises(CommandError, match=why):
            as_json("--finer", timeframe)
    with pytest.raises(CommandError, match="keeps orders: finer candles tell nothing"):
        as_json("--finer", "5m", name="dca_ladder")


def test_missing_candles_are_counted_and_said(acme):
    bars = walk(1_000)
    kept = np.arange(1_000) % 100 != 50
    columns = ("open_ms", "open", "high", "low", "close", "volume", "filled")
    given_stored(replace(bars, **{name: getattr(bars, name)[kept] for name in columns}))

    assert as_json()["missing"] == {"binance:BTC/USDT": 10}
    assert "Missing candles, in which nothing trades: binance:BTC/USDT 10." in backtest("--symbol", "BTC/USDT")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--symbol", "XXX/USDT"], "No instrument is called XXX/USDT; there are binance:BTC/USDT"),
        (["--symbol", "BTC/USDT", "--timeframe", "5m"], "has no candles of 5m: import them"),
        (["--symbol", "BTC/USDT", "--from", "2030-01-01"], "has no candles of 1h in 2030-01-01"),
        (["--symbol", "BTC/USDT", "--from", "2024-02-01", "--to", "2024-01-01"], "there are some in 2024-01-01"),
        (["--symbol", "BTC/USDT", "--set", "fast=1"], "fast must be 3 to 100, is 1"),
        (["--symbol", "BTC/USDT", "--set", "fast=x"], "fast must be a number"),
        (["--symbol", "BTC/USDT", "--set", "fast"], "NAME=VALUE"),
        (["--symbol", "BTC/USDT", "--set", "slower=1"], "has no parameter slower"),
        (["--symbol", "BTC/USDT", "--capital", "0"], "capital must be 0.01 to 100000000, is 0"),
        (["--symbol", "BTC/USDT", "--capital", "much"], "much is not a number"),
        (["--symbol", "BTC/USDT", "--size", "half"], "METHOD is one of fixed, share, risk"),
        (["--symbol", "BTC/USDT", "--size", "risk"], "A size is METHOD:PERCENT"),
        (["--symbol", "BTC/USDT", "--size", "risk:2,percent=3"], "A size is METHOD:PERCENT"),
        (["--symbol", "BTC/USDT", "--from", "yesterday"], "A day is said as 2024-01-31, not yesterday"),
        (["--symbol", "BTC/USDT", "--stop-bps", "0"], "Sizing by risk needs a stop"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(stored, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        backtest(*arguments)


def test_an_unknown_strategy_is_said(stored):
    with pytest.raises(CommandError, match="There is no strategy named nothing"):
        backtest("--symbol", "BTC/USDT", name="nothing")


def failing(bars, **_parameters):
    raise ZeroDivisionError("by zero")


@pytest.mark.parametrize(
    ("decide", "reason"),
    [
        (failing, "ZeroDivisionError: by zero"),
        (lambda bars, **_: np.zeros(len(bars)), "int8"),
        (lambda *_, **__: np.zeros(3, dtype=np.int8), "int8"),
        (lambda bars, **_: np.full(len(bars), 3, dtype=np.int8), "3 .. 3"),
    ],
)
def test_a_strategy_that_fails_is_named_with_its_reason(decide, reason):
    broken = replace(strategy(NAME), decide=decide)

    with pytest.raises(StrategyFailed, match=f"{NAME} gave no stances: {reason}"):
        ask(broken, {"fast": 12, "slow": 48, "band_bps": 10}, walk(100), start_ms=0)


def test_without_funding_rates_it_says_who_brings_them_and_of_another_time_which_there_are(stored):
    with pytest.raises(CommandError, match="none are stored of binance:BTC/USDT: an operator brings them"):
        backtest("--symbol", "BTC/USDT", name="unpaid_trend")
    given_funding(stored[:240])
    with pytest.raises(CommandError, match=r"no funding rates in 2024-03-01 – .*; there are some in 2024-01-01"):
        backtest("--symbol", "BTC/USDT", "--from", "2024-03-01", name="unpaid_trend")


def test_candles_without_a_known_funding_rate_are_counted_and_nothing_is_entered_at_them(stored):
    given_funding(stored[:1_200])
    found = as_json("--trades", name="unpaid_trend")
    last = max(trade["entered"] for trade in found["trades"])

    assert found["unfunded"] == {"binance:BTC/USDT": 2_400 - 1_192 - 24}, "the last is of hour 1,192"
    assert last < "2024-02-21T00:00:00Z"
    said = "Candles without a known funding rate, after which nothing is entered: binance:BTC/USDT 1184."
    table = backtest("--symbol", "BTC/USDT", name="unpaid_trend")
    assert said in table and "Funding rates are read and not paid: these markets are spot." in table
    assert "Funding rates" not in backtest("--symbol", "BTC/USDT")


def test_the_rates_that_count_are_those_that_were_set_by_the_close(stored):
    given_funding(stored)
    before = as_json("--trades", name="unpaid_trend")
    FundingRate.objects.update(at_ms=F("at_ms") + 4 * 3_600_000)

    assert as_json("--trades", name="unpaid_trend")["hash"] != before["hash"]


@pytest.mark.parametrize("name", [name for name, one in all_strategies().items() if not one.needs])
def test_day_by_day_it_asks_as_bots_do_and_all_at_once_nearly_so(name):
    bars = walk(1_500, seed=3)
    chosen, start_ms = strategy(name), int(bars.open_ms[700])
    parameters = chosen.resolve({})
    by_day = asked_by_day(chosen, parameters, bars, start_ms=start_ms)
    at_once = asked_of(chosen.stances(bars, parameters), bars.filled)[700:]

    assert len(by_day) == 800
    assert (by_day == at_once).mean() > 0.99


def test_what_was_vetoed_is_not_entered():
    asked = np.array([1, KEEP, 0, -1, 1], dtype=np.int8)

    assert list(vetoed(asked, np.array([False, False, False, False, True]))) == [0, KEEP, 0, 0, 1]
