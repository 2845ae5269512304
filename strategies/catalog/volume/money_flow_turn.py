"""Money flow turn: buy when money has fled for a while, leave when it is back (Quong and Soudack 1989)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, holding, opposed
from trading.indicators.volume import money_flow_index


def warmup(parameters: Mapping[str, float]) -> int:
    """The index, and then one longest stay."""
    return int(parameters["period"] + parameters["stay"]) + 1


def rule(parameters: Mapping[str, float]) -> str | None:
    """It must leave above where it enters."""
    return None if parameters["fled"] < parameters["back"] else _("fled must be below back.")


def decide(bars: Bars, *, period: int, fled: float, back: float, stay: int) -> Stances:
    """Long from an index below `fled` until above `back`; short from 100 - `fled` until 100 - `back`; int8."""
    flow = money_flow_index(bars.high_f, bars.low_f, bars.close_f, bars.volume, period)
    silent = warmup({"period": period, "stay": stay})
    long = holding(flow < fled, flow > back, patience=stay, warmup=silent)
    return opposed(long, holding(flow > 100 - fled, flow < 100 - back, patience=stay, warmup=silent))


STRATEGY = Strategy(
    name="money_flow_turn",
    title=_("Money flow turn"),
    family="volume",
    hypothesis=_("Volume at falling prices is somebody leaving; when they have left, nobody is there to sell."),
    regime=_("Falls that end in heavy volume."),
    known_failure=_("Falls that begin in it."),
    parameters=(
        Parameter("period", int, 14, 5, 60, _("Bars in the index"), step=1),
        Parameter("fled", float, 22.5, 5.0, 40.0, _("Enter below this index"), step=2.5),
        Parameter("back", float, 50.0, 40.0, 80.0, _("Leave above this index"), step=5.0),
        Parameter("stay", int, 24, 2, 100, _("Leave after so many bars since it was last so low"), step=4),
    ),
    warmup=warmup,
    stop_bps=300,
    target_bps=600,
    plan="basic",
    decide=decide,
    rule=rule,
    entry="mean_reversion",
)
