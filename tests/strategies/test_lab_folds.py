"""No day is chosen on that touches a day it is tested on."""

import math

import numpy as np
import pytest

from strategies.lab.errors import BadSearch
from strategies.lab.search.folds import combinatorial, paths, purged_k_fold, walk_forward
from strategies.lab.search.holding_out import cross_validate, go_forward
from strategies.lab.search.verdict import Evidence, judge

GOOD = {
    "trades": 30,
    "deflated": 0.95,
    "pbo": 0.1,
    "forward": 0.8,
    "total": 0.4,
    "held": 0.2,
    "chance": 0.97,
    "plateau": True,
}


def test_walk_forward_tests_every_day_after_the_first_part_once_and_after_its_training():
    folds = walk_forward(103, 4, purge=2)
    tested = np.concatenate([fold.test for fold in folds])

    assert tested.tolist() == list(range(23, 103))
    assert all(fold.train[-1] == fold.test[0] - 3 for fold in folds)
    assert {len(fold.train) for fold in folds} == {21}


def test_an_anchored_walk_trains_on_all_that_was_before():
    assert [fold.train[0] for fold in walk_forward(100, 4, anchored=True)] == [0] * 4
    assert [len(fold.train) for fold in walk_forward(100, 4, anchored=True)] == [20, 40, 60, 80]


def test_purged_folds_test_each_day_once_and_leave_out_what_is_near():
    folds = purged_k_fold(90, 5, purge=3, embargo=2)

    assert sorted(np.concatenate([fold.test for fold in folds])) == list(range(90))
    for fold in folds:
        after = fold.train[fold.train > fold.test[-1]]
        before = fold.train[fold.train < fold.test[0]]
        assert not len(after) or after[0] == fold.test[-1] + 6
        assert not len(before) or before[-1] == fold.test[0] - 4


@pytest.mark.parametrize(("groups", "tested"), [(6, 2), (6, 1), (5, 3)])
def test_combinatorial_splits_make_whole_paths(groups, tested):
    splits, ways = combinatorial(120, groups, tested), paths(groups, tested)

    assert len(splits) == math.comb(groups, tested)
    assert len(ways) * groups == tested * len(splits)
    assert all(group in splits[at].groups for way in ways for group, at in enumerate(way))
    assert sorted(at for way in ways for at in way) == sorted(tested * list(range(len(splits))))


def test_too_few_days_are_refused():
    cuts = (
        lambda: walk_forward(9, 5),
        lambda: walk_forward(30, 5, purge=9),
        lambda: combinatorial(60, 6, 6),
        lambda: combinatorial(60, 6, 2, embargo=60),
        lambda: purged_k_fold(60, 6, purge=30),
    )
    for cut in cuts:
        with pytest.raises(BadSearch):
            cut()


def test_each_part_is_chosen_by_what_was_known_there():
    table = np.full((60, 2), 0.001) + np.random.default_rng(1).normal(0, 1e-4, (60, 2))
    table[:30, 0] += 0.01
    table[30:, 1] += 0.01
    forward = go_forward(table, "sharpe", 5, anchored=False, purge=0)

    assert [one.column for one in forward.folds] == [0, 0, 0, 1, 1]
    assert forward.total == pytest.approx(math.prod(1 + np.concatenate([table[10:40, 0], table[40:, 1]])) - 1)
    assert 0 < forward.efficiency < 1


def test_a_lasting_edge_holds_in_every_fold_and_path_and_noise_does_not():
    table = np.random.default_rng(3).normal(0, 0.01, (240, 20))
    table[:, 7] += 0.008
    found = cross_validate(table, "sharpe", parts=6, tested=2, purge=1, embargo=1)

    assert {one.column for one in found.folds} == {7}
    assert len(found.paths) == 5 and found.paths[0] > 5
    assert found.mean == pytest.approx(np.mean([one.outside for one in found.folds]))


@pytest.mark.parametrize("objective", ["sortino", "total_return", "volatility", "max_drawdown", "calmar", "sqn"])
def test_other_objectives_choose_by_days_as_well(objective):
    table = np.random.default_rng(3).normal(0, 0.01, (120, 9))
    table[:, 4] = 0.005 + 0.0001 * (np.arange(120) % 7)

    assert {one.column for one in go_forward(table, objective, 3, anchored=True, purge=1).folds} == {4}


def test_nothing_is_validated_with_too_few_trades_or_a_low_deflated_sharpe():
    assert judge(Evidence(**GOOD)).validated
    assert judge(Evidence(**GOOD)).reasons == ()
    for refused in (
        {"trades": 29},
        {"deflated": 0.9499},
        {"deflated": None},
        {"deflated": math.nan},
        {"pbo": 0.51},
        {"forward": -0.1},
        {"simulated": True},
        {"over": False},
    ):
        found = judge(Evidence(**{**GOOD, **refused}))
        assert not found.validated and len([one for one in found.reasons if one.refuses]) == 1, refused


def test_what_is_worth_knowing_does_not_refuse():
    found = judge(Evidence(**{**GOOD, "held": 0.9, "chance": 0.5, "plateau": False, "pbo": None, "forward": None}))

    assert found.validated
    assert [one.code for one in found.reasons] == [
        "buy_and_hold",
        "random_entries",
        "needle",
        "no_pbo",
        "no_walk_forward",
    ]
    assert all(one.said % one.facts for one in found.reasons)
