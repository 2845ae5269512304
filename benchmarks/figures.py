"""A figure: what was measured, what it should be, and whether it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One measured number. goal: a sentence such as ">= 100"; holds: whether `value` reaches it."""

    name: str
    value: float
    unit: str
    goal: str
    holds: bool


def at_least(name: str, value: float, unit: str, goal: float) -> Figure:
    """A figure that should be `goal` or more."""
    return Figure(name, _rounded(value), unit, f">= {goal:g}", value >= goal)


def below(name: str, value: float, unit: str, goal: float) -> Figure:
    """A figure that should be less than `goal`."""
    return Figure(name, _rounded(value), unit, f"< {goal:g}", value < goal)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of `values` that `share` of them (0 to 1) do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1_000) * len(ordered) // 1_000) - 1)]


def as_json(figures: Sequence[Figure]) -> str:
    """A list of objects."""
    return json.dumps([asdict(figure) for figure in figures], indent=2)


def as_table(figures: Sequence[Figure]) -> str:
    """A line a figure: name, value, unit, goal, holds."""
    rows = [("name", "value", "unit", "goal", "holds")]
    rows += [(f.name, f"{f.value:,g}", f.unit, f.goal, "yes" if f.holds else "NO") for f in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _rounded(value: float) -> float:
    return float(f"{value:.4g}") if abs(value) < 1_000 else float(round(value))
