"""One try of a search: what it was, and what it came to. Pure."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from cryptouniverse.kernel.market import Floats
from strategies.lab.search.space import Point


class TrialState(enum.StrEnum):
    """DONE: run to the end. PRUNED: given up on the way, being worse than most were there. FAILED: it raised."""

    DONE = "done"
    PRUNED = "pruned"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Trial:
    """number: from 0 on in its search. point: on the grid. metrics: of the backtest by name, None without a value;
    exposure is left out.

    returns: of each UTC day, as far as it was run. steps: of a search that prunes, the score at each place where it
    looked. hash: of its trades and days, as far as it was run; "" of a failed one. error: why, as `words.said`.
    """

    number: int
    point: Point
    state: TrialState
    metrics: Mapping[str, float | None]
    returns: Floats
    steps: tuple[float, ...] = ()
    hash: str = ""
    error: str = ""


def hash_of(trials: Iterable[Trial]) -> str:
    """SHA-256 over all trials in the order of their numbers: the same search over the same data gives the same one."""
    digest = hashlib.sha256()
    for trial in sorted(trials, key=lambda one: one.number):
        digest.update(f"{trial.number} {trial.point} {trial.state.value} {trial.hash}\n".encode())
    return digest.hexdigest()


def table_of(trials: Iterable[Trial]) -> Floats:
    """The daily returns of trials that were run to the end, a row a day and a column a trial.

    Where nothing was left of the capital, the days after are zero.
    """
    columns = [trial.returns for trial in trials]
    table = np.zeros((max(map(len, columns), default=0), len(columns)))
    for at, column in enumerate(columns):
        table[: len(column), at] = column
    return table
