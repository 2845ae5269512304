"""Late hours: hold through the hours in which Bitcoin has earned the most (Vojtko and Javorska 2023)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.sessions import hours_of
from strategies.catalog.types import Parameter, Stances, Strategy, above, after_warmup
from trading.indicators.moving_averages import sma


def warmup(parameters: Mapping[str, int]) -> int:
    """The average."""
    return parameters["trend"]


def decide(bars: Bars, *, begins: int, hours: int, trend: int) -> Stances:
    """Long into each bar that opens within `hours` hours from `begins` UTC, above the average; int8."""
    next_hour = hours_of(bars.open_ms + bars.timeframe.ms)
    within = (next_hour - begins) % 24 < hours
    return after_warmup(within & above(bars.close_f, sma(bars.close_f, trend)), warmup=trend)


STRATEGY = Strategy(
    name="late_hours",
    title=_("Late hours"),
    family="seasonal",
    hypothesis=_(
        "When stock exchanges have closed, those who hedge there are gone, and prices drift up until Asia opens."
    ),
    regime=_("Rising markets, by the hour."),
    known_failure=_("Seasons end when they are known; two fees a day need a large one."),
    parameters=(
        Parameter("begins", int, 21, 0, 23, _("The UTC hour in which it begins"), step=1),
        Parameter("hours", int, 4, 1, 12, _("How many hours it holds"), step=1),
        Parameter("trend", int, 48, 12, 250, _("Bars in the average that the close must stand above"), step=12),
    ),
    warmup=warmup,
    stop_bps=200,
    target_bps=0,
    plan="free",
    decide=decide,
    entry="trend",
)
