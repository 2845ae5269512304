"""Variance switch: follow moves where variance adds up, fade them where it cancels (Lo and MacKinlay 1988)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, after_warmup
from trading.indicators.momentum import roc
from trading.indicators.statistics import variance_ratio
from trading.indicators.volatility import historical_volatility


def warmup(parameters: Mapping[str, float]) -> int:
    """The variances, and the move."""
    return int(parameters["period"] + parameters["lag"]) + 1


def decide(bars: Bars, *, period: int, lag: int, apart: float) -> Stances:
    """On the side of the last `lag` bars' move where the ratio is above 1 + `apart`, against it below 1 - `apart`."""
    price = bars.close_f
    shares, moved = variance_ratio(price, period, lag), roc(price, lag)
    usual = 0.5 * np.sqrt(lag) * historical_volatility(price, period)
    trends, turns = shares > 1 + apart, shares < 1 - apart
    rose, fell = moved > usual, moved < -usual
    return after_warmup((trends & rose) | (turns & fell), (trends & fell) | (turns & rose), warmup=period + lag + 1)


STRATEGY = Strategy(
    name="variance_switch",
    title=_("Variance switch"),
    family="statistical",
    hypothesis=_(
        "If returns were independent, variance would grow evenly with time; where it does not, they can be foretold."
    ),
    regime=_("Markets that keep one character for days."),
    known_failure=_("Small samples: a ratio of so few bars is often far from 1 by chance."),
    parameters=(
        Parameter("period", int, 120, 40, 400, _("Bars in the variances"), step=20),
        Parameter("lag", int, 6, 2, 24, _("Bars in the longer return"), step=1),
        Parameter("apart", float, 0.2, 0.05, 0.8, _("How far from 1 the ratio must be"), step=0.05),
    ),
    warmup=warmup,
    stop_bps=300,
    target_bps=600,
    plan="pro",
    decide=decide,
    entry="trend",
)
