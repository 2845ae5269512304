"""What a strategy knows that it cannot know: later candles, or how long the history is. Pure.

The models are freqtrade's lookahead-analysis and recursive-analysis: run it over everything, run it again over less,
and hold the answers against each other. A strategy that passes has not been proven honest; one that fails is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.beside import NOTHING_BESIDE, Beside
from strategies.catalog.errors import TooFewBars
from strategies.catalog.types import FLAT, Number, Strategy

CUTS = 240
TIMES = (1, 2, 4, 8)
LOADED = 4  # so many warm-ups of history are loaded for a day's signals
TOLERATED = 0.001
_WINDOWS = 24
_SEED = 3


@dataclass(slots=True)
class Changed:
    """Of `checked` signals of a kind, how many were not there yet when their candle had closed."""

    checked: int = 0
    biased: int = 0


@dataclass(slots=True)
class LookAhead:
    """What changed once later candles were known.

    cuts: how often the history was ended early. entries, exits: signals at whose candle it was. candles: those whose
    stance was another one at some cut; first_ms: the open of the first of them, 0 for none. later: how many candles
    after one its stance still changed, at the most. deterministic: whether the same bars gave the same answer.
    """

    cuts: int
    deterministic: bool
    entries: Changed = field(default_factory=Changed)
    exits: Changed = field(default_factory=Changed)
    candles: int = 0
    first_ms: int = 0
    later: int = 0

    @property
    def biased(self) -> bool:
        """Whether it looks ahead, or cannot be trusted not to."""
        return self.candles > 0 or not self.deterministic


@dataclass(frozen=True, slots=True)
class Recursion:
    """How stances depend on where the history begins.

    warmup: bars. early: stances before it. windows, compared: how many stretches of bars, and bars in all, were decided
    again. differing: warm-ups of history before a stretch -> share of its stances that differ from those over all bars.
    """

    warmup: int
    early: int
    windows: int
    compared: int
    differing: Mapping[int, float]

    @property
    def biased(self) -> bool:
        """Whether a bot would be told something else than a backtest was, or a stance came before the warm-up."""
        return self.early > 0 or self.differing[LOADED] > TOLERATED


def look_ahead(
    strategy: Strategy, bars: Bars, parameters: Mapping[str, Number], beside: Beside = NOTHING_BESIDE
) -> LookAhead:
    """Decide on `bars` and on their first k, for k at its signals and at random. parameters: resolved.

    Raises MissingInput, or TooFewBars below four warm-ups of bars.
    """
    _require(bars, 4 * strategy.warmup(parameters))
    whole = strategy.decided(bars, parameters, beside)
    before = np.concatenate(([FLAT], whole[:-1]))
    entered, left = (whole != before) & (whole != FLAT), (whole != before) & (before != FLAT)
    found = LookAhead(0, np.array_equal(whole, strategy.decided(bars, parameters, beside)))
    different = np.zeros(len(bars), dtype=np.bool_)
    for last in _cuts(np.flatnonzero(whole != before), len(bars)):
        known = strategy.decided(bars[: last + 1], parameters, beside[: last + 1])
        other = np.flatnonzero(known != whole[: last + 1])
        different[other] = True
        found.cuts += 1
        found.later = max(found.later, int(last - other[0] + 1) if len(other) else 0)
        for signals, counted in ((entered, found.entries), (left, found.exits)):
            counted.checked += int(signals[last])
            counted.biased += int(signals[last] and known[last] != whole[last])
    found.candles = int(different.sum())
    found.first_ms = int(bars.open_ms[different.argmax()]) if found.candles else 0
    return found


def recursion(
    strategy: Strategy, bars: Bars, parameters: Mapping[str, Number], beside: Beside = NOTHING_BESIDE
) -> Recursion:
    """Decide on stretches of `bars` again, with 1, 2, 4 and 8 warm-ups of history before them. parameters: resolved.

    Raises MissingInput, or TooFewBars below nine warm-ups of bars and a stretch.
    """
    warmup = strategy.warmup(parameters)
    length = max(warmup, 48)
    _require(bars, max(TIMES) * warmup + length + 1)
    whole = strategy.decided(bars, parameters, beside)
    starts = np.unique(np.linspace(max(TIMES) * warmup + 1, len(bars) - length, _WINDOWS).astype(np.int64))
    differing = dict.fromkeys(TIMES, 0)
    for start in starts:
        for times in TIMES:
            window = slice(start - times * warmup, start + length)
            again = strategy.decided(bars[window], parameters, beside[window])[times * warmup :]
            differing[times] += int(np.count_nonzero(again != whole[start : start + length]))
    compared = len(starts) * length
    shares = {times: count / compared for times, count in differing.items()}
    return Recursion(warmup, int(np.count_nonzero(whole[:warmup])), len(starts), compared, shares)


def _cuts(signals: NDArray[np.int64], n: int) -> list[int]:
    """The last bars that are known: of up to half of `CUTS` signals, spread evenly, and of as many others by chance."""
    spread = np.linspace(0, len(signals) - 1, min(len(signals), CUTS // 2)).astype(np.int64)
    others = np.random.default_rng(_SEED).integers(0, n, CUTS // 2)
    return [int(each) for each in np.unique(np.concatenate((signals[spread], others)))]


def _require(bars: Bars, least: int) -> None:
    if len(bars) < least:
        raise TooFewBars(_("%(least)s candles are needed, there are %(count)s."), least=least, count=len(bars))
