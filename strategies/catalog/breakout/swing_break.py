"""Swing break: beyond the last swing high that is known, out below the last swing low (Williams 1995)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, above, holding
from trading.indicators.levels import fractals


def warmup(parameters: Mapping[str, int]) -> int:
    """Until swings are known, and then one longest stay."""
    return 12 * parameters["wings"] + parameters["stay"]


def decide(bars: Bars, *, wings: int, stay: int) -> Stances:
    """Long from a close above the last swing high until one below the last low, or `stay` bars after; int8."""
    swings, price = fractals(bars.high_f, bars.low_f, wings), bars.close_f
    up, down = above(price, swings.high), above(swings.low, price)
    silent = warmup({"wings": wings, "stay": stay})
    return holding(up, down, patience=stay, warmup=silent)


STRATEGY = Strategy(
    name="swing_break",
    title=_("Swing break"),
    family="breakout",
    hypothesis=_("Highs at which a market has turned are remembered; beyond them those who sold there buy back."),
    regime=_("Stairs: higher highs and higher lows."),
    known_failure=_("Swings of one size back and forth across the same two levels."),
    parameters=(
        Parameter("wings", int, 6, 2, 30, _("Bars on each side that must be lower"), step=1),
        Parameter("stay", int, 24, 4, 150, _("Leave after so many bars without a close above"), step=6),
    ),
    warmup=warmup,
    stop_bps=300,
    target_bps=900,
    plan="basic",
    decide=decide,
)
