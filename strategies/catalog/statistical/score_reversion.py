"""Score reversion: against a distance of so many deviations, where prices have reverted of late (Chan 2013)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, holding, opposed
from trading.indicators.statistics import half_life, z_score


def warmup(parameters: Mapping[str, float]) -> int:
    """The half-life, and then one longest stay."""
    return int(max(parameters["period"], parameters["memory"]) + parameters["stay"]) + 1


def decide(bars: Bars, *, period: int, far: float, memory: int, longest: float, stay: int) -> Stances:
    """Against scores beyond `far` while the half-life is below `longest` bars, until they cross zero; int8."""
    price = bars.close_f
    score, reverts = z_score(price, period), half_life(price, memory) < longest
    silent = warmup({"period": period, "memory": memory, "stay": stay})
    long = holding(reverts & (score < -far), score > 0, patience=stay, warmup=silent)
    return opposed(long, holding(reverts & (score > far), score < 0, patience=stay, warmup=silent))


STRATEGY = Strategy(
    name="score_reversion",
    title=_("Score reversion"),
    family="statistical",
    hypothesis=_(
        "Where prices are drawn back to a mean, a regression says how fast; while it is fast, it is worth trading."
    ),
    regime=_("Ranges that last longer than they take to revert."),
    known_failure=_("The mean moves: the distance shrinks because the average comes to the price."),
    parameters=(
        Parameter("period", int, 48, 10, 200, _("Bars in mean and deviation"), step=6),
        Parameter("far", float, 1.75, 0.75, 3.0, _("Standard deviations from the mean"), step=0.25),
        Parameter("memory", int, 120, 40, 400, _("Bars from which the half-life is measured"), step=20),
        Parameter("longest", float, 24.0, 4.0, 100.0, _("The longest half-life, in bars"), step=4.0),
        Parameter("stay", int, 36, 4, 150, _("Leave after so many bars since it was last so far"), step=4),
    ),
    warmup=warmup,
    stop_bps=350,
    target_bps=600,
    plan="pro",
    decide=decide,
    entry="mean_reversion",
)
