"""What a search is to make as good as it can: metrics of the backtest, and which trial is best by them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import Floats
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.definitions import DEFINITIONS
from strategies.lab.errors import BadSearch

OBJECTIVES: Final = tuple(name for name, one in DEFINITIONS.items() if one.better)
OBJECTIVES_MAX: Final = 4
WORST: Final = -1e300  # what a metric without a value counts as, whichever way is better


@dataclass(frozen=True, slots=True)
class Objective:
    """A metric's name; better: +1 where more is, -1 where less is. least: trades below which a trial counts as worst,
    for two lucky ones make any Sharpe.
    """

    name: str
    better: int
    least: int = 0

    def score(self, value: float | None) -> float:
        """The value turned so that more is better."""
        return WORST if value is None else self.better * value


def read_objectives(names: Sequence[str], *, least: int = 0) -> tuple[Objective, ...]:
    """The objectives of these names, for trials of `least` trades or more.

    Raises BadSearch for one that is no metric, is named twice, or is too many.
    """
    for name in names:
        if name not in OBJECTIVES:
            raise BadSearch(_("%(name)s is no objective; there are %(names)s."), name=name, names=", ".join(OBJECTIVES))
    if not 1 <= len(names) <= OBJECTIVES_MAX or len(set(names)) < len(names):
        raise BadSearch(_("A search has one to %(limit)s different objectives."), limit=OBJECTIVES_MAX)
    return tuple(Objective(name, DEFINITIONS[name].better, least) for name in names)


def scores(objectives: Sequence[Objective], metrics: Mapping[str, float | None]) -> tuple[float, ...]:
    """One number an objective, more being better."""
    closed = metrics.get("trades") or 0
    return tuple(WORST if closed < one.least else one.score(metrics.get(one.name)) for one in objectives)


def whatever(objectives: Sequence[Objective]) -> tuple[Objective, ...]:
    """The same for trials of few trades too: on the way through a range, and where none has more."""
    return tuple(replace(one, least=0) for one in objectives)


def front(table: Floats) -> NDArray[np.bool_]:
    """Which rows no other row dominates: is as good in every column and better in one. table: a row a trial, a column
    an objective, more being better.
    """
    kept = np.ones(len(table), dtype=np.bool_)
    for row in range(len(table)):
        as_good, better = (table >= table[row]).all(axis=1), (table > table[row]).any(axis=1)
        kept[row] = not (as_good & better).any()
    return kept


def best_of(table: Floats) -> int:
    """The row that counts as best: of those on the front, the one with the highest first objective, then second, and so
    on; of equal ones the first.
    """
    rows = np.flatnonzero(front(table))
    return int(min(rows, key=lambda row: (*(-table[row]).tolist(), row)))
