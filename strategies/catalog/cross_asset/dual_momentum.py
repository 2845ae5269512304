"""Dual momentum: long what rises and rises more than the reference, short the opposite (Antonacci 2014)."""

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
    after_warmup,
)
from trading.indicators.momentum import roc


def warmup(parameters: Mapping[str, float]) -> int:
    """One lookback, and the bar before it."""
    return int(parameters["lookback"]) + 1


def decide(bars: Bars, beside: Beside, *, lookback: int, ahead: float) -> Stances:
    """Long where the move is above 0 and `ahead` percent above the reference's, short where below both; int8."""
    own, other = roc(bars.close_f, lookback), roc(np.asarray(beside.reference), lookback)
    up, down = (own > 0) & (own - other > ahead), (own < 0) & (other - own > ahead)
    return after_warmup(up, down, warmup=lookback + 1)


STRATEGY = Strategy(
    name="dual_momentum",
    title=_("Dual momentum"),
    family="cross_asset",
    hypothesis=_(
        "Money goes where it has been rewarded: from the coin that lags to the one that leads, while any rises."
    ),
    regime=_("Seasons in which one coin after another leads."),
    known_failure=_("Leaders change within the lookback: it holds each of them for the way back."),
    parameters=(
        Parameter("lookback", int, 120, 24, 480, _("Bars over which both moves are measured"), step=24),
        Parameter("ahead", float, 1.0, 0.1, 20.0, _("How many percent ahead of the reference"), step=0.5),
    ),
    warmup=warmup,
    stop_bps=450,
    target_bps=0,
    plan="pro",
    decide=decide,
    entry="trend",
    needs=(Needs.REFERENCE,),
)
