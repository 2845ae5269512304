"""The arrays of a run, packed for its row and read again. Pure."""

from __future__ import annotations

import io
import json
from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import MINOR_PER_UNIT, Floats, Ints
from strategies.backtest.engine.baselines import buy_and_hold
from strategies.backtest.engine.finding.running import trade_told
from strategies.backtest.engine.finding.study import FindingStudy
from strategies.backtest.engine.result import Result


class Point(NamedTuple):
    """One close, or moment of books: UTC ms, equity and what buying and holding would be worth, and how far equity is
    below its peak.
    """

    at: int
    equity: Decimal
    held: Decimal
    drawdown: float


@dataclass(frozen=True, slots=True)
class KeptLine(ABC):
    """Equity by moments, UTC ms, and what buying and holding was worth then, in minor units."""

    equity: Ints
    held: Ints

    @property
    @abstractmethod
    def close_ms(self) -> Ints:
        """When each of them is."""

    def thinned(self, points: int, *, capital: int) -> list[Point]:
        """At most `points` moments, evenly, the first and the last among them."""
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


@dataclass(frozen=True, slots=True)
class KeptArrays(KeptLine):
    """What is kept of a run beside its metrics. Amounts in minor units, times as bars from begin_ms on.

    trades: as `Result.trades`. equity, held: the strategy's and buying and holding's, at each close.
    """

    trades: NDArray[np.void]
    begin_ms: int
    bar_ms: int

    @property
    def close_ms(self) -> Ints:
        """When each bar closes, UTC."""
        return self.begin_ms + self.bar_ms * np.arange(1, len(self.equity) + 1, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class KeptBooks(KeptLine):
    """What is kept of a run over order books. at_ms: of its moments; trades: as `trade_told` tells them."""

    at_ms: Ints
    trades: list[dict[str, Any]]

    @property
    def close_ms(self) -> Ints:
        """When books were seen, UTC."""
        return self.at_ms


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


def packed_books(study: FindingStudy) -> bytes:
    """The line and the trades of a run over order books, compressed."""
    target = io.BytesIO()
    trades = json.dumps([trade_told(trade) for trade in study.ran.trades], separators=(",", ":")).encode()
    np.savez_compressed(
        target,
        at=_steps(study.line.at_ms),
        equity=_steps(study.line.worth),
        held=_steps(study.held.worth),
        told=np.frombuffer(trades, dtype=np.uint8),
    )
    return target.getvalue()


def unpacked(raw: bytes) -> KeptArrays | KeptBooks:
    """What `packed` or `packed_books` wrote."""
    with np.load(io.BytesIO(raw), allow_pickle=False) as kept:
        equity, held = np.cumsum(kept["equity"]), np.cumsum(kept["held"])
        if "told" in kept:
            return KeptBooks(equity, held, np.cumsum(kept["at"]), json.loads(kept["told"].tobytes()))
        begin_ms, bar_ms = (int(number) for number in kept["clock"])
        return KeptArrays(equity, held, kept["trades"], begin_ms, bar_ms)


def _steps(line: Ints) -> Ints:
    """The first value and then the changes, which are small and pack well."""
    return np.diff(line, prepend=line.dtype.type(0))
