"""UTC days inside a series of bars, for strategies that begin anew each day. Pure; nothing looks ahead."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import DAY_MS, Bars, Ints

Flags = NDArray[np.bool_]


def first_of_day(bars: Bars) -> Ints:
    """The index of the first bar of each bar's day."""
    days = bars.open_ms // DAY_MS
    begins = np.diff(days, prepend=days[:1]) != 0
    return np.maximum.accumulate(np.where(begins, np.arange(len(bars)), 0))


def seen_whole(bars: Bars, first: Ints) -> Flags:
    """False in the first day unless it begins at midnight: what happened before is not known there."""
    return np.asarray((first > 0) | (bars.open_ms[:1] % DAY_MS == 0))


def since(condition: Flags, first: Ints) -> Flags:
    """True from the first bar of a day with `condition` until the day's end."""
    latest = np.maximum.accumulate(np.where(condition, np.arange(len(condition)), -1))
    return np.asarray(latest >= first)


def last_of_day(bars: Bars) -> Flags:
    """True where the next bar opens on another day: a position that ends with the day ends there."""
    return np.asarray((bars.open_ms + bars.timeframe.ms) // DAY_MS != bars.open_ms // DAY_MS)


def hours_of(open_ms: Ints) -> Ints:
    """The UTC hour, 0 to 23."""
    return open_ms % DAY_MS // 3_600_000
