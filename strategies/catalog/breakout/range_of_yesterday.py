"""Range of yesterday: with a move from the day's open by a share of yesterday's range (Williams 1999)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.sessions import first_of_day, last_of_day
from strategies.catalog.types import Parameter, Stances, Strategy, above, after_warmup
from trading.indicators.levels import pivots
from trading.indicators.moving_averages import sma


def warmup(parameters: Mapping[str, float]) -> int:
    """The average; the range is there from the second whole day on."""
    return int(parameters["trend"])


def decide(bars: Bars, *, share: float, trend: int) -> Stances:
    """Long while the close is more than `share` of yesterday's range above the day's open and above the average.

    Short while it is as far below both; flat when the day ends. int8, as long as `bars`.
    """
    price, lines = bars.close_f, pivots(bars.high_f, bars.low_f, bars.close_f, bars.open_ms)
    opened, line = bars.open_f[first_of_day(bars)], sma(price, trend)
    reach, stays = share * (lines.r2 - lines.s2) / 2, ~last_of_day(bars)
    up, down = above(price, opened + reach) & above(price, line), above(opened - reach, price) & above(line, price)
    return after_warmup(up & stays, down & stays, warmup=trend)


STRATEGY = Strategy(
    name="range_of_yesterday",
    title=_("Range of yesterday"),
    family="breakout",
    hypothesis=_("A day that has moved by half of yesterday's range in one direction is rarely done with it."),
    regime=_("Volatility that grows from one day to the next."),
    known_failure=_("Quiet days after a wild one, and wild ones after a quiet one that turn at noon."),
    parameters=(
        Parameter("share", float, 0.5, 0.2, 1.5, _("How much of yesterday's range"), step=0.1),
        Parameter("trend", int, 24, 4, 150, _("Bars in the average that it must be on the same side of"), step=4),
    ),
    warmup=warmup,
    stop_bps=250,
    target_bps=700,
    plan="free",
    decide=decide,
)
