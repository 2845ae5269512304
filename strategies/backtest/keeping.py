"""The arrays of a run, packed for its row and read again. Pure."""

from __future__ import annotations

import io
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import MINOR_PER_UNIT, Floats, Ints
from strategies.backtest.engine.baselines import buy_and_hold
from strategies.backtest.engine.result import Result


class Point(NamedTuple):
    """One close: UTC ms, equity and what buying and holding would be worth, and how far equity is below its peak."""

    at: int
    equity: Decimal
    held: Decimal
    drawdown: float


@dataclass(frozen=True, slots=True)
class KeptArrays:
    """What is kept of a run beside its metrics. Amounts in minor units, times as bars from begin_ms on.

    trades: as `Result.trades`. equity, held: the strategy's and buying and holding's, at each close.
    """

    trades: NDArray[np.void]
    equity: Ints
    held: Ints
    begin_ms: int
    bar_ms: int

    @property
    def close_ms(self) -> Ints:
        """When each bar closes, UTC."""
        return self.begin_ms + self.bar_ms * np.arange(1, len(self.equity) + 1, dtype=np.int64)

    def thinned(self, points: int, *, capital: int) -> list[Point]:
        """At most `points` closes, evenly, the first and the last among them."""
        count = len(self.equity)
        rows = np.unique(np.linspace(0, count - 1, min(points, count)).round().astype(np.int64))
        columns = (self.close_ms, self.equity, self.held, self.drawdown(capital))
        return [
            Point(at, Decimal(equity) / MINOR_PER_UNIT, Decimal(held) / MINOR_PER_UNIT, fall)
            for at, equity, held, fall in zip(*(column[rows].tolist() for column in columns), strict=True)
        ]

    def drawdown(self, capital: int) -> Floats:
        """How far equity is below its peak, as a ratio of it; the first peak is the capital."""
        peak = np.maximum(np.maximum.accumulate(self.equity), capital)
        return (peak - self.equity) / peak


def packed(result: Result) -> bytes:
    """The arrays of a result, compressed."""
    target = io.BytesIO()
    np.savez_compressed(
        target,
        trades=result.trades,
        equity=_steps(result.equity),
        held=_steps(buy_and_hold(result).equity),
        clock=np.array([result.markets.begin_ms, result.markets.timeframe.ms], dtype=np.int64),
    )
    return target.getvalue()


def unpacked(raw: bytes) -> KeptArrays:
    """What `packed` wrote."""
    with np.load(io.BytesIO(raw), allow_pickle=False) as kept:
        begin_ms, bar_ms = (int(number) for number in kept["clock"])
        return KeptArrays(kept["trades"], np.cumsum(kept["equity"]), np.cumsum(kept["held"]), begin_ms, bar_ms)


def _steps(line: Ints) -> Ints:
    """The first value and then the changes, which are small and pack well."""
    return np.diff(line, prepend=line.dtype.type(0))
