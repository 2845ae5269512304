"""Choppiness switch: follow the move where the market goes somewhere, fade it where it does not (Dreiss 1993)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, after_warmup
from trading.indicators.statistics import z_score
from trading.indicators.trend import choppiness


def warmup(parameters: Mapping[str, float]) -> int:
    """The longer of index and score."""
    return int(parameters["period"]) + 1


def rule(parameters: Mapping[str, float]) -> str | None:
    """A trend must be less choppy than a range."""
    return None if parameters["trending"] < parameters["ranging"] else _("trending must be below ranging.")


def decide(bars: Bars, *, period: int, trending: float, ranging: float, far: float) -> Stances:
    """On the side of the move below `trending`, against one beyond `far` deviations above `ranging`; int8."""
    price = bars.close_f
    chop, score = choppiness(bars.high_f, bars.low_f, price, period), z_score(price, period)
    follow, fade = chop < trending, chop > ranging
    up, down = (follow & (score > far)) | (fade & (score < -far)), (follow & (score < -far)) | (fade & (score > far))
    return after_warmup(up, down, warmup=period + 1)


STRATEGY = Strategy(
    name="choppiness_switch",
    title=_("Choppiness switch"),
    family="volatility",
    hypothesis=_(
        "Trends and ranges ask for opposite trades, and how far a market gets for its swings tells them apart."
    ),
    regime=_("Markets that stay in one state for some days."),
    known_failure=_("The change from one state to the other, which it sees late."),
    parameters=(
        Parameter("period", int, 36, 8, 150, _("Bars in index and score"), step=4),
        Parameter("trending", float, 42.0, 25.0, 50.0, _("Below this index it follows"), step=2.0),
        Parameter("ranging", float, 54.0, 45.0, 70.0, _("Above this index it fades"), step=2.0),
        Parameter("far", float, 0.75, 0.25, 2.5, _("Standard deviations from the mean"), step=0.25),
    ),
    warmup=warmup,
    stop_bps=300,
    target_bps=700,
    plan="pro",
    decide=decide,
    rule=rule,
    entry="trend",
)
