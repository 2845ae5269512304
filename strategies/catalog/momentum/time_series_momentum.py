"""Time-series momentum: what rose for a while goes on (Moskowitz, Ooi and Pedersen 2012)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, after_warmup
from trading.indicators.momentum import roc
from trading.indicators.volatility import historical_volatility


def warmup(parameters: Mapping[str, float]) -> int:
    """One lookback, and the bar before it."""
    return int(parameters["lookback"]) + 1


def decide(bars: Bars, *, lookback: int, sure: float) -> Stances:
    """Long where the lookback's return is above `sure` times its usual size, short where below; int8."""
    price = bars.close_f
    moved = roc(price, lookback)
    usual = sure * historical_volatility(price, lookback) * np.sqrt(lookback)
    return after_warmup((moved > usual) & (usual > 0), (-moved > usual) & (usual > 0), warmup=lookback + 1)


STRATEGY = Strategy(
    name="time_series_momentum",
    title=_("Time-series momentum"),
    family="momentum",
    hypothesis=_(
        "People learn of news at different times and follow what has already moved: returns of weeks persist."
    ),
    regime=_("Markets with a theme: long rises, and falls that last."),
    known_failure=_("Sharp turns after long moves, when everybody holds the same side."),
    parameters=(
        Parameter("lookback", int, 168, 24, 480, _("Bars over which the return is measured"), step=24),
        Parameter("sure", float, 0.5, 0.1, 2.0, _("How many usual moves it must be"), step=0.1),
    ),
    warmup=warmup,
    stop_bps=500,
    target_bps=0,
    plan="basic",
    decide=decide,
    entry="trend",
    sizing={"method": "volatility_target", "percent": "20"},
)
