"""Calm trend: hold what rises while it is quiet, stand aside when it is not (Moreira and Muir 2017)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, above, after_warmup
from trading.indicators.moving_averages import sma
from trading.indicators.statistics import percent_rank
from trading.indicators.volatility import historical_volatility


def warmup(parameters: Mapping[str, float]) -> int:
    """The volatility and its ranks, or the average."""
    return int(max(parameters["trend"], parameters["period"] + parameters["among"])) + 2


def decide(bars: Bars, *, trend: int, period: int, among: int, calm: float) -> Stances:
    """Long above the average while volatility ranks below `calm` percent of its last values; int8."""
    price = bars.close_f
    quiet = percent_rank(np.nan_to_num(historical_volatility(price, period)), among) < calm
    silent = warmup({"trend": trend, "period": period, "among": among})
    return after_warmup(above(price, sma(price, trend)) & quiet, warmup=silent)


STRATEGY = Strategy(
    name="calm_trend",
    title=_("Calm trend"),
    family="volatility",
    hypothesis=_(
        "Risk changes faster than what is paid for it: in quiet times the same money buys more return for each swing."
    ),
    regime=_("Quiet rises."),
    known_failure=_("The calm before a fall: it is fully invested when the first shock comes."),
    parameters=(
        Parameter("trend", int, 72, 20, 250, _("Bars in the average"), step=12),
        Parameter("period", int, 24, 8, 100, _("Bars in the volatility"), step=4),
        Parameter("among", int, 240, 50, 600, _("How many values it is ranked among"), step=30),
        Parameter("calm", float, 55.0, 20.0, 90.0, _("The highest rank, in percent, that counts as quiet"), step=5.0),
    ),
    warmup=warmup,
    stop_bps=350,
    target_bps=0,
    plan="basic",
    decide=decide,
    entry="trend",
    sizing={"method": "volatility_target", "percent": "25"},
)
