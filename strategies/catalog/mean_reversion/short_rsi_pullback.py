"""Short RSI pullback: buy a sharp dip above a long average, leave at the first strength (Connors and Alvarez 2009)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, above, holding
from trading.indicators.momentum import rsi
from trading.indicators.moving_averages import sma


def warmup(parameters: Mapping[str, float]) -> int:
    """The long average, and then one longest stay; the short index has settled by then."""
    return int(parameters["trend"] + parameters["stay"])


def decide(bars: Bars, *, trend: int, dip: float, calm: int, stay: int) -> Stances:
    """Long from RSI(2) below `dip` above the `trend` average until a close above the `calm` average; int8."""
    price = bars.close_f
    enter = above(price, sma(price, trend)) & (rsi(price, 2) < dip)
    return holding(enter, above(price, sma(price, calm)), patience=stay, warmup=warmup({"trend": trend, "stay": stay}))


STRATEGY = Strategy(
    name="short_rsi_pullback",
    title=_("Short RSI pullback"),
    family="mean_reversion",
    hypothesis=_(
        "In a rising market a fall of two or three bars is more often somebody's profit than somebody's news."
    ),
    regime=_("A steady rise with sharp, short dips."),
    known_failure=_("The first dip of a fall is bought like any other."),
    parameters=(
        Parameter("trend", int, 100, 30, 300, _("Bars in the long average"), step=10),
        Parameter("dip", float, 20.0, 2.0, 40.0, _("Enter below this index"), step=2.5),
        Parameter("calm", int, 8, 3, 30, _("Bars in the average whose crossing ends it"), step=1),
        Parameter("stay", int, 24, 4, 100, _("Leave after so many bars since the last dip"), step=4),
    ),
    warmup=warmup,
    stop_bps=250,
    target_bps=500,
    plan="basic",
    decide=decide,
    entry="pullback",
)
