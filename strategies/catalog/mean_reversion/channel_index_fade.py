"""Channel index fade: against prices that are far from their mean for their usual distance (Lambert 1980)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, holding, opposed
from trading.indicators.momentum import cci


def warmup(parameters: Mapping[str, float]) -> int:
    """The index, and then one longest stay."""
    return int(parameters["period"] + parameters["stay"])


def decide(bars: Bars, *, period: int, far: float, stay: int) -> Stances:
    """Long from an index below -`far` until above 0, short from above `far` until below 0, or `stay` bars on; int8."""
    index = cci(bars.high_f, bars.low_f, bars.close_f, period)
    silent = warmup({"period": period, "stay": stay})
    long = holding(index < -far, index > 0, patience=stay, warmup=silent)
    return opposed(long, holding(index > far, index < 0, patience=stay, warmup=silent))


STRATEGY = Strategy(
    name="channel_index_fade",
    title=_("Channel index fade"),
    family="mean_reversion",
    hypothesis=_("Prices swing around a mean that many trade towards; the further away, the more of them there are."),
    regime=_("Ranges without news."),
    known_failure=_("It stands against every breakout, on both sides."),
    parameters=(
        Parameter("period", int, 40, 10, 150, _("Bars in the index"), step=5),
        Parameter("far", float, 175.0, 80.0, 300.0, _("Enter beyond this index"), step=25.0),
        Parameter("stay", int, 24, 2, 100, _("Leave after so many bars since it was last so far"), step=4),
    ),
    warmup=warmup,
    stop_bps=300,
    target_bps=500,
    plan="basic",
    decide=decide,
)
