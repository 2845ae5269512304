"""A volume profile: how the volume of the last days was spread over the time of the day, as weights for VWAP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptouniverse.kernel.market import DAY_MS
from trading.algorithms.apportion import apportioned
from trading.algorithms.parameters import refuse, whole_within
from trading.algorithms.types import PLANNED_MAX

PARTS: Final = 1_000_000  # weights add up to this
DAYS_MAX: Final = 90


@dataclass(frozen=True, slots=True)
class Traded:
    """The volume of a closed candle, in whole units (steps)."""

    open_ms: int
    steps: int


def profile_of(
    candles: Sequence[Traded], *, candle_ms: int, start_ms: int, interval_ms: int, intervals: int, days: int
) -> tuple[int, ...]:
    """Weights for `intervals` intervals from `start_ms`: what traded in them one day to `days` days earlier, together.

    Millionths that add up to 1,000,000, by the largest remainder. A candle that lies in several intervals counts in
    each by the time it shares with it. Only what closed before `start_ms` is looked at. Raises BadAlgorithm where the
    order is longer than a day, where a day has no candle in the order's hours, or where nothing traded.
    """
    whole_within("profile_days", days, 1, DAYS_MAX)
    whole_within("intervals", intervals, 1, min(PLANNED_MAX, DAY_MS // interval_ms))
    raw, seen = [0] * intervals, set()
    for day in range(1, days + 1):
        begin_ms = start_ms - day * DAY_MS
        end_ms = begin_ms + intervals * interval_ms
        for candle in candles:
            shares = _shares(candle, candle_ms, begin_ms, min(end_ms, start_ms), interval_ms)
            for slot, ms in shares:
                raw[slot] += candle.steps * ms
            seen |= {day} if shares else set()
    if len(seen) < days:
        refuse("profile_days", f"1 … {len(seen)}", max(len(seen), 1))
    if not any(raw):
        refuse("weights", "≥ 1", 1)
    return apportioned(PARTS, raw)


def _shares(candle: Traded, candle_ms: int, begin_ms: int, end_ms: int, interval_ms: int) -> list[tuple[int, int]]:
    """The intervals that the candle lies in, with the milliseconds it shares with each."""
    low, high = max(candle.open_ms, begin_ms), min(candle.open_ms + candle_ms, end_ms)
    if low >= high:
        return []
    first, last = (low - begin_ms) // interval_ms, (high - 1 - begin_ms) // interval_ms
    bounds = [begin_ms + slot * interval_ms for slot in range(first, last + 2)]
    return [
        (first + place, min(high, bounds[place + 1]) - max(low, bounds[place])) for place in range(last - first + 1)
    ]
