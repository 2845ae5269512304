"""Impulse: with inertia and power on one side, an average and the MACD's slope (Elder 2002)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import EXPONENTIAL_SETTLES, Parameter, Stances, Strategy, after_warmup
from trading.indicators.moving_averages import ema
from trading.indicators.trend import macd


def warmup(parameters: Mapping[str, int]) -> int:
    """Until the averages have settled."""
    return EXPONENTIAL_SETTLES * max(parameters["inertia"], parameters["slow"])


def decide(bars: Bars, *, inertia: int, slow: int) -> Stances:
    """Long where the average and the MACD histogram both rise, short where both fall; int8, as long as `bars`."""
    price = bars.close_f
    line, power = ema(price, inertia), macd(price, max(2, slow // 2), slow, max(2, slow // 3)).histogram
    least = 1e-9 * price
    moved, pushed = np.diff(line, prepend=np.nan), np.diff(power, prepend=np.nan)
    up, down = (moved > least) & (pushed > least), (moved < -least) & (pushed < -least)
    return after_warmup(up, down, warmup=warmup({"inertia": inertia, "slow": slow}))


STRATEGY = Strategy(
    name="impulse",
    title=_("Impulse"),
    family="momentum",
    hypothesis=_("When a move has direction and gains speed, standing aside from it costs more than joining late."),
    regime=_("Bursts of some hours."),
    known_failure=_("Every short counter-move ends it: it trades often, and fees eat what it finds."),
    parameters=(
        Parameter("inertia", int, 20, 5, 100, _("Bars in the average"), step=5),
        Parameter("slow", int, 26, 6, 120, _("Bars in the slow average of MACD"), step=4),
    ),
    warmup=warmup,
    stop_bps=250,
    target_bps=600,
    plan="basic",
    decide=decide,
    entry="trend",
)
