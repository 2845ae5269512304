"""Aroon trend: with the side that made the younger extreme (Chande 1995)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, after_warmup
from trading.indicators.trend import aroon


def warmup(parameters: Mapping[str, float]) -> int:
    """One period, and the bar before it."""
    return int(parameters["period"]) + 1


def decide(bars: Bars, *, period: int, lead: float) -> Stances:
    """Long where the high is younger than the low by `lead`, short where the low is; int8, as long as `bars`."""
    ages = aroon(bars.high_f, bars.low_f, period)
    return after_warmup(ages.up - ages.down > lead, ages.down - ages.up > lead, warmup=period + 1)


STRATEGY = Strategy(
    name="aroon_trend",
    title=_("Aroon trend"),
    family="trend",
    hypothesis=_("A market that keeps making new highs and no new lows is in a trend, however far it has gone."),
    regime=_("Trends that begin slowly."),
    known_failure=_("Ranges with extremes that come by turns, once per period."),
    parameters=(
        Parameter("period", int, 48, 10, 200, _("Bars in which the extremes are looked for"), step=6),
        Parameter("lead", float, 50.0, 10.0, 90.0, _("How much younger, in percent of the period"), step=10.0),
    ),
    warmup=warmup,
    stop_bps=350,
    target_bps=1000,
    plan="basic",
    decide=decide,
)
