"""Supertrend: on the side of a line that trails prices by their range (Seban 2008)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import WILDER_SETTLES, Parameter, Stances, Strategy, above, after_warmup
from trading.indicators.stops import supertrend


def warmup(parameters: Mapping[str, float]) -> int:
    """Until the range has settled and the line has turned, whichever side it began on."""
    return int(WILDER_SETTLES * parameters["period"] * max(1.0, parameters["width"] / 3))


def decide(bars: Bars, *, period: int, width: float) -> Stances:
    """Long while the close stands above the line, short while it stands below; int8, as long as `bars`."""
    price = bars.close_f
    line = supertrend(bars.high_f, bars.low_f, price, period, width).line
    silent = warmup({"period": period, "width": width})
    return after_warmup(above(price, line), above(line, price), warmup=silent)


STRATEGY = Strategy(
    name="supertrend_follow",
    title=_("Supertrend"),
    family="trend",
    hypothesis=_("A move that has gone further than the usual range has a reason, and the reason outlives it."),
    regime=_("Trends that pause without turning by more than a few usual ranges."),
    known_failure=_("Wide ranges: it turns near each end of them, and pays for each turn."),
    parameters=(
        Parameter("period", int, 14, 5, 40, _("Bars in the average range"), step=2),
        Parameter("width", float, 3.0, 1.0, 5.0, _("Average ranges between prices and the line"), step=0.5),
    ),
    warmup=warmup,
    stop_bps=400,
    target_bps=0,
    plan="basic",
    decide=decide,
)
