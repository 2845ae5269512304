"""Directional strength: with the stronger side, while the trend index says that there is one (Wilder 1978)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import WILDER_SETTLES, Parameter, Stances, Strategy, above, after_warmup
from trading.indicators.trend import adx, directional_movement


def warmup(parameters: Mapping[str, float]) -> int:
    """Two smoothings, one over the other."""
    return int(WILDER_SETTLES * parameters["period"])


def decide(bars: Bars, *, period: int, strong: float) -> Stances:
    """Long where +DI leads and ADX is above `strong`, short where -DI leads; int8, as long as `bars`."""
    prices = bars.high_f, bars.low_f, bars.close_f
    sides, trending = directional_movement(*prices, period), adx(*prices, period) > strong
    up, down = above(sides.plus, sides.minus), above(sides.minus, sides.plus)
    return after_warmup(trending & up, trending & down, warmup=warmup({"period": period}))


STRATEGY = Strategy(
    name="directional_strength",
    title=_("Directional strength"),
    family="trend",
    hypothesis=_("Where one side pushes new extremes bar after bar, the other side is still being forced out."),
    regime=_("Strong trends, after they have shown themselves."),
    known_failure=_("The index is late: it is highest when a trend is about to end."),
    parameters=(
        Parameter("period", int, 14, 5, 40, _("Bars in the smoothings"), step=2),
        Parameter("strong", float, 25.0, 10.0, 50.0, _("The least trend index"), step=2.5),
    ),
    warmup=warmup,
    stop_bps=350,
    target_bps=1000,
    plan="basic",
    decide=decide,
)
