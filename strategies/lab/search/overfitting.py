"""How much of a result is due to having tried much. Pure; Sharpe ratios here are of one period (a day), not of a year.

Bailey and López de Prado, The Sharpe Ratio Efficient Frontier, Journal of Risk 15(2), 2012 (PSR, minimum track
record); The Deflated Sharpe Ratio, Journal of Portfolio Management 40(5), 2014; Bailey, Borwein, López de Prado and
Zhu, The Probability of Backtest Overfitting, Journal of Computational Finance 20(4), 2017. Kurtosis is not excess: 3
for a bell curve.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import Floats

EULER: Final = 0.5772156649015329
_NORMAL: Final = NormalDist()
_STILL: Final = 1e-12
_PIECE: Final = 4_000_000  # numbers that are held at once


@dataclass(frozen=True, slots=True)
class Shape:
    """A series of returns as the formulas take it. sharpe: of one period, sample deviation. kurtosis: not excess."""

    periods: int
    sharpe: float
    skew: float
    kurtosis: float


@dataclass(frozen=True, slots=True)
class Overfit:
    """pbo: the share of splits in which the best of one half is below the median of the other. logits: of its rank
    there, one a split. slope: of a line through (Sharpe in the one half, in the other) of the chosen; below zero, what
    looked better did worse. lost: the share of splits in which the chosen lost in the other half.
    """

    pbo: float
    logits: Floats
    slope: float | None
    lost: float
    splits: int


def shape_of(returns: Floats) -> Shape | None:
    """The shape of a series; None for fewer than two returns, or such as do not vary."""
    if len(returns) < 2 or (spread := float(returns.std(ddof=1))) < _STILL:
        return None
    standard = (returns - returns.mean()) / returns.std()
    return Shape(len(returns), float(returns.mean()) / spread, float((standard**3).mean()), float((standard**4).mean()))


def probabilistic(shape: Shape, benchmark: float = 0.0) -> float | None:
    """The probability that the true Sharpe is above `benchmark` (2012, eq. 9); None for a shape it is not made for."""
    spread = _spread(shape)
    if spread is None:
        return None
    return _NORMAL.cdf((shape.sharpe - benchmark) * math.sqrt(shape.periods - 1) / spread)


def expected_maximum(trials: int, variance: float) -> float:
    """The Sharpe that the best of `trials` worthless ones is expected to show, `variance` being that of their Sharpe
    ratios (2014, eq. 1): √V · ((1 − γ)·Φ⁻¹(1 − 1/N) + γ·Φ⁻¹(1 − 1/(N·e))). 0 for one trial.
    """
    if trials < 2:
        return 0.0
    first, second = _NORMAL.inv_cdf(1 - 1 / trials), _NORMAL.inv_cdf(1 - 1 / (trials * math.e))
    return math.sqrt(variance) * ((1 - EULER) * first + EULER * second)


def deflated(shape: Shape, *, trials: int, variance: float) -> float | None:
    """The probability that the true Sharpe is above zero although the best of `trials` was chosen (2014, eq. 2)."""
    return probabilistic(shape, expected_maximum(trials, variance))


def minimum_track_record(shape: Shape, *, benchmark: float = 0.0, confidence: float = 0.95) -> float | None:
    """How many periods it takes until PSR reaches `confidence` (2012, eq. 11); None where the Sharpe is not above."""
    spread = _spread(shape)
    if spread is None or shape.sharpe <= benchmark:
        return None
    return 1 + spread**2 * (_NORMAL.inv_cdf(confidence) / (shape.sharpe - benchmark)) ** 2


def probability_of_overfitting(table: Floats, *, blocks: int = 16) -> Overfit | None:
    """Combinatorially symmetric cross-validation (2017, algorithm 2.3) by the Sharpe ratio.

    table: returns, a row a period and a column a trial. blocks: an even number of parts of the periods; half of them
    are the sample and the rest the test, in every combination. A first few periods that do not fill a part are left
    out. None for fewer than two trials or two periods a part.
    """
    each = len(table) // blocks
    if table.shape[1] < 2 or each < 2:
        return None
    parts = table[len(table) - each * blocks :].reshape(blocks, each, -1).astype(np.float64)
    sums, squares = parts.sum(axis=1), (parts**2).sum(axis=1)
    picks = np.zeros((math.comb(blocks, blocks // 2), blocks))
    for row, chosen in enumerate(itertools.combinations(range(blocks), blocks // 2)):
        picks[row, chosen] = 1
    periods = each * blocks // 2
    step = max(_PIECE // table.shape[1], 1)
    found = [_chosen(picks[at : at + step], sums, squares, periods) for at in range(0, len(picks), step)]
    inside, outside, ranks = (np.concatenate(column) for column in zip(*found, strict=True))
    logits = np.log(ranks / (1 - ranks))
    varied = len(inside) > 1 and float(inside.std()) > _STILL
    slope = float(np.polyfit(inside, outside, 1)[0]) if varied else None
    return Overfit(float((logits <= 0).mean()), logits, slope, float((outside < 0).mean()), len(picks))


def sharpe_of(table: Floats) -> Floats:
    """The Sharpe of each column, 0 where it does not vary."""
    return _sharpe(table.sum(axis=0), (table**2).sum(axis=0), len(table))


def _chosen(picks: Floats, sums: Floats, squares: Floats, periods: int) -> tuple[Floats, Floats, Floats]:
    """Of each split: the chosen one's Sharpe in the sample and in the test, and its rank there, above 0 and below 1."""
    inside = _sharpe(picks @ sums, picks @ squares, periods)
    outside = _sharpe((1 - picks) @ sums, (1 - picks) @ squares, periods)
    best, row = inside.argmax(axis=1), np.arange(len(picks))
    met = outside[row, best]
    below, same = (outside < met[:, None]).sum(axis=1), (outside == met[:, None]).sum(axis=1)
    rank = below + (same + 1) / 2  # of equal ones the mean rank
    return inside[row, best], met, rank / (outside.shape[1] + 1)


def _sharpe(sums: Floats, squares: Floats, periods: int) -> Floats:
    mean = sums / periods
    variance = (squares - sums * mean) / (periods - 1)
    still = variance < _STILL**2 + 1e-15 * squares
    found: NDArray[np.float64] = np.where(still, 0.0, mean / np.sqrt(np.where(still, 1.0, variance)))
    return found


def _spread(shape: Shape) -> float | None:
    """√(1 − γ₃·S + (γ₄ − 1)/4·S²): how much wider than a bell curve's the error of the Sharpe is."""
    inside = 1 - shape.skew * shape.sharpe + (shape.kurtosis - 1) / 4 * shape.sharpe**2
    return math.sqrt(inside) if inside > 0 else None
