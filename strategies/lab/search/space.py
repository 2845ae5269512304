"""What a search may try: a grid made of a strategy's parameters. Pure.

Every method walks the same grid: a trial is a point of it, whole numbers from 0 on, one for each axis. So a point has
neighbours, whichever method found it, and two trials are the same or they are not.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.errors import BadParameter
from strategies.catalog.types import Number, Parameter, Strategy
from strategies.lab.errors import BadSearch

WALK_MAX: Final = 20_000  # points that are counted one by one
_BOUNDS: Final = ("low", "high", "step")
Point = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """One parameter that is searched, with the values that are tried, rising."""

    name: str
    values: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Space:
    """The grid of a strategy. axes: in the order of its parameters. fixed: the parameters that stay as they are."""

    strategy: Strategy
    axes: tuple[Axis, ...]
    fixed: Mapping[str, Number]

    @property
    def raw_size(self) -> int:
        """All combinations, those included that the strategy's rule refuses."""
        return math.prod(len(axis.values) for axis in self.axes)

    def size(self) -> int | None:
        """How many points may be tried; None where there are more than WALK_MAX combinations to count."""
        return sum(1 for _point in self.grid()) if self.raw_size <= WALK_MAX else None

    def parameters(self, point: Point) -> dict[str, Number]:
        """All parameters of the strategy at a point."""
        found = dict(self.fixed)
        found.update((axis.name, axis.values[at]) for axis, at in zip(self.axes, point, strict=True))
        return {parameter.name: found[parameter.name] for parameter in self.strategy.parameters}

    def allows(self, point: Point) -> bool:
        """Whether the strategy takes these parameters together."""
        rule = self.strategy.rule
        return rule is None or rule(self.parameters(point)) is None

    def grid(self) -> Iterator[Point]:
        """Every point that may be tried, the last axis turning fastest."""
        every = itertools.product(*(range(len(axis.values)) for axis in self.axes))
        return (point for point in every if self.allows(point))

    def draws(self, count: int, *, seed: int) -> list[Point]:
        """`count` different points in an order that the seed decides; fewer where there are no more."""
        dice = np.random.default_rng(seed)
        if self.raw_size <= WALK_MAX:
            every = list(self.grid())
            return [every[at] for at in dice.permutation(len(every))[:count]]
        found: dict[Point, None] = {}
        lengths = [len(axis.values) for axis in self.axes]
        for _try in range(50):
            for row in dice.integers(0, lengths, (count, len(lengths))).tolist():
                if len(found) < count and (point := tuple(row)) not in found and self.allows(point):
                    found[point] = None
            if len(found) == count:
                break
        return list(found)

    def warmup(self) -> int:
        """Bars before the first stance, at the corner of the grid that needs most of them."""
        corners = itertools.product(*({0, len(axis.values) - 1} for axis in self.axes))
        return max(self.strategy.warmup(self.parameters(corner)) for corner in corners)


def read_space(
    strategy: Strategy, ranges: Mapping[str, Mapping[str, object]], fixed: Mapping[str, object] | None = None
) -> Space:
    """The grid of a strategy.

    ranges: what is searched, by name, with any of low, high and step where it is to be narrower than the parameter's
    own. Nothing named: every parameter that `fixed` does not name is searched. fixed: the others, defaults left out.
    Raises BadParameter, BadSearch.
    """
    said = dict(fixed or {})
    known = {parameter.name: parameter for parameter in strategy.parameters}
    if unknown := sorted((set(said) | set(ranges)) - set(known)):
        strategy.resolve({unknown[0]: None})
    if both := sorted(set(ranges) & set(said)):
        raise BadSearch(_("%(parameter)s is either searched or fixed, not both."), parameter=both[0])
    wanted = dict(ranges) or {name: {} for name in known if name not in said}
    axes = tuple(_axis(known[name], wanted[name]) for name in known if name in wanted)
    if not axes:
        raise BadSearch(_("There is nothing to search: %(strategy)s has no parameter left."), strategy=strategy.name)
    rest = {name: one.read(said.get(name, one.default), refusal=BadParameter) for name, one in known.items()}
    space = Space(strategy, axes, {name: value for name, value in rest.items() if name not in wanted})
    if space.raw_size <= WALK_MAX and next(space.grid(), None) is None:
        raise BadSearch(_("%(strategy)s takes none of these parameters together."), strategy=strategy.name)
    return space


def _axis(parameter: Parameter, said: Mapping[str, Any]) -> Axis:
    if unknown := sorted(set(said) - set(_BOUNDS)):
        raise BadSearch(_("A range has low, high and step, not %(name)s."), name=unknown[0])
    if not said:
        return Axis(parameter.name, parameter.grid())
    numbers = {name: said[name] for name in _BOUNDS if said.get(name) is not None}
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise BadSearch(_("%(bound)s of %(parameter)s must be a number."), bound=name, parameter=parameter.name)
    low, high = numbers.get("low", parameter.low), numbers.get("high", parameter.high)
    step = numbers.get("step", parameter.step or (1 if parameter.kind is int else (high - low) / 10 or 1))
    facts = {"parameter": parameter.name, "low": parameter.low, "high": parameter.high}
    if not parameter.low <= low <= high <= parameter.high:
        raise BadSearch(_("%(parameter)s can be searched from %(low)s to %(high)s, low before high."), **facts)
    if step <= 0 or (parameter.kind is int and any(number != int(number) for number in (low, high, step))):
        raise BadSearch(_("%(parameter)s: a step is above zero, and whole where the parameter is."), **facts)
    count = int((high - low) / step + 1e-9) + 1
    if count > WALK_MAX:
        raise BadSearch(_("%(parameter)s: take a longer step."), **facts)
    return Axis(parameter.name, tuple(parameter.kind(round(low + step * k, 10)) for k in range(count)))
