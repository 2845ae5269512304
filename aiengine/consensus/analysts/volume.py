"""Volume: did somebody trade for it, and who had the last word in the bar?

Follows a trend or a breakout on more volume than usual and a close near the high; for a reversion it wants the heavy
volume of a capitulation and a close off the low, for a pullback some volume. Has nothing to say about a bar without
trades.
"""

from __future__ import annotations

from aiengine.consensus.analysts.conditions import Analyst, Condition, Flags, Readings

VOLUME_HEAVY = 1.5
CLOSE_NEAR_LOW = 0.2


def _objects(readings: Readings, family: str) -> Flags:
    if family in {"mean_reversion", "pullback"}:
        return readings["volume_ratio"] < 0.0  # a capitulation closes near its low: no objection by volume
    return (readings["volume_ratio"] > VOLUME_HEAVY) & (readings["close_place"] < CLOSE_NEAR_LOW)


def _silent(readings: Readings) -> Flags:
    return readings["volume_ratio"] <= 0.0


VOLUME = Analyst(
    name="volume",
    shown=("volume_ratio", "close_place"),
    conditions={
        "trend": (Condition("volume_ratio", 0.5, 1.6, 0.5), Condition("close_place", 0.2, 0.85, 0.5)),
        "breakout": (Condition("volume_ratio", 0.8, 2.0, 0.5), Condition("close_place", 0.5, 0.95, 0.5)),
        "mean_reversion": (Condition("volume_ratio", 0.8, 2.5, 0.6), Condition("close_place", 0.0, 0.35, 0.4)),
        "pullback": (Condition("volume_ratio", 0.2, 1.4, 0.6), Condition("close_place", 0.0, 0.5, 0.4)),
    },
    objects=_objects,
    silent=_silent,
)
