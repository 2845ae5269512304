"""What is asked for once a bar has closed: where stances change. One rule for bots and for backtests. Pure.

The day-anchored rule: the stance at a slot of UTC day D is what `decide` says over the bars from `history_days` before
D up to that slot. Where the bars begin depends on the day alone and not on when a process or a backtest was started, so
that neither changes a digit; and because no strategy looks ahead, one call over the day answers all its slots.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import DAY_MS, Bars, Timeframe
from strategies.catalog.beside import NOTHING_BESIDE, Beside
from strategies.catalog.types import FLAT, LONG, Number, Stances, Strategy

KEEP: Final = 2
Asked = NDArray[np.int8]  # after each bar: KEEP, where nothing is asked for, or the stance that is


def day_of(slot_ms: int) -> int:
    """The start, UTC ms, of the day that `slot_ms` lies in."""
    return slot_ms - slot_ms % DAY_MS


def history_days(warmup: int, timeframe: Timeframe) -> int:
    """How many days before the day its bars begin: four warm-ups, and a day to spare."""
    return -(-4 * warmup * timeframe.ms // DAY_MS) + 1


def asked_of(stances: Stances, filled: NDArray[np.bool_], *, shorts: bool = False) -> Asked:
    """The stance where it becomes another one, KEEP elsewhere. Without `shorts`, -1 is flat.

    A bar that was invented to fill a gap asks for nothing, for nothing traded.
    """
    wanted = stances if shorts else np.where(stances == LONG, LONG, FLAT)
    before = np.concatenate((np.zeros(1, dtype=np.int8), wanted[:-1]))
    return np.where((wanted != before) & ~filled, wanted, KEEP).astype(np.int8)


def asked_by_day(
    strategy: Strategy,
    parameters: Mapping[str, Number],
    bars: Bars,
    *,
    start_ms: int,
    shorts: bool = False,
    beside: Beside = NOTHING_BESIDE,
    each_day: Callable[[], None] = lambda: None,
) -> Asked:
    """What a strategy with resolved `parameters` asks for after each bar from `start_ms` on, as bots hear it.

    bars: from `history_days` before the day of `start_ms` to the end; beside: what it reads beside them. As long as
    those of `bars` that open at or after `start_ms`. each_day: is called before each day, and may raise to end it.
    Raises MissingInput.
    """
    history_ms = history_days(strategy.warmup(parameters), bars.timeframe) * DAY_MS
    begin = int(bars.open_ms.searchsorted(start_ms))
    asked = np.full(len(bars) - begin, KEEP, dtype=np.int8)
    if begin == len(bars):
        return asked
    first_ms, last_ms = int(bars.open_ms[begin]), int(bars.open_ms[-1])  # however long before them `start_ms` is
    for day_ms in range(day_of(first_ms), last_ms + 1, DAY_MS):
        each_day()
        bounds = [day_ms - history_ms, max(day_ms, start_ms), day_ms + DAY_MS]
        since, first, end = (int(found) for found in bars.open_ms.searchsorted(bounds))
        if first < end:
            window = bars[since:end]
            stances = strategy.decided(window, parameters, beside[since:end])
            today = asked_of(stances, window.filled, shorts=shorts)
            asked[first - begin : end - begin] = today[first - since :]
    return asked
