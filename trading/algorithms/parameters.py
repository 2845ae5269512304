"""How the parameters of the algorithms are read from JSON: a value of the right kind within its bounds, or a refusal.

Every refusal says what was wrong, the limit, and the nearest valid value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from cryptouniverse.kernel.market import INT64_MAX
from cryptouniverse.kernel.words import gettext_noop as _
from trading.algorithms.errors import BadAlgorithm
from trading.algorithms.types import PLANNED_MAX, Value

WEIGHT_MAX: Final = 1_000_000_000
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def refuse(parameter: str, limit: object, nearest: object) -> NoReturn:
    """Raise BadAlgorithm: what `parameter` may be, and what is nearest to what was sent."""
    raise BadAlgorithm(
        _("%(parameter)s must be %(limit)s. The nearest valid value is %(nearest)s."),
        parameter=parameter,
        limit=limit if isinstance(limit, str) else str(limit),
        nearest=str(nearest),
    )


def whole_within(name: str, value: Any, least: int, most: int) -> int:
    """`value` if it is a whole number from `least` to `most`. Raises BadAlgorithm; text, true and 5.0 are none."""
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    near = least
    if isinstance(value, int) and not isinstance(value, bool):
        near = min(max(value, least), most)
    refuse(name, f"{least} … {most}", near)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from least to most."""

    name: str
    meaning: str
    least: int
    most: int
    default: int | None = None
    needed: bool = False

    def read(self, value: Any) -> Value:
        """The number. Raises BadAlgorithm."""
        return whole_within(self.name, value, self.least, self.most)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    name: str
    meaning: str
    options: tuple[str, ...]
    default: str
    needed: bool = False

    def read(self, value: Any) -> Value:
        """The word. Raises BadAlgorithm."""
        if not isinstance(value, str) or value not in self.options:
            refuse(self.name, ", ".join(self.options), self.default)
        return value


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of the day, UTC, such as 08:00."""

    name: str
    meaning: str
    default: str | None = None
    needed: bool = False

    def read(self, value: Any) -> Value:
        """The time as it stands. Raises BadAlgorithm."""
        if not isinstance(value, str) or not _CLOCK.fullmatch(value):
            refuse(self.name, "00:00 … 23:59", "00:00")
        return value


@dataclass(frozen=True, slots=True)
class Weights:
    """Whole numbers from 0, not all of them 0; only their proportions count."""

    name: str
    meaning: str
    default: tuple[int, ...] | None = None
    needed: bool = True

    def read(self, value: Any) -> Value:
        """The weights. Raises BadAlgorithm."""
        found = tuple(whole_within(self.name, each, 0, WEIGHT_MAX) for each in _rows(self.name, value))
        if not any(found):
            refuse(self.name, f"1 … {WEIGHT_MAX}", 1)
        return found


@dataclass(frozen=True, slots=True)
class Moments:
    """Pairs of a moment (UTC ms) and a size in steps, the moments rising."""

    name: str
    meaning: str
    default: tuple[tuple[int, int], ...] | None = None
    needed: bool = False

    def read(self, value: Any) -> Value:
        """The pairs. Raises BadAlgorithm."""
        found: list[tuple[int, int]] = []
        for row in _rows(self.name, value):
            if not isinstance(row, Sequence) or isinstance(row, str) or len(row) != 2:
                refuse(self.name, "[[ms, steps], …]", "[[0, 1]]")
            least = found[-1][0] + 1 if found else 0
            found.append(
                (whole_within(self.name, row[0], least, INT64_MAX), whole_within(self.name, row[1], 1, INT64_MAX))
            )
        return tuple(found)


def _rows(name: str, value: Any) -> Sequence[Any]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        refuse(name, f"[1 … {PLANNED_MAX}]", "[1]")
    if not 1 <= len(value) <= PLANNED_MAX:
        refuse(name, f"[1 … {PLANNED_MAX}]", f"[{min(max(len(value), 1), PLANNED_MAX)}]")
    return value
