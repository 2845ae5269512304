"""Ratio reversion: against a price ratio of two instruments that is far from its mean (Gatev and others 2006)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryptouniverse.kernel.market import Bars, Floats
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import (
    Beside,
    Needs,
    Parameter,
    Stances,
    Strategy,
    holding,
    opposed,
)
from trading.indicators.statistics import z_score


def warmup(parameters: Mapping[str, float]) -> int:
    """Twice the mean, for a ratio begins with the later of the two; and then one longest stay."""
    return int(2 * parameters["period"] + parameters["stay"])


def decide(bars: Bars, beside: Beside, *, period: int, far: float, stay: int) -> Stances:
    """Long while the ratio to the reference is `far` deviations below its mean until back at it, short above; int8."""
    reference: Floats = np.asarray(beside.reference)
    score = z_score(np.log(bars.close_f / reference), period)
    silent = warmup({"period": period, "stay": stay})
    long = holding(score < -far, score > 0, patience=stay, warmup=silent)
    return opposed(long, holding(score > far, score < 0, patience=stay, warmup=silent))


STRATEGY = Strategy(
    name="ratio_reversion",
    title=_("Ratio reversion"),
    family="pairs",
    hypothesis=_("Two coins for the same buyers keep a ratio of prices; who sells one of them in haste moves it."),
    regime=_("Markets that move together, without news of one of them."),
    known_failure=_(
        "A coin that has changed for good: the ratio does not come back, and one leg alone carries the market's risk."
    ),
    parameters=(
        Parameter("period", int, 96, 24, 300, _("Bars in mean and deviation"), step=12),
        Parameter("far", float, 2.0, 1.0, 3.5, _("Standard deviations from the mean"), step=0.25),
        Parameter("stay", int, 48, 6, 200, _("Leave after so many bars since it was last so far"), step=6),
    ),
    warmup=warmup,
    stop_bps=400,
    target_bps=800,
    plan="pro",
    decide=decide,
    entry="mean_reversion",
    needs=(Needs.REFERENCE,),
)
