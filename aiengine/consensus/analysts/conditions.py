"""What the three analysts share: readings become strengths, strengths become votes. Pure, vectorised, deterministic."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from aiengine.consensus.types import Opinion, Vote
from cryptouniverse.kernel.market import Floats

Readings = Mapping[str, Floats]
Flags = NDArray[np.bool_]

BUY_STRENGTH_MIN = 0.4
_TEN_THOUSAND = 10_000
_HOLD, _BUY, _SELL, _ABSTAIN = 0, 1, -1, 9
_VOTES = {_HOLD: Vote.HOLD, _BUY: Vote.BUY, _SELL: Vote.SELL}
_WORDS = {_HOLD: "doubts", _BUY: "agrees", _SELL: "objects", _ABSTAIN: "abstains"}


@dataclass(frozen=True, slots=True)
class Condition:
    """One measured condition: strength 0 at `nothing`, 1 at `full` (either may be the larger), linear between."""

    reading: str
    nothing: float
    full: float
    share: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """Votes of one analyst along a frame. votes: int8 codes; confidence: int64, in ten-thousandths, 5000 to 9900."""

    voter: str
    shown: tuple[str, ...]
    votes: NDArray[np.int8]
    confidence: NDArray[np.int64]

    def opinion(self, readings: Readings, at: int) -> Opinion:
        """The opinion on the bar with index `at`."""
        code = int(self.votes[at])
        facts = ",".join(f"{name}={float(readings[name][at]):g}" for name in self.shown)
        reason = f"{self.voter}.{_WORDS[code]}:{facts}"
        if code == _ABSTAIN:
            return Opinion(f"rule:{self.voter}", "rule", None, None, reason, error="nothing_to_say")
        confidence = Decimal(int(self.confidence[at])).scaleb(-4)
        return Opinion(f"rule:{self.voter}", "rule", _VOTES[code], confidence, reason)


@dataclass(frozen=True, slots=True)
class Analyst:
    """A rule-based voter that judges whether a proposed long entry has its family's conditions.

    conditions: family -> weighted conditions, shares adding to 1; a family that is not named gets an abstention.
    objects: where it would rather sell. silent: where its method has nothing to say. shown: readings it explains with.
    """

    name: str
    shown: tuple[str, ...]
    conditions: Mapping[str, Sequence[Condition]]
    objects: Callable[[Readings, str], Flags]
    silent: Callable[[Readings], Flags]

    def judge(self, readings: Readings, family: str) -> Judgement:
        """Its votes on a long entry of `family` at each bar of `readings` (equal-length float arrays).

        Before warm-up readings are NaN, and its votes there mean nothing.
        """
        length = len(readings[self.shown[0]])
        if family not in self.conditions:
            votes, strength = np.full(length, _ABSTAIN, np.int8), np.zeros(length)
        else:
            strength = strength_of(readings, self.conditions[family])
            votes = np.where(strength >= BUY_STRENGTH_MIN, _BUY, _HOLD).astype(np.int8)
            objects = self.objects(readings, family)
            votes[objects] = _SELL
            strength = np.where(objects, 0.0, strength)
            votes[self.silent(readings)] = _ABSTAIN
        sure = np.nan_to_num(np.where(votes == _BUY, strength, 1.0 - strength))
        confidence = np.rint((0.5 + 0.49 * sure) * _TEN_THOUSAND).astype(np.int64)
        return Judgement(self.name, self.shown, votes, confidence)


def strength_of(readings: Readings, conditions: Sequence[Condition]) -> Floats:
    """The weighted mean of the conditions' strengths, 0 to 1."""
    total = np.zeros(len(readings[conditions[0].reading]))
    for one in conditions:
        total += one.share * np.clip((readings[one.reading] - one.nothing) / (one.full - one.nothing), 0.0, 1.0)
    return total
