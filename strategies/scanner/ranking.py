"""What a record is worth, stated once: the score that ranks, the deflated Sharpe, and the verdict's words. Pure.

The score is the lower 95% bound of the mean result of a trade after costs, in units of what its stop would have cost
(R), by Student's t, with one more trade counted that lost its stop (-1 R). So few trades cannot rank high, whatever
they earned. Trades are taken as independent, which they are not quite: the bound is rather too high than too low.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

import numpy as np

from cryptouniverse.kernel.market import MINOR_PER_UNIT, Floats
from strategies.backtest.engine.metrics import daily_returns, measure
from strategies.backtest.engine.result import Result
from strategies.lab.search.overfitting import Shape, deflated, shape_of
from strategies.lab.search.verdict import Evidence, Verdict, judge
from strategies.scanner.types import SCORE_PLACES, Track

# Student's t, one-sided 95%, for 1 to 30 degrees of freedom (Fisher and Yates, Statistical Tables, table III).
_T95: Final = (
    6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753,
    1.746, 1.740, 1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711, 1.708, 1.706, 1.703, 1.701, 1.699, 1.697,
)  # fmt: skip
_Z95: Final = 1.6448536269514722
_LOST: Final = -1.0
_FAR: Final = 1e6  # R: what a row's column holds with ease


@dataclass(frozen=True, slots=True)
class Trials:
    """How much was tried: trials, how many records; variance, of their daily Sharpe ratios."""

    trials: int
    variance: float


def results_in_r(result: Result) -> Floats:
    """What each closed trade came to after costs, in units of what its stop would have cost; without one, its entry."""
    trades = result.closed
    units = np.array([one.minor_per_tick_step for one in result.instruments], dtype=np.float64)[trades["asset"]]
    risked = np.where(trades["stop_ticks"] > 0, trades["entry_ticks"] - trades["stop_ticks"], trades["entry_ticks"])
    at_risk = np.maximum(np.abs(risked), 1) * trades["steps"] * (units / MINOR_PER_UNIT)
    found: Floats = trades["profit"] / MINOR_PER_UNIT / at_risk
    return found


def score_of(results: Floats) -> float | None:
    """The score of a record's trades, as the module says; None where it has none."""
    if not len(results):
        return None
    counted = np.append(results, _LOST)
    error = float(counted.std(ddof=1)) / math.sqrt(len(counted))
    return float(counted.mean()) - _t95(len(counted) - 1) * error


def track_of(result: Result, held_return: float | None) -> Track:
    """The record of a run. held_return: of buying and holding over the same candles at the same costs."""
    metrics, results, shape = measure(result, exposure=False), results_in_r(result), shape_of(daily_returns(result))
    won = results[results > 0]
    return Track(
        trades=len(results),
        win_rate=metrics["win_rate"].value,
        profit_factor=metrics["profit_factor"].value,
        expectancy_r=float(results.mean()) if len(results) else None,
        winner_r=float(won.mean()) if len(won) else None,
        score=score_of(results),
        sharpe=metrics["sharpe"].value,
        max_drawdown=metrics["max_drawdown"].value,
        total_return=float(metrics["total_return"].value or 0.0),
        held_return=held_return,
        periods=shape.periods if shape else 0,
        sharpe_day=shape.sharpe if shape else None,
        skew=shape.skew if shape else None,
        kurtosis=shape.kurtosis if shape else None,
    )


def trials_of(sharpes: Sequence[float]) -> Trials:
    """How much was tried, from the daily Sharpe ratios of all that has one."""
    return Trials(len(sharpes), float(np.var(sharpes, ddof=1)) if len(sharpes) > 1 else 0.0)


def deflated_of(shape: Shape | None, tried: Trials) -> float | None:
    """The probability that the true Sharpe is above zero although it was chosen among all that were tried."""
    return None if shape is None else deflated(shape, trials=tried.trials, variance=tried.variance)


def verdict_of(
    *, trades: int, deflated_sharpe: float | None, total: float, held: float | None, simulated: bool
) -> Verdict:
    """The lab's verdict on a record: never validated with few trades or a deflated Sharpe below its least.

    What a search alone could say (overfitting, walk-forward, neighbours) is left out: nothing was searched here.
    """
    found = judge(
        Evidence(trades, deflated_sharpe, None, None, total, held, chance=None, plateau=None, simulated=simulated)
    )
    return Verdict(found.validated, tuple(one for one in found.reasons if one.refuses or one.code == "buy_and_hold"))


def rank_of(score: float | None, *ties: str) -> tuple[float, tuple[str, ...]]:
    """What to sort by, best first: the score, none of it last; then the names, so that ties never change places."""
    return (math.inf if score is None else -score), ties


def score_kept(score: float | None) -> Decimal | None:
    """A score as a row keeps it: to four places."""
    if score is None:
        return None
    return Decimal(repr(min(max(score, -_FAR), _FAR))).quantize(SCORE_PLACES, rounding=ROUND_HALF_EVEN)


def _t95(degrees: int) -> float:
    """Student's t, one-sided 95%; beyond the table by its expansion (Abramowitz and Stegun 26.7.5)."""
    if degrees <= len(_T95):
        return _T95[degrees - 1]
    return _Z95 + (_Z95**3 + _Z95) / (4 * degrees)
