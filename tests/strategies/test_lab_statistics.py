"""The lab's statistics against the examples of the papers, and against slow ways to say the same."""

import itertools
import math

import numpy as np
import pytest

from strategies.backtest.engine.metrics import probabilistic_sharpe
from strategies.lab.search.monte_carlo import monte_carlo
from strategies.lab.search.overfitting import (
    Shape,
    deflated,
    expected_maximum,
    minimum_track_record,
    probabilistic,
    probability_of_overfitting,
    shape_of,
    sharpe_of,
)

YEAR = 250  # of the papers' examples
PAPER = Shape(1_250, 2.5 / math.sqrt(YEAR), -3.0, 10.0)  # Bailey and López de Prado 2014, "A numerical example"


def noise(days, columns, seed=5, drift=0.0):
    return np.random.default_rng(seed).normal(drift, 0.01, (days, columns))


def test_the_deflated_sharpe_of_the_papers_example():
    variance = 0.5 / YEAR

    assert expected_maximum(100, variance) == pytest.approx(0.1132, abs=5e-5)
    assert deflated(PAPER, trials=100, variance=variance) == pytest.approx(0.9004, abs=5e-5)


def test_the_example_would_be_believed_after_46_trials_and_not_after_100():
    bell = Shape(1_250, PAPER.sharpe, 0.0, 3.0)

    assert deflated(PAPER, trials=46, variance=0.5 / YEAR) == pytest.approx(0.9505, abs=5e-4)
    assert deflated(bell, trials=88, variance=0.5 / YEAR) == pytest.approx(0.9505, abs=5e-4)


def test_the_track_record_of_the_papers_example():
    daily = 2 / math.sqrt(YEAR)  # Bailey and López de Prado 2012, exhibit 5: a Sharpe of 2 against 1, bell curve
    years = minimum_track_record(Shape(1, daily, 0.0, 3.0), benchmark=1 / math.sqrt(YEAR)) / YEAR

    assert years == pytest.approx(2.73, abs=0.01)
    assert minimum_track_record(Shape(1, daily, 0.0, 3.0), benchmark=daily) is None


def test_after_as_many_days_as_the_minimum_track_record_says_the_probability_is_what_was_asked_for():
    days = minimum_track_record(PAPER, benchmark=0.05)
    long = Shape(math.ceil(days), PAPER.sharpe, PAPER.skew, PAPER.kurtosis)
    short = Shape(math.floor(days) - 1, PAPER.sharpe, PAPER.skew, PAPER.kurtosis)

    assert probabilistic(long, 0.05) >= 0.95 > probabilistic(short, 0.05)


def test_psr_is_that_of_the_engine():
    returns = noise(300, 1, drift=0.0007)[:, 0]

    assert probabilistic(shape_of(returns)) == pytest.approx(probabilistic_sharpe(returns).value, rel=1e-12)


def test_the_expected_maximum_is_what_worthless_trials_show():
    best = np.random.default_rng(1).normal(0, 0.3, (4_000, 50)).max(axis=1).mean()

    assert expected_maximum(50, 0.09) == pytest.approx(best, rel=0.02)
    assert expected_maximum(1, 0.09) == 0


def test_a_series_that_does_not_vary_has_no_shape():
    assert shape_of(np.zeros(9)) is None
    assert shape_of(np.array([0.1])) is None


def slow_overfitting(table, blocks):
    """2017, algorithm 2.3, split by split."""
    parts, logits = np.split(table, blocks), []
    for chosen in itertools.combinations(range(blocks), blocks // 2):
        inside = np.concatenate([parts[at] for at in chosen])
        outside = np.concatenate([parts[at] for at in range(blocks) if at not in chosen])
        best = int(np.argmax(inside.mean(axis=0) / inside.std(axis=0, ddof=1)))
        there = outside.mean(axis=0) / outside.std(axis=0, ddof=1)
        rank = (sorted(there).index(there[best]) + 1) / (len(there) + 1)
        logits.append(math.log(rank / (1 - rank)))
    return logits


def test_overfitting_is_what_every_split_by_itself_says():
    table = noise(96, 7)
    found, slow = probability_of_overfitting(table, blocks=8), slow_overfitting(table, 8)

    assert found.splits == len(slow) == 70
    assert found.logits == pytest.approx(slow)
    assert found.pbo == np.mean(np.array(slow) <= 0)


def test_overfitting_is_probable_for_noise_and_improbable_where_one_is_better():
    worthless, better = noise(320, 60), noise(320, 60)
    better[:, 4] += 0.006

    assert probability_of_overfitting(worthless, blocks=10).pbo > 0.4
    assert probability_of_overfitting(better, blocks=10).pbo < 0.02


def test_trials_that_are_all_the_same_are_in_the_middle_of_each_other():
    same = probability_of_overfitting(np.tile(noise(64, 1), (1, 5)), blocks=8)

    assert same.pbo == 1 and same.logits == pytest.approx(np.zeros(70), abs=1e-12)
    assert probability_of_overfitting(noise(64, 1)) is None


def test_the_sharpe_of_what_does_not_vary_is_zero():
    assert sharpe_of(np.full((30, 2), 0.001)).tolist() == [0, 0]


def test_shuffled_trades_end_where_they_did_and_some_fall_deeper():
    returns = np.random.default_rng(2).normal(0.004, 0.03, 80)
    found = monte_carlo(returns, seed=7)

    assert found.shuffled.end == pytest.approx([math.prod(1 + returns)] * 5)
    assert list(found.shuffled.drawdown) == sorted(found.shuffled.drawdown)
    assert 0 < found.worse < 1
    assert found.drawn.end[0] < found.drawn.end[4]
    assert found == monte_carlo(returns, seed=7) != monte_carlo(returns, seed=8)


def test_the_drawdown_of_the_trades_as_they_were_is_counted_by_hand():
    assert monte_carlo(np.array([0.1, -0.5, 0.2]), seed=1).as_it_was == pytest.approx(0.5)
    assert monte_carlo(np.array([-0.1, 0.2, -0.25]), seed=1).as_it_was == pytest.approx(0.25)
    assert monte_carlo(np.array([-2.0, 0.2]), seed=1).shuffled.ruined == 1
    assert monte_carlo(np.array([0.1]), seed=1) is None


def test_a_thousand_shuffles_of_winners_never_fall():
    found = monte_carlo(np.full(40, 0.01), seed=1)

    assert found.shuffled.drawdown == (0,) * 5 and found.worse == 0
    assert found.drawn.end == pytest.approx([1.01**40] * 5)
