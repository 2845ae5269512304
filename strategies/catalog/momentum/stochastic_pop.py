"""Stochastic pop: what is overbought may stay so, and pays while it does (Bernstein 1995)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, holding, opposed
from trading.indicators.stochastics import stochastic


def warmup(parameters: Mapping[str, float]) -> int:
    """The oscillator, and then one longest stay."""
    return int(parameters["period"] + parameters["stay"]) + 4


def rule(parameters: Mapping[str, float]) -> str | None:
    """It must leave below where it enters."""
    return None if parameters["leave"] < parameters["pop"] else _("leave must be below pop.")


def decide(bars: Bars, *, period: int, pop: float, leave: float, stay: int) -> Stances:
    """Long from %K above `pop` until below `leave`; short from 100 - `pop` to 100 - `leave`; int8."""
    k = stochastic(bars.high_f, bars.low_f, bars.close_f, period).k
    silent = warmup({"period": period, "stay": stay})
    long = holding(k > pop, k < leave, patience=stay, warmup=silent)
    return opposed(long, holding(k < 100 - pop, k > 100 - leave, patience=stay, warmup=silent))


STRATEGY = Strategy(
    name="stochastic_pop",
    title=_("Stochastic pop"),
    family="momentum",
    hypothesis=_("Closing near the top of the range again and again takes buyers who do not wait for a dip."),
    regime=_("Steep moves."),
    known_failure=_("The pop that comes at the end of one."),
    parameters=(
        Parameter("period", int, 24, 5, 100, _("Bars in the range"), step=4),
        Parameter("pop", float, 85.0, 60.0, 98.0, _("Enter above this place in the range, in percent"), step=5.0),
        Parameter("leave", float, 65.0, 30.0, 90.0, _("Leave below this place, in percent"), step=5.0),
        Parameter("stay", int, 24, 2, 100, _("Leave after so many bars without a pop"), step=4),
    ),
    warmup=warmup,
    stop_bps=300,
    target_bps=800,
    plan="basic",
    decide=decide,
    rule=rule,
    entry="breakout",
)
