"""Double seven: buy the lowest of seven closes in a rise, sell the highest (Connors and Alvarez 2009)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, above, holding
from trading.indicators.channels import donchian
from trading.indicators.moving_averages import sma


def warmup(parameters: Mapping[str, int]) -> int:
    """The long average, and then one longest stay."""
    return parameters["trend"] + parameters["stay"]


def decide(bars: Bars, *, seven: int, trend: int, stay: int) -> Stances:
    """Long from the lowest close of `seven` bars until the highest of as many, or `stay` bars on; int8."""
    price = bars.close_f
    before = donchian(price, price, seven)
    enter = above(before.lower, price) & above(price, sma(price, trend))
    return holding(enter, above(price, before.upper), patience=stay, warmup=warmup({"trend": trend, "stay": stay}))


STRATEGY = Strategy(
    name="double_seven",
    title=_("Double seven"),
    family="mean_reversion",
    hypothesis=_("A low of some bars inside a long rise is a discount: those who wait for it set the price again."),
    regime=_("Long rises with regular breathing."),
    known_failure=_("The turn of the trend: the low of seven is then only the first."),
    parameters=(
        Parameter("seven", int, 7, 3, 30, _("Bars before, whose lowest and highest close count"), step=1),
        Parameter("trend", int, 100, 30, 300, _("Bars in the long average"), step=10),
        Parameter("stay", int, 48, 6, 150, _("Leave after so many bars since the last low"), step=6),
    ),
    warmup=warmup,
    stop_bps=300,
    target_bps=700,
    plan="free",
    decide=decide,
    entry="pullback",
)
