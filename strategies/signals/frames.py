"""A day of one strategy on one instrument, decided in one go, and the few slots of it at which something is asked for.

Which bars a day is decided on, and what counts as asked for, is said by `strategies.catalog.asking`. Pure.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cryptouniverse.kernel.market import Bars
from strategies.catalog.asking import KEEP, asked_of
from strategies.catalog.beside import NOTHING_BESIDE, Beside
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


def fingerprint_of(bars: Bars) -> int:
    """A checksum of all that a strategy can see of `bars`."""
    columns = (bars.open_ms, bars.open, bars.high, bars.low, bars.close, bars.volume, bars.filled)
    checksum = len(bars)
    for column in columns:
        checksum = zlib.crc32(column.tobytes(), checksum)
    return checksum


def actions_of(
    strategy: Strategy,
    parameters: Mapping[str, int | float],
    bars: Bars,
    *,
    day_ms: int,
    beside: Beside = NOTHING_BESIDE,
) -> dict[int, Action]:
    """Slot (open_ms) -> what is asked for once that candle has closed, for the day that starts at `day_ms`.

    parameters: resolved. bars: from `history_days` before the day to the end of what is known of it; beside: what the
    strategy reads beside them. Slots that are not
    named ask for nothing; so does a bar that was invented to fill a gap, for nothing traded.
    """
    if not len(bars):
        return {}
    asked = asked_of(strategy.decided(bars, parameters, beside), bars.filled)
    changed = np.flatnonzero((asked != KEEP) & (bars.open_ms >= day_ms))
    return {int(bars.open_ms[i]): Action.ENTER_LONG if asked[i] == LONG else Action.EXIT_LONG for i in changed}
