"""Small pictures drawn by the server: geometry only, as SVG numbers. Pure; floats describe here and pay nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 72.0, 22.0, 3.0
BANDS = 6


@dataclass(frozen=True, slots=True)
class Spark:
    """A line of the last prices. path: SVG path in a 72 by 22 box; base_y: where it began; rising: +1, 0, -1."""

    path: str
    base_y: str
    rising: int
    change_pct: Decimal


@dataclass(frozen=True, slots=True)
class Range:
    """Stop to target on one line, in percent of its width. The run goes from entry to mark, left to right."""

    entry: str
    mark: str
    run_from: str
    run_to: str
    gain: bool
    left: Decimal
    right: Decimal


@dataclass(frozen=True, slots=True)
class Band:
    """A piece of the allocation bar: where it starts and how wide it is, in percent, and its colour, 1 to 6."""

    x: str
    width: str
    colour: int


def spark_of(closes: Sequence[float]) -> Spark | None:
    """The sparkline of closing prices, oldest first; None for fewer than two."""
    if len(closes) < 2:
        return None
    low, high = min(closes), max(closes)
    span = (high - low) or 1.0
    dx = SPARK_WIDTH / (len(closes) - 1)
    usable = SPARK_HEIGHT - 2 * SPARK_MARGIN
    ys = [SPARK_HEIGHT - SPARK_MARGIN - (price - low) / span * usable for price in closes]
    points = [f"{round(i * dx, 1):g} {round(y, 1):g}" for i, y in enumerate(ys)]
    change = Decimal(str(round((closes[-1] / closes[0] - 1) * 100, 2))) if closes[0] else Decimal(0)
    return Spark("M" + "L".join(points), f"{ys[0]:.1f}", (change > 0) - (change < 0), change)


def range_of(*, entry: Decimal, mark: Decimal, stop: Decimal | None, target: Decimal | None) -> Range | None:
    """Where entry and mark lie between stop (left) and target (right); None unless both are set and differ."""
    if stop is None or target is None or stop == target:
        return None

    def place(price: Decimal) -> Decimal:
        return min(max((price - stop) / (target - stop) * 98 + 1, Decimal(1)), Decimal(99))

    at_entry, at_mark = place(entry), place(mark)
    left, right = sorted((at_entry, at_mark))
    return Range(
        f"{at_entry:.1f}%", f"{at_mark:.1f}%", f"{left:.1f}%", f"{right:.1f}%", at_mark > at_entry, stop, target
    )


def bands_of(shares_pct: Sequence[Decimal]) -> list[Band]:
    """Pieces of one bar for these shares (percent of the whole), in order, with small gaps between."""
    gap = Decimal("0.5")
    room = Decimal(100) - gap * max(len(shares_pct) - 1, 0)
    whole = sum(shares_pct, Decimal(0)) or Decimal(1)
    bands, x = [], Decimal(0)
    for number, share in enumerate(shares_pct, start=1):
        width = max(share / whole * room, Decimal(0))
        bands.append(Band(f"{x:.2f}%", f"{width:.2f}%", min(number, BANDS)))
        x += width + gap
    return bands
