"""The frames of this process: one instrument's readings over one UTC day, loaded by one query for all that are missing.

The readings at a slot of day D are those over the candles from the start of D minus H days to that slot, with
H = ceil(4 x warm-up x candle length / day) + 1. They look back only, so measuring the stored day at once gives every
slot the same numbers as measuring candle by candle, in every process.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection

from aiengine.consensus.analysts.frame import Frame, frame_of
from aiengine.consensus.analysts.readings import WARMUP_BARS
from cryptouniverse.kernel.market import DAY_MS, Timeframe
from trading.marketdata.selectors import bars_of_many

FRAMES_MAX = 512
_FrameKey = tuple[str, Timeframe, int]


class FrameShelf:
    """Frames by (instrument, timeframe, day), the latest kept. Closed candles do not change; `forget` if they did."""

    def __init__(self) -> None:
        self._frames: OrderedDict[_FrameKey, Frame] = OrderedDict()

    def frames_at(self, slot_ms: int, instrument_ids: Collection[str], timeframe: Timeframe) -> dict[str, Frame]:
        """The frame of each instrument for the day of `slot_ms`, holding that slot's candle where it is stored."""
        day_ms = slot_ms - slot_ms % DAY_MS
        found = {name: frame for name in instrument_ids if (frame := self._frames.get((name, timeframe, day_ms)))}
        missing = [name for name in instrument_ids if name not in found or found[name].last_ms < slot_ms]
        return found | self._load(day_ms, missing, timeframe) if missing else found

    def forget(self) -> None:
        """Drop every frame: candles that were already closed have changed."""
        self._frames.clear()

    def _load(self, day_ms: int, instrument_ids: Collection[str], timeframe: Timeframe) -> dict[str, Frame]:
        back_days = -(-4 * WARMUP_BARS * timeframe.ms // DAY_MS) + 1
        start_ms = day_ms - back_days * DAY_MS
        bars = bars_of_many(instrument_ids, timeframe, start_ms=start_ms, end_ms=day_ms + DAY_MS)
        loaded = {name: frame_of(bars[name]) for name in instrument_ids}
        for name, frame in loaded.items():
            self._frames[name, timeframe, day_ms] = frame
            self._frames.move_to_end((name, timeframe, day_ms))
        while len(self._frames) > FRAMES_MAX:
            self._frames.popitem(last=False)
        return loaded


shelf = FrameShelf()
