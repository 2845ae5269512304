"""What the same trades would have come to in another order, and what other draws of them might have. Pure, by seed.

Shuffling keeps every trade: the end is the same, the way there is not. The bootstrap draws as many trades with
replacement: the end differs too. Trades are taken one after the other, each with its return on the equity before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from cryptouniverse.kernel.market import Floats

RUNS: Final = 1_000
QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
_PIECE: Final = 2_000_000  # numbers that are held at once


@dataclass(frozen=True, slots=True)
class Spread:
    """Quantiles of QUANTILES. drawdown: the largest fall from a peak, as a ratio. end: equity over the capital.
    ruined: the share of runs that lost more than half of the capital at some time.
    """

    drawdown: tuple[float, ...]
    end: tuple[float, ...]
    ruined: float


@dataclass(frozen=True, slots=True)
class MonteCarlo:
    """as_it_was: the drawdown of the trades in their own order. worse: the share of shuffles with a larger one."""

    runs: int
    trades: int
    as_it_was: float
    worse: float
    shuffled: Spread
    drawn: Spread


def monte_carlo(returns: Floats, *, seed: int, runs: int = RUNS) -> MonteCarlo | None:
    """Shuffles and bootstrap of the trades' returns. None for fewer than two trades."""
    count = len(returns)
    if count < 2:
        return None
    dice = np.random.default_rng([seed, count])
    shuffled, drawn = [], []
    step = max(_PIECE // count, 1)
    for begin in range(0, runs, step):
        size = (min(step, runs - begin), count)
        shuffled.append(_ways(dice.permuted(np.broadcast_to(returns, size), axis=1)))
        drawn.append(_ways(returns[dice.integers(0, count, size)]))
    mine = _ways(returns[None])[0][0]
    deepest = np.concatenate([way[0] for way in shuffled])
    return MonteCarlo(
        runs=runs,
        trades=count,
        as_it_was=float(mine),
        worse=float((deepest > mine + 1e-12).mean()),
        shuffled=_spread(shuffled),
        drawn=_spread(drawn),
    )


def _ways(table: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each row of returns: the largest drawdown, the end, and the lowest point, in parts of the capital."""
    equity = np.asarray(np.cumprod(np.maximum(1.0 + table, 0.0), axis=1), dtype=np.float64)
    peak = np.maximum(np.maximum.accumulate(equity, axis=1), 1)
    return ((peak - equity) / peak).max(axis=1), equity[:, -1], equity.min(axis=1)


def _spread(ways: list[tuple[Floats, Floats, Floats]]) -> Spread:
    deepest, ends, lowest = (np.concatenate(column) for column in zip(*ways, strict=True))
    return Spread(
        drawdown=tuple(float(found) for found in np.quantile(deepest, QUANTILES)),
        end=tuple(float(found) for found in np.quantile(ends, QUANTILES)),
        ruined=float((lowest < 0.5).mean()),
    )
