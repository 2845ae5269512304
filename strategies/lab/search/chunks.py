"""A search in chunks that any worker can do, in any order that the method allows. Pure.

A chunk's trials depend on the search alone, or for TPE also on the trials of the chunks before it less LAG: two workers
can be busy with one search, and whoever does a chunk, when, and how often, it is the same.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from cryptouniverse.kernel.words import gettext_noop as _
from strategies.lab.errors import BadSearch
from strategies.lab.search.evaluating import Ground, evaluate, evaluate_by_stages
from strategies.lab.search.objectives import Objective
from strategies.lab.search.proposing import Proposer
from strategies.lab.search.space import WALK_MAX, Space
from strategies.lab.search.trials import Trial

CHUNK: Final = 20
LAG: Final = 2
SHARES: Final = (0.25, 0.5)  # where a search that prunes looks: what is bad there costs a quarter or three of a run


class Method(enum.StrEnum):
    """How points are chosen. GRID: all of them. RANDOM: drawn by the seed. TPE: proposed by what was found."""

    GRID = "grid"
    RANDOM = "random"
    TPE = "tpe"


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched, how, and for what. trials: how many there are to be, no more than there are points."""

    space: Space
    method: Method
    objectives: tuple[Objective, ...]
    trials: int
    seed: int
    prunes: bool = False

    @property
    def chunks(self) -> int:
        """In how many chunks it is done."""
        return math.ceil(self.trials / CHUNK)

    def numbers(self, chunk: int) -> range:
        """The numbers of a chunk's trials."""
        return range(chunk * CHUNK, min((chunk + 1) * CHUNK, self.trials))

    def waits_for(self, chunk: int) -> range:
        """The chunks whose trials a chunk is made of, and which must be done before it."""
        return range(max(chunk - LAG + 1, 0)) if self.method is Method.TPE else range(0)

    def shares(self) -> tuple[float, ...]:
        """Where trials are looked at on the way."""
        return SHARES if self.prunes and self.method is Method.TPE and len(self.objectives) == 1 else ()


def trials_of(method: Method, space: Space, wanted: int) -> int:
    """How many trials a search will have. Raises BadSearch for none, and for a grid of more points than are wanted."""
    if wanted < 1:
        raise BadSearch(_("A search has at least one trial."))
    if method is Method.GRID and space.raw_size > WALK_MAX:
        raise BadSearch(_GRID_TOO_LARGE, points=space.raw_size, trials=wanted)
    size = space.size()
    if method is Method.GRID and size is not None and size > wanted:
        raise BadSearch(_GRID_TOO_LARGE, points=size, trials=wanted)
    return wanted if size is None else min(wanted, size)


_GRID_TOO_LARGE: Final = _(
    "The grid has %(points)s points, more than %(trials)s trials: narrow the ranges, lengthen the steps, or draw."
)


def work_chunk(
    search: Search,
    ground: Ground,
    chunk: int,
    told: Iterable[Trial] = (),
    *,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> list[Trial]:
    """The trials of one chunk. told: those of the chunks that it waits for, at least. Raises RunCancelled."""
    numbers = search.numbers(chunk)
    if search.method is Method.GRID:
        points: Sequence[tuple[int, ...]] = list(islice(search.space.grid(), numbers.start, numbers.stop))
    elif search.method is Method.RANDOM:
        points = search.space.draws(numbers.stop, seed=search.seed)[numbers.start :]
    else:
        return _proposed(search, ground, chunk, _known(search, chunk, told), is_cancelled)
    return [
        evaluate(ground, number, point, is_cancelled=is_cancelled)
        for number, point in zip(numbers, points, strict=False)
    ]


def _known(search: Search, chunk: int, told: Iterable[Trial]) -> Collection[Trial]:
    before = len(search.waits_for(chunk)) * CHUNK
    return [trial for trial in told if trial.number < before]


def _proposed(
    search: Search, ground: Ground, chunk: int, told: Collection[Trial], is_cancelled: Callable[[], bool]
) -> list[Trial]:
    proposer = Proposer(search.space, search.objectives, told, seed=search.seed, chunk=chunk)
    found = []
    for number in search.numbers(chunk):
        point = proposer.ask()
        if point is None:
            break
        trial = (
            evaluate_by_stages(ground, number, point, search.objectives, proposer.goes_on, is_cancelled=is_cancelled)
            if search.shares()
            else evaluate(ground, number, point, is_cancelled=is_cancelled)
        )
        proposer.tell(trial)
        found.append(trial)
    return found
