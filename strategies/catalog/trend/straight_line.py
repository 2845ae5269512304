"""Straight line: along a line through the last bars, where it explains them (Kaufman 2013)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, after_warmup
from trading.indicators.statistics import r_squared, regression_slope


def warmup(parameters: Mapping[str, float]) -> int:
    """One line."""
    return int(parameters["period"])


def decide(bars: Bars, *, period: int, fit: float) -> Stances:
    """Long where the line rises and explains more than `fit`, short where it falls so; int8, as long as `bars`."""
    price = bars.close_f
    straight, slope = r_squared(price, period) > fit, regression_slope(price, period)
    least = 1e-9 * price
    return after_warmup(straight & (slope > least), straight & (slope < -least), warmup=period)


STRATEGY = Strategy(
    name="straight_line",
    title=_("Straight line"),
    family="trend",
    hypothesis=_("A steady move without swings is the work of somebody large who has not finished."),
    regime=_("Quiet, one-sided moves over days."),
    known_failure=_("It is long at the top of every straight rise, for the line bends only afterwards."),
    parameters=(
        Parameter("period", int, 40, 10, 200, _("Bars in the line"), step=10),
        Parameter("fit", float, 0.6, 0.2, 0.95, _("The least share of the movement that the line explains"), step=0.05),
    ),
    warmup=warmup,
    stop_bps=350,
    target_bps=1200,
    plan="basic",
    decide=decide,
)
