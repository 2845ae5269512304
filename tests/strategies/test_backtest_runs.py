"""Runs that are kept: what becomes of one, whatever happens on the way."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Timeframe
from strategies.backtest import services
from strategies.backtest.engine.terms import Size, Sizing, Slippage, SlippageModel, Terms
from strategies.backtest.errors import (
    BadTerms,
    NoCandles,
    RunNotOver,
    TooLong,
    TooManyKept,
    TooManyRuns,
    UnknownRun,
)
from strategies.backtest.models import Run
from strategies.backtest.plans import plan_as_json, read_plan, read_terms, terms_as_json
from strategies.backtest.selectors import arrays_of, instruments_named, line_of, runs_of, studied, trades_of
from strategies.backtest.services import ask_for_run, cancel_run, delete_run, work_runs
from strategies.backtest.tasks import run_backtests, sweep_backtests
from strategies.backtest.types import Plan
from strategies.catalog import registry
from strategies.catalog.errors import BadParameter, UnknownStrategy
from tenants.audit.models import AuditRecord
from tests.people import member
from tests.trading.marketdata_cast import BTC, candles, given_candles
from trading.fills.types import Costs
from trading.marketdata.errors import UnknownInstrument

pytestmark = pytest.mark.django_db
FIRST_MS = int(candles(1).open_ms[0])
TERMS = Terms(size=Size(Sizing.SHARE, percent=Decimal(10)), stop_bps=300)


@pytest.fixture
def alice(acme):
    given_candles(candles(600))
    return member("alice@example.com")


def plan(**changes) -> Plan:
    whole = Plan(
        "moving_average_cross", {"fast": 3, "slow": 10}, (BTC,), Timeframe.H1, FIRST_MS, FIRST_MS + 600 * 3_600_000,
        TERMS,
    )  # fmt: skip
    return replace(whole, **changes)


def done(alice, **changes) -> Run:
    ask_for_run(actor=alice, plan=plan(**changes))
    work_runs()
    return runs_of(alice)[0]


def test_a_run_is_kept_with_all_that_it_came_to(alice):
    run = done(alice)

    direct = studied(plan())
    assert (run.state, run.hash, run.tries, run.step) == ("done", direct.study.result.hash, 1, "")
    assert run.result["metrics"]["trades"]["value"] == len(direct.study.result.closed) > 10
    kept = arrays_of(run)
    assert (kept.trades == direct.study.result.trades).all()
    assert (kept.equity == direct.study.result.equity).all()
    assert run.ended_at >= run.started_at >= run.asked_at
    assert run.result["simulated"] is False


def test_the_line_begins_and_ends_where_the_run_does(alice):
    run = done(alice)
    line = line_of(run, points=50)
    kept = arrays_of(run)
    assert len(line) == 50
    assert (line[0].at, line[-1].at) == (plan().start_ms + 3_600_000, plan().end_ms)
    assert line[-1].equity == Decimal(int(kept.equity[-1])) / 10**8
    assert line[-1].held == Decimal(int(kept.held[-1])) / 10**8
    assert max(point.drawdown for point in line_of(run)) == pytest.approx(
        run.result["metrics"]["max_drawdown"]["value"]
    )


def test_trades_are_told_in_prices_and_times(alice):
    run = done(alice)
    trades = trades_of(run)
    assert len(trades) == len(arrays_of(run).trades)
    closed = [one for one in trades if one["left"]]
    assert sum(Decimal(one["profit"]) for one in trades) == Decimal(run.result["equity"]) - TERMS.capital
    assert all(one["entered"] <= one["left"] for one in closed)


def test_the_same_plan_comes_to_the_same_hash_and_another_to_another(alice):
    first, again, other = done(alice), done(alice), done(alice, parameters={"fast": 4, "slow": 10})
    assert first.hash == again.hash != other.hash


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"strategy": "magic"}, UnknownStrategy),
        ({"parameters": {"fast": 1000}}, BadParameter),
        ({"instruments": ("binance:NOT/USDT",)}, UnknownInstrument),
        ({"start_ms": 0, "end_ms": 1}, NoCandles),
        ({"start_ms": FIRST_MS + 60_000, "end_ms": FIRST_MS + 120_000}, NoCandles),
        ({"timeframe": Timeframe.D1}, NoCandles),
    ],
)
def test_what_cannot_run_is_refused_at_once_and_nothing_is_kept(alice, changes, error):
    with pytest.raises(error):
        ask_for_run(actor=alice, plan=plan(**changes))
    assert (Run.objects.count(), AuditRecord.objects.filter(action="backtest.asked").count()) == (0, 0)


@pytest.mark.parametrize(
    "size",
    [
        {"sizing": "kelly", "trades": "NaN"},
        {"sizing": "atr_risk", "candles": "2.5"},
        {"sizing": "atr_risk", "candles": 10**9},
        {"sizing": "kelly", "trades": 1e30},
        {"sizing": "volatility_target", "percent": "Infinity"},
        {"sizing": "kelly", "fraction": "1.01"},
        {"sizing": "atr_risk", "multiple": "-1"},
    ],
)
def test_a_size_beyond_its_bounds_is_refused_in_a_sentence(size):
    with pytest.raises(BadTerms, match=r"size\."):
        read_terms({"size": size})


def test_no_capital_is_refused_before_there_is_a_plan():
    with pytest.raises(BadTerms):
        read_terms({"capital": "0"})


def test_what_is_out_of_bounds_is_told_in_digits():
    with pytest.raises(BadTerms) as told:
        Terms(capital=Decimal("0E-8"))
    assert (told.value.facts["value"], told.value.facts["low"]) == ("0.00000000", "0.01")


def test_a_plan_comes_back_from_json_as_it_was():
    terms = Terms(
        capital=Decimal("123.45"), costs=Costs(1, 2, 3), size=Size(Sizing.FIXED, amount=Decimal("9.5")),
        slippage=Slippage(SlippageModel.VOLUME, impact_bps=7), stop_bps=0, shorts=True, seed=2**60,
    )  # fmt: skip
    assert read_terms(terms_as_json(terms)) == terms
    assert read_plan(plan_as_json(plan(terms=terms))) == plan(terms=terms)
    assert read_terms({}) == Terms()


def test_a_run_that_waits_is_cancelled_at_once(alice):
    run = ask_for_run(actor=alice, plan=plan())
    cancel_run(actor=alice, run_id=run.public_id)
    cancel_run(actor=alice, run_id=run.public_id)
    assert (runs_of(alice)[0].state, work_runs()) == ("cancelled", 0)
    assert AuditRecord.objects.filter(action="backtest.cancelled").count() == 1


def test_a_run_that_is_cancelled_on_the_way_keeps_nothing(alice, monkeypatch):
    run = ask_for_run(actor=alice, plan=plan())
    real = services.studied

    def cancelled_meanwhile(*args, **more):
        cancel_run(actor=alice, run_id=run.public_id)
        return real(*args, **more)

    monkeypatch.setattr(services, "studied", cancelled_meanwhile)
    work_runs()
    found = runs_of(alice)[0]
    assert (found.state, found.result, arrays_of(found)) == ("cancelled", None, None)


def test_a_run_is_asked_whether_to_go_on_while_its_strategy_decides(alice, monkeypatch):
    run, days = ask_for_run(actor=alice, plan=plan()), []

    def decide(bars, **_):
        days.append(bars)
        cancel_run(actor=alice, run_id=run.public_id)
        return np.zeros(len(bars), dtype=np.int8)

    slow = replace(registry.strategy("moving_average_cross"), decide=decide)
    monkeypatch.setattr(registry, "everything", lambda: {slow.name: slow})
    monkeypatch.setattr(services, "LOOK_EVERY_S", 0)
    work_runs()
    assert (runs_of(alice)[0].state, len(days)) == ("cancelled", 1)


@pytest.mark.parametrize("broken", ["raises", "is refused"])
def test_a_run_that_fails_says_why_and_the_worker_goes_on(alice, monkeypatch, broken):
    bad = ask_for_run(actor=alice, plan=plan())
    good = ask_for_run(actor=alice, plan=plan())
    real = services.studied

    def breaks_once(*args, **more):
        monkeypatch.setattr(services, "studied", real)
        raise ZeroDivisionError if broken == "raises" else NoCandles("%(instrument)s is empty.", instrument="x")

    monkeypatch.setattr(services, "studied", breaks_once)
    assert work_runs() == 2
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == ("failed", "done")
    code, said = bad.error["code"], bad.error["said"]
    assert (code, "ZeroDivision" in said) == (
        "backtest.unexpected" if broken == "raises" else "backtest.no_candles",
        False,
    )


def test_a_run_whose_worker_died_is_taken_up_again_and_given_up_after_three(alice):
    run = ask_for_run(actor=alice, plan=plan())
    for tries in (1, 2, 3):
        assert services._taken_up().tries == tries  # and the worker dies
        assert services._taken_up() is None, "its worker may be at work"
        Run.objects.update(beat_at=clock.now() - timedelta(seconds=31))
    assert work_runs() == 0
    run.refresh_from_db()
    assert (run.state, run.error["code"]) == ("failed", "backtest.worker_died")


def test_workers_are_asked_where_something_waits_and_nowhere_else(alice, acme_ctx, monkeypatch):
    offered = []
    monkeypatch.setattr(run_backtests, "enqueue", offered.append)
    sweep_backtests.run()
    ask_for_run(actor=alice, plan=plan())
    sweep_backtests.run()
    assert offered == [acme_ctx]
    services._taken_up()
    sweep_backtests.run()
    with clock.at(clock.now() + timedelta(seconds=31)):
        sweep_backtests.run()
    assert offered == [acme_ctx] * 2, "its worker may have died"


def test_a_worker_that_comes_back_late_changes_nothing(alice):
    ask_for_run(actor=alice, plan=plan())
    late = services._taken_up()
    Run.objects.update(beat_at=clock.now() - timedelta(seconds=31))
    work_runs()
    ended = runs_of(alice)[0]
    services._end(late, Run.State.FAILED, error={})
    assert (ended.state, runs_of(alice)[0].ended_at) == ("done", ended.ended_at)


def test_there_are_limits_and_what_is_over_is_deleted(alice, monkeypatch):
    monkeypatch.setattr(services, "CANDLES_MAX", 599)
    with pytest.raises(TooLong):
        ask_for_run(actor=alice, plan=plan())
    monkeypatch.undo()
    runs = [ask_for_run(actor=alice, plan=plan()) for _ in range(services.AT_ONCE_MAX)]
    with pytest.raises(TooManyRuns):
        ask_for_run(actor=alice, plan=plan())
    services._taken_up()
    with pytest.raises(RunNotOver):
        delete_run(actor=alice, run_id=runs[0].public_id)
    Run.objects.update(state="queued")
    work_runs()
    monkeypatch.setattr(services, "KEPT_MAX", len(runs))
    with pytest.raises(TooManyKept):
        ask_for_run(actor=alice, plan=plan())
    delete_run(actor=alice, run_id=runs[0].public_id)
    ask_for_run(actor=alice, plan=plan())


def test_nobody_sees_or_touches_anothers_run(alice):
    run, bob = done(alice), member("bob@example.com")
    assert list(runs_of(bob)) == []
    for act in (cancel_run, delete_run):
        with pytest.raises(UnknownRun):
            act(actor=bob, run_id=run.public_id)


def test_a_range_that_begins_long_before_the_candles_is_all_of_them(alice):
    year_one_ms = -62_135_596_800_000
    assert done(alice, start_ms=year_one_ms, end_ms=2**45).hash == done(alice).hash


def test_instruments_are_named_by_symbol_too(alice):
    assert instruments_named(["BTC/USDT", BTC]) == (BTC,)
