"""Chosen on some days, looked at on others: walk-forward and cross-validation over the daily returns of all trials.

A trial does not learn, so that a run over the whole range holds what it did in every part of it; choosing is done anew
for every part, by what was known there. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from cryptouniverse.kernel.market import Floats
from strategies.backtest.engine.metrics import YEAR_DAYS
from strategies.lab.search.folds import Days, Fold, combinatorial, paths, purged_k_fold, walk_forward
from strategies.lab.search.overfitting import sharpe_of

_STILL: Final = 1e-12
_LEAST: Final = 1e-4  # a fall that is less counts as this: a short part may have none
_YEAR: Final = math.sqrt(YEAR_DAYS)


@dataclass(frozen=True, slots=True)
class Tested:
    """One fold: which column was chosen on `train`, its Sharpe a year there and on `test`, and its return there."""

    train: Days
    test: Days
    column: int
    inside: float
    outside: float
    total: float


@dataclass(frozen=True, slots=True)
class Forward:
    """folds: in their order. sharpe: a year, of all tested days. total: their return. efficiency: the mean day of the
    tests over the mean day that was chosen for (Pardo 2008); None where the latter is not above zero.
    """

    folds: tuple[Tested, ...]
    sharpe: float
    total: float
    efficiency: float | None


@dataclass(frozen=True, slots=True)
class CrossValidated:
    """folds: each part tested once, chosen on the others, purged. mean: of their Sharpe ratios a year. paths: Sharpe a
    year of each way through the whole range that combinatorial splits give, rising.
    """

    folds: tuple[Tested, ...]
    mean: float
    paths: tuple[float, ...]


def judged_by(objective: str) -> str:
    """The metric by which a part is chosen on: the objective where it can be told from days, else the Sharpe."""
    return objective if objective in _OF_DAYS else "sharpe"


def go_forward(table: Floats, objective: str, folds: int, *, anchored: bool, purge: int) -> Forward:
    """Walk-forward. table: daily returns, a row a day and a column a trial. Raises BadSearch for too few days."""
    tested = [_test(table, objective, one) for one in walk_forward(len(table), folds, anchored=anchored, purge=purge)]
    after = np.concatenate([table[one.test, one.column] for one in tested])
    chosen_for = float(np.mean([table[one.train, one.column].mean() for one in tested]))
    return Forward(
        folds=tuple(tested),
        sharpe=float(sharpe_of(after[:, None])[0]) * _YEAR,
        total=_total(after),
        efficiency=float(after.mean()) / chosen_for if chosen_for > _STILL else None,
    )


def cross_validate(
    table: Floats, objective: str, *, parts: int, tested: int, purge: int, embargo: int
) -> CrossValidated:
    """Purged k-fold and combinatorially purged cross-validation over `parts`. Raises BadSearch for too few days."""
    once = [_test(table, objective, one) for one in purged_k_fold(len(table), parts, purge=purge, embargo=embargo)]
    splits = combinatorial(len(table), parts, tested, purge=purge, embargo=embargo)
    chosen = [_choose(table, objective, split) for split in splits]
    days = [fold.test for fold in once]
    ways = [
        np.concatenate([table[days[part], chosen[at]] for part, at in enumerate(path)]) for path in paths(parts, tested)
    ]
    return CrossValidated(
        folds=tuple(once),
        mean=float(np.mean([one.outside for one in once])),
        paths=tuple(sorted(float(sharpe_of(way[:, None])[0]) * _YEAR for way in ways)),
    )


def _choose(table: Floats, objective: str, fold: Fold) -> int:
    return int(_OF_DAYS[judged_by(objective)](table[fold.train]).argmax())


def _test(table: Floats, objective: str, fold: Fold) -> Tested:
    column = _choose(table, objective, fold)
    before, after = table[fold.train, column], table[fold.test, column]
    inside, outside = (float(sharpe_of(part[:, None])[0]) * _YEAR for part in (before, after))
    return Tested(fold.train, fold.test, column, inside, outside, _total(after))


def _total(returns: Floats) -> float:
    return float(np.prod(1 + returns)) - 1


def _growth(table: Floats) -> Floats:
    grown: Floats = np.prod(1 + table, axis=0) - 1
    return grown


def _calm(table: Floats) -> Floats:
    return -np.asarray(table.std(axis=0, ddof=1))


def _sortino(table: Floats) -> Floats:
    fall = np.sqrt((np.minimum(table, 0) ** 2).sum(axis=0) / len(table))
    found: Floats = table.mean(axis=0) / np.maximum(fall, _LEAST)
    return found


def _shallow(table: Floats) -> Floats:
    equity = np.cumprod(1 + table, axis=0)
    peak = np.maximum(np.maximum.accumulate(equity, axis=0), 1)
    return -np.asarray(((peak - equity) / peak).max(axis=0))


def _calmar(table: Floats) -> Floats:
    found: Floats = _growth(table) / np.maximum(-_shallow(table), _LEAST)
    return found


_OF_DAYS: Final[dict[str, Callable[[Floats], Floats]]] = {  # more is better in each
    "sharpe": sharpe_of,
    "sortino": _sortino,
    "total_return": _growth,
    "profit": _growth,
    "cagr": _growth,
    "volatility": _calm,
    "max_drawdown": _shallow,
    "calmar": _calmar,
}
