"""Residual reversion: against what moved without the reference (Avellaneda and Lee 2010)."""

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
    holding,
    opposed,
)
from trading.indicators.series import log_returns, ratio
from trading.indicators.volatility import standard_deviation
from trading.indicators.windows import correlations, defined_means


def warmup(parameters: Mapping[str, float]) -> int:
    """The regression, the sum after it, and then one longest stay."""
    return int(2 * parameters["period"] + parameters["over"] + parameters["stay"])


def decide(bars: Bars, beside: Beside, *, period: int, over: int, far: float, stay: int) -> Stances:
    """Long where the last `over` returns lag what beta explains by `far` deviations, short where they lead; int8."""
    own, other = log_returns(bars.close_f), log_returns(np.asarray(beside.reference))
    own, other = np.nan_to_num(own), np.nan_to_num(other)
    shared, swing = correlations(own, other, period), standard_deviation(own, period)
    beta = shared * ratio(swing, standard_deviation(other, period))
    alone = over * (defined_means(own, over) - beta * defined_means(other, over))
    score = ratio(alone, swing * np.sqrt(over * np.maximum(1 - shared**2, 1e-6)))
    silent = warmup({"period": period, "over": over, "stay": stay})
    long = holding(score < -far, score > 0, patience=stay, warmup=silent)
    return opposed(long, holding(score > far, score < 0, patience=stay, warmup=silent))


STRATEGY = Strategy(
    name="residual_reversion",
    title=_("Residual reversion"),
    family="pairs",
    hypothesis=_(
        "What a coin does without the market is one large order more often than it is knowledge, and orders end."
    ),
    regime=_("Quiet weeks in which coins follow each other."),
    known_failure=_("News about the one coin: then the residual is the news."),
    parameters=(
        Parameter("period", int, 120, 30, 300, _("Bars in the regression"), step=10),
        Parameter("over", int, 12, 2, 72, _("Returns that are added up"), step=2),
        Parameter("far", float, 1.5, 0.5, 4.0, _("Standard deviations from what beta explains"), step=0.25),
        Parameter("stay", int, 24, 2, 120, _("Leave after so many bars since it was last so far"), step=4),
    ),
    warmup=warmup,
    stop_bps=350,
    target_bps=600,
    plan="pro",
    decide=decide,
    entry="mean_reversion",
    needs=(Needs.REFERENCE,),
)
