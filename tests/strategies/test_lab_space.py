"""What may be searched: a grid of the strategy's parameters, narrowed and refused as it should be."""

import numpy as np
import pytest

from strategies.catalog.errors import BadParameter
from strategies.catalog.registry import all_strategies
from strategies.lab.errors import BadSearch
from strategies.lab.search.chunks import Method, trials_of
from strategies.lab.search.objectives import best_of, front, read_objectives, scores
from strategies.lab.search.plateau import heat_map, plateau_of, spread_of
from strategies.lab.search.space import read_space
from tests.strategies.lab_stage import CROSS, space


def test_a_range_is_walked_by_its_step_and_the_rest_stays_as_it_is():
    found = space({"fast": {"low": 5, "high": 11, "step": 3}})

    assert found.axes[0].values == (5, 8, 11)
    assert found.parameters((1,)) == {"fast": 8, "slow": 48, "band_bps": 10}


def test_the_rule_of_the_strategy_holds_for_every_point():
    found = space()
    points = list(found.grid())

    assert found.raw_size == 54 and len(points) == found.size() == 50
    assert all(CROSS.resolve(found.parameters(point)) for point in points)
    assert not found.allows((3, 0))


def test_draws_are_different_points_and_the_seed_decides_them():
    found = space()

    assert found.draws(20, seed=1) == found.draws(20, seed=1) != found.draws(20, seed=2)
    assert found.draws(9, seed=1) == found.draws(20, seed=1)[:9]
    assert sorted(found.draws(999, seed=1)) == sorted(found.grid())


def test_a_space_too_large_to_count_is_drawn_from_as_well():
    wide = read_space(CROSS, {"fast": {}, "slow": {}, "band_bps": {"low": 1, "high": 100, "step": 1}})
    drawn = wide.draws(300, seed=4)

    assert wide.size() is None and wide.raw_size > 20_000
    assert len(set(drawn)) == 300 and all(wide.allows(point) for point in drawn)


@pytest.mark.parametrize(
    ("ranges", "fixed", "error"),
    [
        ({"fast": {"low": 0}}, {}, BadSearch),
        ({"fast": {"low": 30, "high": 10}}, {}, BadSearch),
        ({"fast": {"step": 0}}, {}, BadSearch),
        ({"fast": {"step": 1.5}}, {}, BadSearch),
        ({"fast": {"low": float("nan")}}, {}, BadSearch),
        ({"fast": {"low": "5"}}, {}, BadSearch),
        ({"fast": {"lowest": 5}}, {}, BadSearch),
        ({"fast": {}}, {"fast": 5}, BadSearch),
        ({}, {"fast": 5, "slow": 50, "band_bps": 10}, BadSearch),
        ({"fast": {"low": 100, "high": 100}, "slow": {"low": 20, "high": 20}}, {}, BadSearch),
        ({"quick": {}}, {}, BadParameter),
        ({"fast": {}}, {"slow": 0}, BadParameter),
    ],
)
def test_what_cannot_be_searched_is_refused(ranges, fixed, error):
    with pytest.raises(error):
        read_space(CROSS, ranges, fixed)


@pytest.mark.parametrize("name", sorted(all_strategies()))
def test_every_strategy_of_the_catalogue_can_be_searched(name):
    strategy = all_strategies()[name]
    if strategy.parameters:
        found = read_space(strategy, {})
        point = next(found.grid())

        assert strategy.resolve(found.parameters(point)) == found.parameters(point)
        assert found.warmup() >= strategy.warmup(found.parameters(point))


def test_a_grid_of_more_points_than_trials_is_refused_and_draws_stop_at_the_last_point():
    with pytest.raises(BadSearch, match="50 points"):
        trials_of(Method.GRID, space(), 49)
    assert trials_of(Method.GRID, space(), 50) == trials_of(Method.RANDOM, space(), 999) == 50
    with pytest.raises(BadSearch):
        trials_of(Method.TPE, space(), 0)


def test_objectives_are_metrics_of_the_backtest_turned_so_that_more_is_better():
    sharpe, deepest = read_objectives(["sharpe", "max_drawdown"])

    assert scores((sharpe, deepest), {"sharpe": 1.5, "max_drawdown": 0.2}) == (1.5, -0.2)
    assert scores((sharpe, deepest), {"sharpe": None})[0] < -1e200
    for names in ([], ["charm"], ["trades"], ["sharpe", "sharpe"]):
        with pytest.raises(BadSearch):
            read_objectives(names)


def test_the_front_is_what_nothing_dominates_and_the_best_is_first_by_the_first_objective():
    table = np.array([[1.0, 1.0], [2.0, 0.0], [2.0, -1.0], [0.0, 3.0], [2.0, 0.0]])

    assert front(table).tolist() == [True, True, False, True, True]
    assert best_of(table) == 1


def test_a_plateau_is_what_is_next_to_the_best_on_the_grid():
    scored = {(1, 3): 2.0, (0, 3): 1.0, (2, 3): 1.5, (1, 4): -0.5, (4, 8): 9.0}
    found = plateau_of(space(), scored, (1, 3))

    assert (found.neighbours, found.around, found.best) == (3, 8, 2.0)
    assert (found.mean, found.least) == (pytest.approx(2 / 3), -0.5)
    assert plateau_of(space(), {(0, 0): 1.0}, (0, 0)).mean is None


def test_a_heat_map_shows_the_best_of_each_pair_and_the_axis_that_matters_comes_first():
    scored = {(0, 0): 1.0, (1, 0): 5.0, (0, 1): 1.2, (1, 1): 5.1}
    found = heat_map(space(), scored, "fast", "slow")

    assert (found.xs[:2], found.ys[0]) == ((5.0, 10.0), 20.0)
    assert found.values[0, :2].tolist() == [1.0, 5.0] and found.values.shape == (9, 6)
    assert spread_of(space(), scored) == ["fast", "slow"]
