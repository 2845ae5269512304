"""Whether the best stands on a plateau or on a needle: what its neighbours on the grid came to. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from cryptouniverse.kernel.market import Floats
from strategies.lab.search.objectives import WORST
from strategies.lab.search.space import Point, Space

REACH: Final = 1  # steps of the grid on each axis


@dataclass(frozen=True, slots=True)
class Plateau:
    """best: its score. neighbours: how many of the points around it were tried, of `around`. mean, least: of their
    scores; None where none was tried or none has a value.
    """

    best: float
    neighbours: int
    around: int
    mean: float | None
    least: float | None


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Scores over two parameters. values: a row for each value of `y`, a column for each of `x`: the best score of all
    trials there, NaN where there is none.
    """

    x: str
    y: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    values: Floats


def plateau_of(space: Space, scores: Mapping[Point, float], best: Point) -> Plateau:
    """The points at most REACH steps from `best` on each axis that the space allows, and what those tried came to."""
    around = [point for point in _around(space, best) if point != best and space.allows(point)]
    met = [scores[point] for point in around if point in scores and scores[point] != WORST]
    return Plateau(
        best=scores[best],
        neighbours=sum(point in scores for point in around),
        around=len(around),
        mean=float(np.mean(met)) if met else None,
        least=float(min(met)) if met else None,
    )


def heat_map(space: Space, scores: Mapping[Point, float], x: str, y: str) -> HeatMap:
    """The best score at each pair of values of two axes. KeyError for a name that is not searched."""
    places = {axis.name: at for at, axis in enumerate(space.axes)}
    across, down = space.axes[places[x]], space.axes[places[y]]
    values = np.full((len(down.values), len(across.values)), np.nan)
    for point, score in scores.items():
        at = point[places[y]], point[places[x]]
        if score != WORST and not values[at] >= score:
            values[at] = score
    return HeatMap(x, y, tuple(map(float, across.values)), tuple(map(float, down.values)), values)


def spread_of(space: Space, scores: Mapping[Point, float]) -> list[str]:
    """The axes' names, those that change the score most first: by the spread of the mean score over their values."""
    met = [(point, score) for point, score in scores.items() if score != WORST]

    def moved(at: int) -> float:
        by_value: dict[int, list[float]] = {}
        for point, score in met:
            by_value.setdefault(point[at], []).append(score)
        means = [float(np.mean(found)) for found in by_value.values()]
        return max(means) - min(means) if means else 0.0

    order: Sequence[int] = sorted(range(len(space.axes)), key=lambda at: (-moved(at), at))
    return [space.axes[at].name for at in order]


def _around(space: Space, best: Point) -> list[Point]:
    found: list[Point] = [()]
    for axis, at in zip(space.axes, best, strict=True):
        near = range(max(at - REACH, 0), min(at + REACH, len(axis.values) - 1) + 1)
        found = [(*point, place) for point in found for place in near]
    return found
