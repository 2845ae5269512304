"""Runs over order books that are kept: the same run, routes and answers as those over candles."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

import numpy as np
import pytest

from cryptouniverse.kernel.market import DAY_MS, Timeframe
from strategies.backtest import finding, services
from strategies.backtest.engine.finding.measuring import Line, measure_line
from strategies.backtest.engine.finding.running import FindingTerms, run_finder, trade_told
from strategies.backtest.engine.study import RANDOM_ENTRY
from strategies.backtest.errors import BadTerms, NoBooks, TooManyBooks
from strategies.backtest.finding import walked
from strategies.backtest.models import Run
from strategies.backtest.plans import any_plan_as_json, read_any_plan
from strategies.backtest.selectors import line_of, plan_of, trades_of
from strategies.backtest.services import ask_for_bot, ask_for_run, cancel_run, work_runs
from strategies.backtest.types import FindingPlan
from strategies.catalog.errors import BadParameter
from strategies.catalog.registry import all_finders
from strategies.finding.models import FoundTrade
from tenants.audit.models import AuditRecord
from tests.api.client import ApiClient
from tests.autopilot.finders import given_books, given_finder
from tests.autopilot.managers import work
from tests.people import member
from tests.strategies.contracts_stage import ASKED, COIN, HELD_BY, SERIES, rates
from tests.strategies.finding_stage import BTC_A, BTC_B, book, two_venues
from tests.strategies.markets import START_MS
from tests.strategies.scanner_stage import shown_to
from tests.trading.marketdata_cast import given_instrument
from trading.fills import Costs
from trading.marketdata.models import Feed
from trading.marketdata.services import simulate_market, store_books, store_funding
from trading.marketdata.simulation import EPOCH_MS
from trading.marketdata.types import MarketSource

pytestmark = pytest.mark.django_db
BOTH = (BTC_A.id, BTC_B.id)
MOMENTS = 120
PLAN = FindingPlan("cross_exchange", {"age_ms_most": 500}, BOTH)
SENT = {"strategy": "cross_exchange", "instruments": list(BOTH), "parameters": {"age_ms_most": 500}}


@pytest.fixture
def alice(acme):
    given(two_venues(MOMENTS))
    return member("alice@example.com")


def given(books):
    for one in (BTC_A, BTC_B):
        given_instrument(one.id, tick=str(one.tick), step=str(one.step))
        store_books(instrument_id=one.id, source=MarketSource.IMPORTED, books=books[one.id])


def done(owner, **changes) -> Run:
    run = ask_for_run(actor=owner, plan=replace(PLAN, **changes))
    work_runs()
    run.refresh_from_db()
    return run


def test_a_run_over_books_is_kept_with_all_that_it_came_to(alice):
    run = done(alice)
    ran = walked(PLAN)

    assert (run.state, run.timeframe, run.hash, run.step) == ("done", None, ran.hash, "")
    assert trades_of(run) == [trade_told(trade) for trade in ran.trades] != []
    line = line_of(run)
    assert [point.at for point in line] == [at_ms for at_ms, _worth in ran.equity]
    assert line[-1].equity == ran.worth.quantize(Decimal("1e-8"), rounding="ROUND_DOWN")
    assert Decimal(run.result["worth"]) == ran.worth and run.result["moments"] == len(ran.equity)
    assert run.result["one_sided"] == sum(trade.one_sided for trade in ran.trades) > 0
    assert {row["venue"] for row in run.result["balances"]} == {"north", "south"}
    told = AuditRecord.objects.get(action="backtest.asked").after
    assert (told["timeframe"], told["terms"]["stop_bps"]) == (None, 1_000)
    assert str(run) == "cross_exchange" and plan_of(run).end_ms is not None
    assert read_any_plan(any_plan_as_json(plan_of(run))) == plan_of(run)


def test_it_is_the_same_in_pieces_of_any_size_and_another_with_other_fees(alice, monkeypatch):
    first = done(alice)
    whole = run_finder(
        all_finders()["cross_exchange"], PLAN.parameters, (BTC_A, BTC_B), two_venues(MOMENTS), FindingTerms(),
        start_ms=0, end_ms=2**53,
    )  # fmt: skip
    told = {"trades": trades_of(first), "equity": [[at, f"{worth.normalize():f}"] for at, worth in whole.equity]}
    assert first.hash == whole.hash == sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    for size in (1, 7):
        monkeypatch.setattr(finding, "PIECE_BOOKS", size)
        assert walked(PLAN).hash == first.hash
    assert done(alice).result == first.result
    assert done(alice, terms=FindingTerms(costs=Costs(0, 0, 0))).hash != first.hash


def test_what_needs_no_skill_stands_beside_it_and_what_has_no_meaning_says_so(alice):
    run = done(alice)
    metrics, at_costs, baselines = (run.result[name] for name in ("metrics", "at_costs", "baselines"))

    assert at_costs["1"] == metrics and at_costs["0"]["fees"]["value"] == 0 < metrics["fees"]["value"]
    assert at_costs["2"]["total_return"]["value"] < metrics["total_return"]["value"]
    assert baselines["cash"]["total_return"]["value"] == baselines["cash"]["max_drawdown"]["value"] == 0
    assert baselines[RANDOM_ENTRY] is None and "nothing that could be drawn" in run.result["without"][RANDOM_ENTRY]
    books = two_venues(MOMENTS)
    bought = Decimal(0)
    for one in (BTC_A, BTC_B):
        ask = one.price_of(books[one.id][0].asks[0][0])
        steps = one.steps_down(5_000 / (ask * Decimal("1.001")))
        left = 5_000 - one.quantity_of(steps) * ask * Decimal("1.001")
        bought += one.quantity_of(steps) * one.price_of(books[one.id][-1].bids[0][0]) + left
    assert line_of(run)[-1].held == pytest.approx(bought, abs=Decimal("1e-6"))
    assert baselines["buy_and_hold"]["total_return"]["value"] == pytest.approx(float(bought / 10_000 - 1))
    for name in ("held_days", "mae", "funding", "cagr", "sharpe"):
        assert metrics[name]["value"] is None and metrics[name]["edge"]
    assert metrics["trades"]["value"] == run.result["found"] > 5
    assert [month["month"] for month in run.result["monthly"]] == [1]


def test_a_line_is_measured_by_the_moments_that_there_are():
    at_ms = np.array([0, DAY_MS // 2, 3 * DAY_MS, 32 * DAY_MS], dtype=np.int64)
    line = Line(at_ms, np.array([100, 120, 90, 132], dtype=np.int64), 100)
    found = measure_line(line, fees=Decimal(2), exposed=np.array([0, 0.5, 0.5, 0]))

    assert line.daily()[:4].tolist() == pytest.approx([0.2, 0, 0, -0.25]) and len(line.daily()) == 33
    assert [(year, month) for year, month, _ in line.monthly()] == [(1970, 1), (1970, 2)]
    assert [value for *_, value in line.monthly()] == pytest.approx([-0.1, 132 / 90 - 1])
    assert found["max_drawdown"].value == pytest.approx(0.25)
    assert (found["drawdown_days"].value, found["recovery_days"].value) == (29, 29)
    assert found["cagr"].value == pytest.approx(1.32 ** (365 / 32) - 1)
    assert (found["exposure"].value, found["in_market"].value, found["fees"].value) == (0.25, 0.5, 2)
    assert (found["win_rate"].value, found["trades"].value) == (None, 0)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"strategy": "funding_carry", "parameters": {}}, BadParameter),
        ({"parameters": {"age_ms_most": -1}}, BadParameter),
        ({"instruments": (BTC_A.id,)}, BadParameter),
        ({"terms": FindingTerms(capital=Decimal(0))}, BadTerms),
        ({"start_ms": 0, "end_ms": 1}, NoBooks),
    ],
)
def test_what_cannot_run_is_refused_at_once_and_nothing_is_kept(alice, changes, error):
    with pytest.raises(error):
        ask_for_run(actor=alice, plan=replace(PLAN, **changes))
    assert (Run.objects.count(), AuditRecord.objects.filter(action="backtest.asked").count()) == (0, 0)


def test_more_books_than_a_run_may_go_over_are_refused_with_both_numbers(alice, monkeypatch):
    monkeypatch.setattr(finding, "BOOKS_MAX", 100)
    with pytest.raises(TooManyBooks) as refused:
        ask_for_run(actor=alice, plan=PLAN)
    there = sum(map(len, two_venues(MOMENTS).values()))  # the first came before there was one of both
    assert refused.value.facts == {"books": there - 1, "limit": 100}
    assert ask_for_run(actor=alice, plan=replace(PLAN, end_ms=START_MS + 3_000_000)).plan["end_ms"]


def test_a_run_over_books_that_is_cancelled_on_the_way_keeps_nothing(alice, monkeypatch):
    run = ask_for_run(actor=alice, plan=PLAN)
    real = services.found

    def cancelled_meanwhile(*args, **more):
        cancel_run(actor=alice, run_id=run.public_id)
        return real(*args, **more)

    monkeypatch.setattr(services, "found", cancelled_meanwhile)
    work_runs()
    run.refresh_from_db()
    assert (run.state, run.result, run.arrays) == ("cancelled", None, None)


def test_the_same_routes_ask_for_it_show_it_and_tell_its_trades(alice):
    hers = ApiClient.signed_in(alice, host="acme.localhost")
    made = hers.post("backtests", {**SENT, "terms": {"capital": "5000", "stop_bps": 900, "costs": {"taker_ppm": 500}}})
    work_runs()
    at = f"backtests/{made.json()['id']}"
    told, trades, line = hers.get(at).json(), hers.get(f"{at}/trades").json(), hers.get(f"{at}/line").json()

    assert (made.status_code, made.json()["timeframe"], told["state"]) == (201, None, "done")
    assert told["plan"]["terms"] == {
        "capital": "5000.00000000", "costs": {"maker_ppm": 1_000, "taker_ppm": 500}, "stop_bps": 900, "delay_ms": 250,
    }  # fmt: skip
    leg = next(trade for trade in trades["data"] if trade["kind"] == "leg")
    assert {order["side"] for order in leg["orders"]} == {"buy", "sell"} and leg["orders"][0]["fills"][0]["fee"]
    assert len(line["data"]) == told["result"]["moments"] and Decimal(line["data"][0]["held"]) > 0
    listed, hourly = (
        hers.get("backtests", by).json()["data"] for by in ({"strategy": "cross_exchange"}, {"timeframe": "1h"})
    )
    assert [row["id"] for row in listed] == [made.json()["id"]] and hourly == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"timeframe": "1h"}, "backtest.bad_terms"),
        ({"terms": {"target_bps": 100}}, "backtest.bad_terms"),
        ({"terms": {"costs": {"slippage_bps": 5}}}, "backtest.bad_terms"),
        ({"terms": {"stop_bps": 0}}, "backtest.bad_terms"),
        ({"since": "2031-01-01T00:00:00Z"}, "backtest.no_books"),
        ({"strategy": "donchian_breakout"}, "request.invalid"),
    ],
)
def test_what_has_no_meaning_over_books_is_refused_and_candles_need_a_timeframe(alice, changes, code):
    answer = ApiClient.signed_in(alice, host="acme.localhost").post("backtests", {**SENT, **changes})

    assert (answer.status_code // 100, answer.json()["code"]) == (4, code)
    assert not Run.objects.exists()


def test_a_run_over_a_simulated_market_ends_where_that_has_come_to(acme):
    simulate_market(until_ms=EPOCH_MS + 30 * DAY_MS)
    shown_to(EPOCH_MS + 9 * DAY_MS)
    Feed.objects.update(source="simulated")
    run = done(member("alice@example.com"), strategy="book_pressure", parameters={}, instruments=("sim:BTC/USDT",))

    assert run.result["simulated"] is True and run.result["books"] == 9 * 24 + 2
    assert run.plan["end_ms"] <= EPOCH_MS + 9 * DAY_MS + Timeframe.H1.ms
    assert run.result["metrics"]["win_rate"]["value"] is None and run.result["metrics"]["cagr"]["value"] is not None


@pytest.mark.parametrize("name", HELD_BY)
def test_what_holds_contracts_is_kept_with_its_funding_beside_the_coin_alone(acme, name):
    ones, books, parameters = HELD_BY[name], SERIES[name](300), ASKED[name]
    given_books(ones, books)
    store_funding(instrument_id=COIN.id, moments=rates(), source=MarketSource.IMPORTED)
    run = done(
        member("alice@example.com"), strategy=name, parameters=parameters, instruments=tuple(one.id for one in ones)
    )
    ran = run_finder(
        all_finders()[name], parameters, ones, books, FindingTerms(), start_ms=0, end_ms=2**53,
        funding={COIN.id: rates()},
    )  # fmt: skip

    assert (run.state, run.hash) == ("done", ran.hash) and run.result["found"] > 0
    paid = [Decimal(trade["profit"]) for trade in trades_of(run) if trade["kind"] == "funding"]
    metrics = run.result["metrics"]
    assert metrics["funding"]["value"] == (pytest.approx(float(sum(paid))) if name == "funding_carry" else None)
    assert metrics["win_rate"]["value"] is None and "earns later" in metrics["win_rate"]["edge"]
    held, first, last = line_of(run), books[COIN.id][0], books[COIN.id][-1]
    assert float(held[-1].held) == pytest.approx(10_000 * last.bids[0][0] / first.asks[0][0] / 1.001, rel=1e-4)


def test_a_bot_at_order_books_is_backtested_as_it_traded(acme):
    books = two_venues(50)
    slots = given_books((BTC_A, BTC_B), books)
    bot = given_finder("cross_exchange", (BTC_A, BTC_B), funds="600")
    work(slots)
    shown_to(slots[-1])
    run = ask_for_bot(actor=bot.owner, bot=bot, since_ms=slots[0])
    work_runs()
    run.refresh_from_db()

    kept = FoundTrade.objects.filter(bot=bot).order_by("at_ms")
    assert run.state == "done" and run.plan["bot"] == str(bot.public_id)
    assert [(t["at_ms"], t["orders"]) for t in trades_of(run)] == [(t.at_ms, t.orders) for t in kept] != []
    assert plan_of(run).terms.capital == 600
    assert ask_for_bot(actor=bot.owner, bot=bot).plan["start_ms"] >= slots[0]


def test_a_market_that_is_gone_from_one_side_is_told_as_no_books(alice):
    given_instrument("west:BTC/USDT", tick="0.01", step="0.00001")
    with pytest.raises(NoBooks, match="west:BTC/USDT"):
        ask_for_run(actor=alice, plan=replace(PLAN, instruments=(BTC_A.id, "west:BTC/USDT")))
    store_books(
        instrument_id="west:BTC/USDT",
        source=MarketSource.IMPORTED,
        books=[book(BTC_A, START_MS + 400 * DAY_MS, "100", "101")],
    )
    late = done(alice, instruments=(BTC_A.id, "west:BTC/USDT"), end_ms=START_MS + 10**7, start_ms=START_MS)
    assert late.state == "failed" and "no books" in late.error["said"]
