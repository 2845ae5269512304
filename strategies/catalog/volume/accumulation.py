"""Accumulation: with those who make bars close on their side on volume (Chaikin; Achelis 1995)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, after_warmup
from trading.indicators.volume import chaikin_money_flow


def warmup(parameters: Mapping[str, float]) -> int:
    """One period."""
    return int(parameters["period"])


def decide(bars: Bars, *, period: int, least: float) -> Stances:
    """Long where money flow is above `least`, short where it is below -`least`; int8, as long as `bars`."""
    flow = chaikin_money_flow(bars.high_f, bars.low_f, bars.close_f, bars.volume, period)
    return after_warmup(flow > least, flow < -least, warmup=period)


STRATEGY = Strategy(
    name="accumulation",
    title=_("Accumulation"),
    family="volume",
    hypothesis=_("Large buyers cannot hide that they lift each bar's close; they need days, and are worth following."),
    regime=_("Days on which one side is patient."),
    known_failure=_("Bars that jump at their open and drift back: they count as selling."),
    parameters=(
        Parameter("period", int, 48, 10, 200, _("Bars in the flow"), step=6),
        Parameter("least", float, 0.08, 0.02, 0.4, _("The least money flow, -1 to 1"), step=0.02),
    ),
    warmup=warmup,
    stop_bps=300,
    target_bps=700,
    plan="basic",
    decide=decide,
    entry="trend",
)
