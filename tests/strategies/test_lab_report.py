"""What goes with the best of a search, and what it may be called."""

import json
from dataclasses import replace

import numpy as np
import pytest

from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.words import told
from strategies.backtest.engine.metrics import daily_returns
from strategies.backtest.engine.study import study
from strategies.backtest.types import Plan, Studied
from strategies.lab.search.chunks import Method
from strategies.lab.search.overfitting import deflated, shape_of
from strategies.lab.search.report import Checks, best_trial, report
from strategies.lab.search.trials import TrialState
from tests.strategies.lab_stage import BTC, CROSS, ground, search, space, whole


def studied(over, best):
    from strategies.backtest.engine.deciding import ask_at_once

    parameters, bars = space().parameters(best.point), over.stored[0]
    asked = ask_at_once(CROSS, parameters, bars)[-len(over.markets.each[0].bars) :]
    plan = Plan(CROSS.name, parameters, (BTC.id,), Timeframe.H1, 0, 1, over.terms)
    return Studied(plan, parameters, CROSS.code_hash, {}, {}, study(over.markets, [asked], over.terms, draws=3))


def reported(one, trials, *, over=True, checks=None):
    best = best_trial(one, trials)
    return report(one, trials, best, studied(ground(), best), checks or Checks(), over=over)


@pytest.fixture(scope="module")
def trials():
    return whole(search(), ground())


@pytest.fixture(scope="module")
def told_all(trials):
    return reported(search(), trials)


def test_every_result_carries_what_was_tried_and_what_is_left_of_it(told_all):
    assert told_all["trials"] == {"wanted": 50, "done": 50, "pruned": 0, "failed": 0, "different": 50}
    assert {"psr", "deflated", "expected_maximum", "minimum_days", "trials"} <= told_all["sharpe"].keys()
    assert 0 <= told_all["overfitting"]["pbo"] <= 1 and told_all["overfitting"]["splits"] == 12_870
    assert len(told_all["walk_forward"]["folds"]) == 5 and "efficiency" in told_all["walk_forward"]
    assert len(told_all["cross_validation"]["paths"]) == 5
    assert told_all["plateau"]["around"] >= told_all["plateau"]["neighbours"] > 0
    assert len(told_all["map"]["values"]) == len(told_all["map"]["ys"])
    assert len(told_all["monte_carlo"]["shuffled"]["drawdown"]) == 5
    assert set(told_all["baselines"]) == {"buy_and_hold", "random_entry", "cash"}
    assert told_all["random_beaten"] in {0, 1 / 3, 2 / 3, 1}


def test_it_is_plain_json_and_the_same_again(told_all, trials):
    assert json.loads(json.dumps(told_all, allow_nan=False)) == told_all == reported(search(), trials)


def test_the_deflated_sharpe_is_of_all_different_trials(told_all, trials):
    best = best_trial(search(), trials)
    returns = daily_returns(studied(ground(), best).study.result)
    tried = [shape.sharpe if (shape := shape_of(trial.returns)) else 0.0 for trial in trials]

    assert told_all["sharpe"]["deflated"] == pytest.approx(
        deflated(shape_of(returns), trials=50, variance=np.var(tried, ddof=1))
    )
    assert told_all["sharpe"]["deflated"] < told_all["sharpe"]["psr"]
    assert reported(search(), [*trials, *trials])["sharpe"] == told_all["sharpe"]


def test_the_best_of_noise_is_not_validated_and_each_reason_is_a_sentence(told_all):
    verdict = told_all["verdict"]

    assert not verdict["validated"]
    assert "deflated_sharpe" in {reason["code"] for reason in verdict["reasons"]}
    assert all("%(" not in told(reason["said"]) for reason in verdict["reasons"])


def test_a_search_that_was_stopped_is_never_validated(trials):
    reasons = reported(search(), trials[:20], over=False)["verdict"]["reasons"]

    assert {"code": "not_over", "said": "The search did not come to its end.", "refuses": True} in reasons


def test_pruned_trials_count_as_trials(trials):
    one = search(Method.TPE, trials=40, prunes=True)
    found = whole(one, ground())
    told_all = reported(one, found)

    assert told_all["trials"]["pruned"] == sum(trial.state is TrialState.PRUNED for trial in found) > 0
    assert told_all["sharpe"]["trials"] == told_all["trials"]["different"]
    assert told_all["trials"]["done"] + told_all["trials"]["pruned"] == 40


def test_a_pruned_trial_of_fewer_days_spreads_no_wider_than_one_that_was_run(trials):
    cut = [replace(trial, returns=trial.returns[:30], state=TrialState.PRUNED) for trial in trials[1:]]
    variance = reported(search(), [trials[0], *cut])["sharpe"]["variance"]
    shapes = [shape for trial in [trials[0], *cut] if (shape := shape_of(trial.returns))]
    as_long = [shape.sharpe * (shape.periods / len(trials[0].returns)) ** 0.5 for shape in shapes]

    assert len(shapes) == 50
    assert variance == pytest.approx(365 * np.var(as_long, ddof=1))
    assert variance < 365 * np.var([shape.sharpe for shape in shapes], ddof=1) / 2


def test_too_few_days_for_folds_leave_them_out(trials):
    assert reported(search(), trials, checks=Checks(folds=90))["walk_forward"] is None
    assert reported(search(), trials, checks=Checks(folds=0))["walk_forward"] is None
    assert reported(search(), trials, checks=Checks(embargo_days=365))["cross_validation"] is None


def test_one_trial_has_a_report_too(trials):
    told_all = reported(search(), trials[:1])

    assert told_all["overfitting"] is None and told_all["sharpe"]["expected_maximum"] == 0
    assert {"no_pbo", "no_plateau"} <= {reason["code"] for reason in told_all["verdict"]["reasons"]}
