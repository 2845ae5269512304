"""A frame: the readings of one instrument along its candles, measured once and judged when asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from aiengine.consensus.analysts.conditions import Judgement
from aiengine.consensus.analysts.momentum import MOMENTUM
from aiengine.consensus.analysts.readings import readings_of, single
from aiengine.consensus.analysts.trend import TREND
from aiengine.consensus.analysts.volume import VOLUME
from aiengine.consensus.types import Opinion
from aiengine.providers.types import Question
from cryptouniverse.kernel.market import Bars, Floats, Ints

ANALYSTS = (TREND, MOMENTUM, VOLUME)


@dataclass(slots=True)
class Frame:
    """Readings along rising candle opens (UTC ms); each reading looks back only. questions: those asked before."""

    open_ms: Ints
    readings: dict[str, Floats]
    questions: dict[tuple[str, str, int], Question] = field(default_factory=dict)
    _judged: dict[str, tuple[Judgement, ...]] = field(default_factory=dict)
    _spoken: dict[tuple[str, int], tuple[Opinion, ...]] = field(default_factory=dict)

    @property
    def last_ms(self) -> int:
        """Open of the last candle, -1 where there is none."""
        return int(self.open_ms[-1]) if len(self.open_ms) else -1

    def at(self, slot_ms: int) -> int | None:
        """The index of the candle that opened at `slot_ms`, or None where there is none or it cannot be measured."""
        index = int(np.searchsorted(self.open_ms, slot_ms))
        there = index < len(self.open_ms) and self.open_ms[index] == slot_ms
        return index if there and all(np.isfinite(values[index]) for values in self.readings.values()) else None

    def opinions(self, family: str, index: int) -> tuple[Opinion, ...]:
        """What the analysts say to a long entry of `family` on the candle with that index."""
        if (family, index) not in self._spoken:
            if family not in self._judged:
                self._judged[family] = tuple(analyst.judge(self.readings, family) for analyst in ANALYSTS)
            self._spoken[family, index] = tuple(one.opinion(self.readings, index) for one in self._judged[family])
        return self._spoken[family, index]

    def facts(self, index: int) -> dict[str, float]:
        """The readings of the candle with that index, by name."""
        return {name: float(values[index]) for name, values in self.readings.items()}


def frame_of(bars: Bars) -> Frame:
    """The frame of `bars`, which reach back far enough to warm up."""
    return Frame(bars.open_ms, readings_of(bars))


def opinions_on(facts: Mapping[str, float], family: str) -> tuple[Opinion, ...]:
    """What the analysts say to the readings of one candle, as a record keeps them."""
    readings = single(facts)
    return tuple(analyst.judge(readings, family).opinion(readings, 0) for analyst in ANALYSTS)


def silence(reason: str) -> tuple[Opinion, ...]:
    """All three analysts abstaining for the same reason."""
    return tuple(Opinion(f"rule:{one.name}", "rule", None, None, f"panel.{reason}:", error=reason) for one in ANALYSTS)
