"""Momentum: has the last half day pushed far enough, and not too far?

Follows a trend or a breakout on a clear 12-bar move and an RSI above the middle; for a reversion it wants a deep RSI
after a long fall, for a pullback a short dip, and objects to both while the price still drops like a stone.
"""

from __future__ import annotations

import numpy as np

from aiengine.consensus.analysts.conditions import Analyst, Condition, Flags, Readings

RSI_OVERHEATED = 82.0
RSI_WEAK = 42.0
BURST_FREE_FALL_ATR = -4.5


def _objects(readings: Readings, family: str) -> Flags:
    if family in {"mean_reversion", "pullback"}:
        return readings["burst_atr"] < BURST_FREE_FALL_ATR
    return (readings["rsi"] < RSI_WEAK) | (readings["rsi"] > RSI_OVERHEATED)


def _silent(readings: Readings) -> Flags:
    return np.zeros(len(readings["rsi"]), dtype=np.bool_)


MOMENTUM = Analyst(
    name="momentum",
    shown=("rsi", "move_atr", "burst_atr"),
    conditions={
        "trend": (Condition("move_atr", 0.2, 2.6, 0.5), Condition("rsi", 49.0, 63.0, 0.5)),
        "breakout": (Condition("move_atr", 0.8, 3.0, 0.5), Condition("rsi", 54.0, 67.0, 0.5)),
        "mean_reversion": (Condition("rsi", 35.0, 25.0, 0.6), Condition("move_atr", -2.0, -4.0, 0.4)),
        "pullback": (Condition("burst_atr", 0.2, -2.0, 0.6), Condition("rsi", 56.0, 42.0, 0.4)),
    },
    objects=_objects,
    silent=_silent,
)
