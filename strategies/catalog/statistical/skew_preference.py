"""Skew preference: own what has fallen in jumps, avoid what rises as a lottery (Amaya and others 2015)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, after_warmup
from trading.indicators.statistics import shape_of_returns


def warmup(parameters: Mapping[str, float]) -> int:
    """The returns measured."""
    return int(parameters["period"]) + 1


def decide(bars: Bars, *, period: int, least: float) -> Stances:
    """Long where returns are skewed below -`least`, short where above `least`; int8, as long as `bars`."""
    skew = shape_of_returns(bars.close_f, period).skew
    return after_warmup(skew < -least, skew > least, warmup=period + 1)


STRATEGY = Strategy(
    name="skew_preference",
    title=_("Skew preference"),
    family="statistical",
    hypothesis=_(
        "People pay too much for a small chance of a large gain, and too little for what has fallen suddenly."
    ),
    regime=_("Weeks after a shock."),
    known_failure=_("A fall in steps: each of them makes the returns look as it likes them."),
    parameters=(
        Parameter("period", int, 96, 30, 300, _("Returns that are measured"), step=12),
        Parameter("least", float, 0.6, 0.1, 3.0, _("The least skewness"), step=0.1),
    ),
    warmup=warmup,
    stop_bps=400,
    target_bps=800,
    plan="pro",
    decide=decide,
    entry="mean_reversion",
)
