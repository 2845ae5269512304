"""Bollinger reversion: buy below the lower band, leave at the middle (Bollinger 2001)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, above, holding
from trading.indicators.channels import bollinger


def warmup(parameters: Mapping[str, float]) -> int:
    """The bands, and then one longest stay."""
    return int(parameters["period"] + parameters["stay"])


def decide(bars: Bars, *, period: int, width: float, stay: int) -> Stances:
    """Long from a close below the lower band until one above the middle, or `stay` bars after the last such; int8."""
    price = bars.close_f
    bands, silent = bollinger(price, period, width), warmup({"period": period, "stay": stay})
    return holding(above(bands.lower, price), above(price, bands.middle), patience=stay, warmup=silent)


STRATEGY = Strategy(
    name="bollinger_reversion",
    title=_("Bollinger reversion"),
    family="mean_reversion",
    hypothesis=_("Far outside their usual swings prices are moved by those who must trade, not by those who want to."),
    regime=_("Ranges, and calm trends."),
    known_failure=_("A crash walks down the lower band for days."),
    parameters=(
        Parameter("period", int, 20, 10, 150, _("Bars in the bands"), step=5),
        Parameter("width", float, 2.0, 1.0, 3.0, _("Standard deviations between middle and band"), step=0.25),
        Parameter("stay", int, 36, 4, 150, _("Leave after so many bars since it was last below the band"), step=4),
    ),
    warmup=warmup,
    stop_bps=300,
    target_bps=600,
    plan="free",
    decide=decide,
)
