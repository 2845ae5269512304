"""A day of one strategy on one instrument, decided in one go, and the few slots of it at which something is asked for.

The day-anchored rule: the stance at a slot of UTC day D is what `decide` says over the bars from `history_days` before
D up to that slot. Where the bars begin depends on the day alone and not on when the process was started, so that a
restart changes no digit; and because no strategy looks ahead, one call over the day answers all its slots. Pure.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cryptouniverse.kernel.market import DAY_MS, Bars, Timeframe
from strategies.catalog.types import LONG, Strategy
from strategies.signals.types import Action


@dataclass(frozen=True, slots=True)
class Frame:
    """What one day of bars asks for.

    last_ms: open of its last bar, 0 without bars; slots up to it are answered. fingerprint: of the bars decided on.
    read_s: when the bars were last read, in the process's monotonic seconds. actions: as `actions_of` gives them.
    """

    last_ms: int
    fingerprint: int
    read_s: float
    actions: Mapping[int, Action]


def day_of(slot_ms: int) -> int:
    """The start, UTC ms, of the day that `slot_ms` lies in."""
    return slot_ms - slot_ms % DAY_MS


def history_days(warmup: int, timeframe: Timeframe) -> int:
    """How many days before the day its bars begin: four warm-ups, and a day to spare."""
    return -(-4 * warmup * timeframe.ms // DAY_MS) + 1


def fingerprint_of(bars: Bars) -> int:
    """A checksum of all that a strategy can see of `bars`."""
    columns = (bars.open_ms, bars.open, bars.high, bars.low, bars.close, bars.volume, bars.filled)
    checksum = len(bars)
    for column in columns:
        checksum = zlib.crc32(column.tobytes(), checksum)
    return checksum


def actions_of(
    strategy: Strategy, parameters: Mapping[str, int | float], bars: Bars, *, day_ms: int
) -> dict[int, Action]:
    """Slot (open_ms) -> what is asked for once that candle has closed, for the day that starts at `day_ms`.

    parameters: resolved. bars: from `history_days` before the day to the end of what is known of it. Slots that are not
    named ask for nothing; so does a bar that was invented to fill a gap, for nothing traded.
    """
    if not len(bars):
        return {}
    long = strategy.decided(bars, parameters) == LONG  # bots are spot: short is flat for them
    before = np.concatenate(([False], long[:-1]))
    changed = np.flatnonzero((long != before) & (bars.open_ms >= day_ms) & ~bars.filled)
    return {int(bars.open_ms[i]): Action.ENTER_LONG if long[i] else Action.EXIT_LONG for i in changed}
