"""Force pullback: buy a short weakness of force inside a rise (Elder 1993)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import EXPONENTIAL_SETTLES, Parameter, Stances, Strategy, after_warmup
from trading.indicators.moving_averages import ema
from trading.indicators.volume import force_index


def warmup(parameters: Mapping[str, int]) -> int:
    """Until the average has settled."""
    return EXPONENTIAL_SETTLES * parameters["trend"]


def decide(bars: Bars, *, trend: int, force: int) -> Stances:
    """Long where the average rises and force is negative, short where it falls and force is positive; int8."""
    price = bars.close_f
    line, push = ema(price, trend), force_index(price, bars.volume, force)
    moved, least = np.diff(line, prepend=np.nan), 1e-9 * price
    up, down = (moved > least) & (push < 0), (moved < -least) & (push > 0)
    return after_warmup(up, down, warmup=EXPONENTIAL_SETTLES * trend)


STRATEGY = Strategy(
    name="force_pullback",
    title=_("Force pullback"),
    family="volume",
    hypothesis=_("Inside a trend the weak hands leave on small reasons, and the price that they take is a good one."),
    regime=_("Trends with regular pullbacks."),
    known_failure=_("The pullback that is the turn."),
    parameters=(
        Parameter("trend", int, 48, 10, 150, _("Bars in the average"), step=6),
        Parameter("force", int, 3, 2, 20, _("Bars in the force"), step=1),
    ),
    warmup=warmup,
    stop_bps=300,
    target_bps=600,
    plan="basic",
    decide=decide,
    entry="pullback",
)
