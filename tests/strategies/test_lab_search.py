"""Searches over bars: the same whoever does their chunks and when, and better than chance where they learn."""

import json
from dataclasses import replace

import numpy as np
import pytest

from strategies.backtest.engine.deciding import ask_at_once
from strategies.backtest.engine.metrics import daily_returns, measure
from strategies.backtest.engine.running import run
from strategies.backtest.errors import RunCancelled
from strategies.lab.search.chunks import CHUNK, Method, work_chunk
from strategies.lab.search.evaluating import evaluate, trade_returns
from strategies.lab.search.objectives import WORST, front, read_objectives, scores, whatever
from strategies.lab.search.proposing import Proposer
from strategies.lab.search.report import best_trial
from strategies.lab.search.trials import Trial, TrialState, hash_of, table_of
from tests.strategies.lab_stage import CROSS, ground, search, space, whole


def test_a_trial_is_a_run_of_its_parameters():
    over, point = ground(), (1, 3)
    found = evaluate(over, 5, point)
    asked = ask_at_once(CROSS, space().parameters(point), over.stored[0])[-len(over.markets.each[0].bars) :]
    result = run(over.markets, [asked], over.terms)

    assert found.metrics == {name: one.value for name, one in measure(result, exposure=False).items()}
    assert measure(result).keys() - found.metrics.keys() == {"exposure", "in_market"}
    assert found.returns == pytest.approx(daily_returns(result))
    assert found.metrics["trades"] > 20


def test_a_grid_tries_every_point_once_whatever_the_order_of_its_chunks():
    one, over = search(), ground()
    there, back = whole(one, over), whole(one, over, chunks=[2, 0, 1])

    assert [trial.point for trial in there] == list(space().grid())
    assert hash_of(there) == hash_of(back)
    assert [trial.number for trial in there] == list(range(50))


def test_random_draws_are_decided_by_the_seed():
    over = ground()
    first, other = (whole(search(Method.RANDOM, trials=25, seed=seed), over) for seed in (1, 2))

    assert len({trial.point for trial in first}) == 25
    assert hash_of(first) != hash_of(other)
    assert hash_of(first) == hash_of(whole(search(Method.RANDOM, trials=25, seed=1), over, chunks=[1, 0]))


def test_what_tpe_proposes_depends_on_the_chunks_it_waits_for_alone():
    one, over = search(Method.TPE, trials=45), ground()
    there = whole(one, over)
    again = work_chunk(one, over, 2, there)  # with more told than it may know of
    first = work_chunk(one, over, 2, [trial for trial in there if trial.number < CHUNK])

    assert [list(one.waits_for(chunk)) for chunk in range(3)] == [[], [], [0]]
    assert hash_of(again) == hash_of(first) == hash_of(there[2 * CHUNK :])
    assert all(space().allows(trial.point) for trial in there)
    assert all(len({trial.point for trial in there[at : at + CHUNK]}) == CHUNK for at in (0, CHUNK))


def test_tpe_finds_a_better_place_in_fewer_trials_than_chance():
    target = np.array([4, 6])
    wide = space({"fast": {"low": 5, "high": 44, "step": 1}, "slow": {"low": 50, "high": 169, "step": 3}})

    def missed(point):
        return float(np.abs(np.array(point) - target * (8, 5)).sum())

    def best(seed):
        proposer, least = Proposer(wide, search().objectives, [], seed=seed, chunk=0), 1e9
        for number in range(60):
            point = proposer.ask()
            least = min(least, missed(point))
            trial = replace(evaluate(ground(), number, (0, 0)), point=point, metrics={"sharpe": -missed(point)})
            proposer.tell(trial)
        return least

    learnt = np.mean([best(seed) for seed in range(3)])
    chance = np.mean([min(map(missed, wide.draws(60, seed=seed))) for seed in range(20)])
    assert learnt < chance


def test_pruned_trials_are_worse_than_the_middle_and_cost_a_part_of_a_run():
    one, over = search(Method.TPE, trials=40, prunes=True), ground()
    found = whole(one, over)
    pruned = [trial for trial in found if trial.state is TrialState.PRUNED]

    assert pruned and len(pruned) < 30
    assert {len(trial.steps) for trial in pruned} <= {1, 2}
    assert all(len(trial.returns) < len(found[0].returns) for trial in pruned)
    assert hash_of(found) == hash_of(whole(one, over))
    assert table_of([trial for trial in found if trial.state is TrialState.DONE]).shape[0] == len(found[0].returns)


def test_several_objectives_are_searched_together():
    one = search(Method.TPE, trials=25, objectives=("sharpe", "max_drawdown"))
    found = whole(one, ground())
    table = np.array([scores(one.objectives, trial.metrics) for trial in found])

    assert 1 <= front(table).sum() < 25
    assert {trial.state for trial in found} == {TrialState.DONE}


def test_a_strategy_that_raises_makes_failed_trials_that_say_why():
    def decide(bars, **parameters):
        if parameters["fast"] == 10:
            raise ZeroDivisionError("by ten")
        return CROSS.decide(bars, **parameters)

    over = ground()
    broken = replace(over, space=replace(over.space, strategy=replace(CROSS, decide=decide)))
    found = whole(replace(search(), space=broken.space), broken)
    failed = [trial for trial in found if trial.state is TrialState.FAILED]

    assert len(failed) == 9 and all("ZeroDivisionError: by ten" in trial.error for trial in failed)
    assert failed[0].metrics == {} and len(failed[0].returns) == 0


def test_a_search_that_is_stopped_raises_and_leaves_nothing():
    with pytest.raises(RunCancelled):
        work_chunk(search(), ground(), 0, is_cancelled=lambda: True)


def test_trade_returns_are_of_the_equity_before_the_entry():
    over = ground()
    result = over.result_of(space().parameters((1, 3)))
    first, returns = result.closed[0], trade_returns(result)

    assert returns[0] == first["profit"] / result.terms.capital_minor
    assert len(returns) == len(result.closed)
    assert json.dumps(returns.tolist(), allow_nan=False)


def test_a_trial_of_few_trades_counts_as_worst_and_where_all_are_few_the_best_of_them_is_the_best():
    def trial(number, sharpe, trades):
        return Trial(number, (number,), TrialState.DONE, {"sharpe": sharpe, "trades": trades}, np.zeros(3))

    asked = replace(search(), objectives=read_objectives(["sharpe"], least=30))
    lucky, steady, poor = trial(0, 9.0, 2), trial(1, 1.5, 40), trial(2, 0.5, 30)
    assert best_trial(asked, [lucky, steady, poor]) is steady
    assert best_trial(asked, [trial(0, 2.0, 29), lucky]) is lucky
    assert scores(whatever(asked.objectives), lucky.metrics) == (9.0,)
    assert scores(read_objectives(["max_drawdown"], least=3), {"max_drawdown": 0.1, "trades": 2}) == (WORST,)
