"""Trend: is the market's direction, measured by its 50-bar average, on the side of the proposal?

Follows a trend or a breakout when the price stands above a rising average; for a reversion it wants a stretched price
over an average that is not in free fall, and for a pullback an average that rises on. Has nothing to say where there is
no trend (ADX below 12; Wilder 1978).
"""

from __future__ import annotations

from aiengine.consensus.analysts.conditions import Analyst, Condition, Flags, Readings

ADX_MIN = 12.0


def _objects(readings: Readings, family: str) -> Flags:
    if family == "mean_reversion":
        return readings["slope_atr"] < -1.1
    if family == "pullback":
        return readings["slope_atr"] < -0.5
    return (readings["distance_atr"] < -1.5) & (readings["slope_atr"] < -0.5)


def _silent(readings: Readings) -> Flags:
    return readings["adx"] < ADX_MIN


TREND = Analyst(
    name="trend",
    shown=("distance_atr", "slope_atr", "adx"),
    conditions={
        "trend": (Condition("distance_atr", -0.5, 1.8, 0.6), Condition("slope_atr", -0.5, 0.3, 0.4)),
        "breakout": (Condition("distance_atr", 0.0, 2.4, 0.6), Condition("slope_atr", -0.5, 0.3, 0.4)),
        "mean_reversion": (Condition("distance_atr", -2.0, -3.7, 0.6), Condition("slope_atr", -1.0, -0.3, 0.4)),
        "pullback": (Condition("slope_atr", -0.4, 0.5, 0.6), Condition("distance_atr", -2.5, 0.5, 0.4)),
    },
    objects=_objects,
    silent=_silent,
)
