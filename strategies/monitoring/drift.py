"""When a bot is no longer what its replay says: two rules over the days that are kept. Pure; floats describe.

BEHIND: the gaps that the market and the exchange answer for, in basis points of the money at work, one a day. Over the
last 30 days, with at least 5: their mean divided by its standard error is below the one-sided bound of Student's t at
`ALPHA`. The spread is taken as at least one basis point, so that days which hardly differ do not alarm over nothing.
The bound is asked anew every day, so that ALPHA is far below what one look would take: on days without drift, as
normal or as fat-tailed as returns are, fewer than one bot in twenty is alarmed within 90 days (tests/strategies).

BELOW: what the trades of the last 30 days really came to is below the 5th percentile of what as many trades, drawn from
those that the replay expected of the same days, come to: a bootstrap of 1,000 draws with a seed, from at least 20.

Days before the last alarm that a person has ended do not count.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np

from cryptouniverse.kernel.market import Floats

DAYS_MAX: Final = 30
DAYS_MIN: Final = 5
TRADES_MIN: Final = 20
DRAWS: Final = 1_000
PERCENTILE: Final = 5
SPREAD_MIN_BPS: Final = 1.0
ALPHA: Final = 0.001
# Student's t at 1 - ALPHA, one side, for 4 to 29 degrees of freedom.
_BOUNDS: Final = (
    *(7.1732, 5.8934, 5.2076, 4.7853, 4.5008, 4.2968, 4.1437, 4.0247, 3.9296, 3.8520, 3.7874, 3.7328, 3.6862),
    *(3.6458, 3.6105, 3.5794, 3.5518, 3.5272, 3.5050, 3.4850, 3.4668, 3.4502, 3.4350, 3.4210, 3.4082, 3.3962),
)


class Rule(enum.StrEnum):
    """Which of the two."""

    BEHIND = "behind"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a bot stands. days, trades: how many count. t: of the gaps, None for too few days; bound: alarm below it.
    came_to, least: quote currency, of the trades as they were and the percentile; None for too few. broken: the rules
    that alarm.
    """

    days: int
    mean_bps: float | None
    t: float | None
    bound: float | None
    trades: int
    came_to: float | None
    least: float | None

    @property
    def broken(self) -> tuple[Rule, ...]:
        """Those that say alarm."""
        behind = self.t is not None and self.bound is not None and self.t < self.bound
        below = self.came_to is not None and self.least is not None and self.came_to < self.least
        return tuple(rule for rule, is_broken in ((Rule.BEHIND, behind), (Rule.BELOW, below)) if is_broken)


def standing(gaps_bps: Sequence[float], expected: Sequence[float], came_to: Sequence[float], *, seed: int) -> Standing:
    """Where these days leave a bot. gaps_bps: one a day, oldest first. expected, came_to: profit of each trade that was
    expected, and what became of it, in the same order.
    """
    gaps = np.asarray(gaps_bps, dtype=np.float64)[-DAYS_MAX:]
    t, bound = _behind(gaps)
    least = _least(np.asarray(expected, dtype=np.float64), seed)
    return Standing(
        days=len(gaps),
        mean_bps=float(gaps.mean()) if len(gaps) else None,
        t=t,
        bound=bound,
        trades=len(expected),
        came_to=None if least is None else float(np.sum(came_to)),
        least=least,
    )


def _behind(gaps: Floats) -> tuple[float | None, float | None]:
    count = len(gaps)
    if count < DAYS_MIN:
        return None, None
    spread = max(float(gaps.std(ddof=1)), SPREAD_MIN_BPS)
    return float(gaps.mean()) / (spread / sqrt(count)), -_BOUNDS[count - DAYS_MIN]


def _least(expected: Floats, seed: int) -> float | None:
    count = len(expected)
    if count < TRADES_MIN:
        return None
    dice = np.random.default_rng([seed, count])
    return float(np.percentile(expected[dice.integers(0, count, (DRAWS, count))].sum(axis=1), PERCENTILE))
