"""VWAP return: against prices far from what was paid on average (Berkowitz, Logue and Noser 1988)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import WILDER_SETTLES, Parameter, Stances, Strategy, above, holding, opposed
from trading.indicators.levels import rolling_vwap
from trading.indicators.volatility import atr


def warmup(parameters: Mapping[str, float]) -> int:
    """The average price, the settled range, and then one longest stay."""
    return int(max(parameters["period"], WILDER_SETTLES * 14) + parameters["stay"])


def decide(bars: Bars, *, period: int, ranges: float, stay: int) -> Stances:
    """Long from `ranges` usual ranges below the average price until back at it; short from above so; int8."""
    high, low, price = bars.high_f, bars.low_f, bars.close_f
    paid, reach = rolling_vwap(high, low, price, bars.volume, period), ranges * atr(high, low, price, 14)
    silent, under, over = warmup({"period": period, "stay": stay}), above(paid, price), above(price, paid)
    long = holding(above(paid - reach, price), over, patience=stay, warmup=silent)
    return opposed(long, holding(above(price, paid + reach), under, patience=stay, warmup=silent))


STRATEGY = Strategy(
    name="vwap_return",
    title=_("VWAP return"),
    family="volume",
    hypothesis=_("Large orders are judged against the average price: below it their buyers hurry, above it they wait."),
    regime=_("Days without a direction."),
    known_failure=_("Days with one: the average follows, and never catches up."),
    parameters=(
        Parameter("period", int, 48, 12, 200, _("Bars in the average price"), step=6),
        Parameter("ranges", float, 3.0, 1.0, 8.0, _("How many usual ranges away"), step=0.5),
        Parameter("stay", int, 24, 2, 100, _("Leave after so many bars since it was last so far"), step=4),
    ),
    warmup=warmup,
    stop_bps=300,
    target_bps=500,
    plan="pro",
    decide=decide,
    entry="mean_reversion",
)
