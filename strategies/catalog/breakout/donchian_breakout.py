"""Donchian breakout: buy a new high, leave on a new low (Donchian 1960; the Turtles' rule, Faith 2003)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, holding
from trading.indicators import donchian


def warmup(parameters: Mapping[str, int]) -> int:
    """One channel, and then as long as a trend may go without a new high."""
    return max(parameters["entry"], parameters["exit"]) + parameters["patience"]


def rule(parameters: Mapping[str, int]) -> str | None:
    """The way out must be nearer than the way in."""
    return None if parameters["exit"] <= parameters["entry"] else _("exit must not be above entry")


def decide(bars: Bars, *, entry: int, exit: int, patience: int) -> Stances:
    """Long from a close above the `entry` bars' high until one below the `exit` bars' low; int8, as long as `bars`."""
    upper = donchian(bars.high_f, bars.low_f, entry).upper
    lower = donchian(bars.high_f, bars.low_f, exit).lower
    price = bars.close_f
    silent = warmup({"entry": entry, "exit": exit, "patience": patience})
    return holding(price > upper, price < lower, patience=patience, warmup=silent)


STRATEGY = Strategy(
    name="donchian_breakout",
    title=_("Donchian breakout"),
    family="breakout",
    hypothesis=_("A new high draws in those who waited for it, and forces out those who had sold: moves begin there."),
    regime=_("Volatility that grows out of quiet; strong trends."),
    known_failure=_("False breakouts in a range: it buys the top of the range and sells its bottom."),
    parameters=(
        Parameter("entry", int, 24, 5, 200, _("A close above the high of so many bars enters"), step=6),
        Parameter("exit", int, 12, 3, 100, _("A close below the low of so many bars leaves"), step=3),
        Parameter("patience", int, 72, 10, 300, _("Leave after so many bars without a new high"), step=12),
    ),
    warmup=warmup,
    stop_bps=300,
    target_bps=1200,
    plan="free",
    decide=decide,
    rule=rule,
)
