"""Keltner breakout: out of the channel of usual ranges, until the middle is met again (Keltner 1960)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import EXPONENTIAL_SETTLES, Parameter, Stances, Strategy, above, holding, opposed
from trading.indicators.channels import keltner


def warmup(parameters: Mapping[str, float]) -> int:
    """Until average and range have settled, and then one longest stay."""
    return int(EXPONENTIAL_SETTLES * parameters["period"] + parameters["stay"])


def decide(bars: Bars, *, period: int, width: float, stay: int) -> Stances:
    """Long from a close above the channel until one below its middle, short the other way; int8."""
    price = bars.close_f
    bands = keltner(bars.high_f, bars.low_f, price, period, max(2, period // 2), width)
    over, under, silent = (
        above(price, bands.middle),
        above(bands.middle, price),
        warmup({"period": period, "stay": stay}),
    )
    long = holding(above(price, bands.upper), under, patience=stay, warmup=silent)
    return opposed(long, holding(above(bands.lower, price), over, patience=stay, warmup=silent))


STRATEGY = Strategy(
    name="keltner_breakout",
    title=_("Keltner breakout"),
    family="breakout",
    hypothesis=_(
        "A close several usual ranges away from the average is not noise, and noise is what others take it for."
    ),
    regime=_("Starts of trends after a pause."),
    known_failure=_("Spikes on news that is gone an hour later."),
    parameters=(
        Parameter("period", int, 36, 10, 120, _("Bars in the average"), step=6),
        Parameter("width", float, 2.5, 1.0, 5.0, _("Average ranges between middle and band"), step=0.25),
        Parameter("stay", int, 48, 6, 150, _("Leave after so many bars without a new breakout"), step=6),
    ),
    warmup=warmup,
    stop_bps=350,
    target_bps=1200,
    plan="free",
    decide=decide,
)
