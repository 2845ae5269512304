"""Unpaid trend: with a trend that nobody pays for yet (after Koijen and others 2018, Carry)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import (
    Beside,
    Needs,
    Parameter,
    Stances,
    Strategy,
    above,
    after_warmup,
)
from trading.indicators.moving_averages import sma
from trading.indicators.windows import defined_means


def warmup(parameters: Mapping[str, float]) -> int:
    """The longer of average and mean."""
    return int(max(parameters["trend"], parameters["period"]))


def decide(bars: Bars, beside: Beside, *, trend: int, period: int, usual_bps: float) -> Stances:
    """Long above the average while the mean rate is below `usual_bps`, short the other way; int8."""
    price, rate = bars.close_f, 10_000 * defined_means(np.asarray(beside.funding), period)
    line = sma(price, trend)
    up, down = above(price, line) & (rate < usual_bps), above(line, price) & (rate > -usual_bps)
    return after_warmup(up, down, warmup=max(trend, period))


STRATEGY = Strategy(
    name="unpaid_trend",
    title=_("Unpaid trend"),
    family="funding",
    hypothesis=_(
        "A trend is young while those who hold it need not pay: the rate says how many have borrowed to join."
    ),
    regime=_("The first part of a trend."),
    known_failure=_("Trends that everybody pays for and that go on nevertheless."),
    parameters=(
        Parameter("trend", int, 60, 12, 250, _("Bars in the average"), step=12),
        Parameter("period", int, 24, 8, 200, _("Bars in the mean of the rates"), step=8),
        Parameter(
            "usual_bps",
            float,
            1.5,
            0.0,
            10.0,
            _("The mean rate up to which it is unpaid, in hundredths of a percent"),
            step=0.5,
        ),
    ),
    warmup=warmup,
    stop_bps=350,
    target_bps=1000,
    plan="pro",
    decide=decide,
    entry="trend",
    needs=(Needs.FUNDING,),
)
