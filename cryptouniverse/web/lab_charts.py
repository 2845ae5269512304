"""The lab's pictures, drawn by the server: geometry only, as SVG numbers. Pure; floats describe and pay nothing."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from cryptouniverse.kernel.market import Floats, Ints
from cryptouniverse.templatetags.figures import figure

WIDTH: Final = 1_000.0
HEIGHT: Final = 240.0
LOW_HEIGHT: Final = 96.0
MARGIN: Final = 8.0
LINES: Final = 5
MAP_MOST: Final = 12


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid: where, in the plot's pixels or in percent of its width, and what stands beside it."""

    place: str
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Paths in a box of WIDTH by height. paths: SVG path data; across: the grid of values; along: of time."""

    height: int
    paths: tuple[str, ...]
    across: tuple[Tick, ...]
    along: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry or exit on the price: in percent of the width and the plot's pixels. kind: entry, exit, stop, target."""

    x: str
    y: str
    kind: str
    told: str


def plot_of(lines: Sequence[tuple[Sequence[int], Sequence[float]]], *, height: float = HEIGHT) -> Plot:
    """Lines (UTC ms, which rise, and as many values) on one scale, each at its own time."""
    low, high = min(min(values) for _, values in lines), max(max(values) for _, values in lines)
    span = (high - low) or abs(high) or 1.0
    first, last = min(at_ms[0] for at_ms, _ in lines), max(at_ms[-1] for at_ms, _ in lines)

    def y(value: float) -> float:
        return height - MARGIN - (value - low) / span * (height - 2 * MARGIN)

    paths = tuple(
        _path([_x(at, first, last) for at in at_ms], [y(value) for value in values]) for at_ms, values in lines
    )
    across = tuple(Tick(f"{y(value):.1f}", short(value)) for value in _nice(low, high))
    return Plot(int(height), paths, across, _along(first, last))


def from_one_start(lines: Sequence[tuple[Sequence[int], Sequence[float]]]) -> Plot:
    """Lines of times that do not meet, each from its own beginning: along them stands how long it is since then."""
    moved = [([at - at_ms[0] for at in at_ms], values) for at_ms, values in lines]
    plot = plot_of(moved)
    last = max(at_ms[-1] for at_ms, _ in moved)
    unit, letter = (86_400_000, "d") if last > 3 * 86_400_000 else (3_600_000, "h")
    along = tuple(
        Tick(tick.place, f"{last * part / 4 / unit:.1f}".removesuffix(".0") + f" {letter}")
        for part, tick in enumerate(plot.along)
    )
    return replace(plot, along=along)


def fall_of(at_ms: Sequence[int], drawdown: Sequence[float]) -> Plot:
    """The drawdown as an area that hangs from above; ratios from 0 up."""
    deepest = max(max(drawdown), 0.01)
    first, last = at_ms[0], at_ms[-1]
    xs = [_x(at, first, last) for at in at_ms]
    ys = [MARGIN + fall / deepest * (LOW_HEIGHT - 2 * MARGIN) for fall in drawdown]
    line = _path(xs, ys)
    area = f"M0 {MARGIN:g}L{line[1:]}L{WIDTH:g} {MARGIN:g}Z"
    places = 1 if deepest < 0.02 else 0
    across = tuple(
        Tick(f"{MARGIN + part * (LOW_HEIGHT - 2 * MARGIN):.1f}", f"−{deepest * part:.{places}%}" if part else "0%")
        for part in (0.0, 0.5, 1.0)
    )
    return Plot(int(LOW_HEIGHT), (area, line), across, _along(first, last))


def marks_of(
    trades: Sequence[tuple[int, float, str, str]], plot: Plot, at_ms: Sequence[int], low: float, high: float
) -> list[Mark]:
    """Entries and exits (UTC ms, price, kind, words) on a plot of prices between low and high."""
    span, first, last = (high - low) or 1.0, at_ms[0], at_ms[-1]
    return [
        Mark(
            f"{_x(at, first, last) / WIDTH * 100:.2f}%",
            f"{plot.height - MARGIN - (price - low) / span * (plot.height - 2 * MARGIN):.1f}",
            kind,
            told,
        )
        for at, price, kind, told in trades
    ]


def thinned(at_ms: Ints, close: Floats, points: int) -> tuple[list[int], list[float]]:
    """At most about `points` of a price line: of each stretch its lowest and its highest close, in their order."""
    import numpy as np

    if len(close) <= points:
        return at_ms.tolist(), close.tolist()
    edges = np.linspace(0, len(close), points // 2 + 1).astype(np.int64)
    rows = sorted(
        {int(a + pick(close[a:b])) for a, b in itertools.pairwise(edges) for pick in (np.argmin, np.argmax)}
        | {0, len(close) - 1}
    )
    return at_ms[rows].tolist(), close[rows].tolist()


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of a map: its value as text, and how deep its colour is, h0 to h5, "none" where nothing was tried."""

    text: str
    kind: str


def gathered(
    xs: Sequence[float], ys: Sequence[float], values: Sequence[Sequence[float | None]]
) -> tuple[list[str], list[str], list[list[float | None]]]:
    """A map of `MAP_MOST` places each way at most: neighbours are one place, with the mean of what is known of them."""
    across, down = _stretches(len(xs)), _stretches(len(ys))
    table = [[_mean([v for row in values[rows] for v in row[columns]]) for columns in across] for rows in down]
    return [_named(xs[columns]) for columns in across], [_named(ys[rows]) for rows in down], table


def _stretches(count: int) -> list[slice]:
    size = -(-count // MAP_MOST)
    return [slice(first, first + size) for first in range(0, count, size)]


def _named(labels: Sequence[float]) -> str:
    return f"{labels[0]:.6g}" if len(labels) == 1 else f"{labels[0]:.6g} – {labels[-1]:.6g}"


def _mean(found: Sequence[float | None]) -> float | None:
    known = [value for value in found if value is not None]
    return sum(known) / len(known) if known else None


def heat_cells(labels: Sequence[str], values: Sequence[Sequence[float | None]]) -> list[tuple[str, list[Cell]]]:
    """Rows of a map with their labels, coloured from the lowest value to the highest."""
    known = [value for row in values for value in row if value is not None]
    low, span = min(known, default=0.0), (max(known, default=0.0) - min(known, default=0.0)) or 1.0
    return [
        (
            label,
            [Cell("", "none") if v is None else Cell(figure(Decimal(v)), f"h{int((v - low) / span * 5)}") for v in row],
        )
        for label, row in zip(labels, values, strict=True)
    ]


def short(value: float) -> str:
    """A value beside a grid line: 12.5k, 3.2M."""
    size = abs(value)
    for least, letter in ((1e9, "B"), (1e6, "M"), (1e4, "k")):
        if size >= least:
            return f"{value / (1e3 if letter == 'k' else least):.4g}{letter}"
    return f"{value:,.0f}" if size >= 100 else f"{value:.4g}"


def _x(at: int, first: int, last: int) -> float:
    return (at - first) / ((last - first) or 1) * WIDTH


def _path(xs: Sequence[float], ys: Sequence[float]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(xs, ys, strict=True))


def _nice(low: float, high: float) -> list[float]:
    """Round values between low and high, LINES of them or so."""
    raw = ((high - low) or abs(high) or 1.0) / LINES
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * times for times in (1, 2, 2.5, 5, 10) if power * times >= raw)
    first = math.ceil(low / step)
    return [number * step for number in range(first, math.floor(high / step) + 1)]


def _along(first: int, last: int) -> tuple[Tick, ...]:
    """Four moments along the time, as days, or hours of a short one."""
    form = "%d %b %Y" if last - first > 3 * 86_400_000 else "%d %b %H:%M"
    moments = [first + (last - first) * part // 4 for part in range(4)]
    return tuple(
        Tick(f"{_x(at, first, last) / WIDTH * 100:.1f}%", datetime.fromtimestamp(at / 1000, UTC).strftime(form))
        for at in moments
    )
