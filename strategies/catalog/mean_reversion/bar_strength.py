"""Bar strength: buy closes at the bottom of their bar, sell those at the top (Pagonidis 2013)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, holding
from trading.indicators.series import ratio
from trading.indicators.windows import defined_means


def warmup(parameters: Mapping[str, float]) -> int:
    """The averaged bars, and then one longest stay."""
    return int(parameters["over"] + parameters["stay"])


def rule(parameters: Mapping[str, float]) -> str | None:
    """It must leave above where it enters."""
    return None if parameters["weak"] < parameters["strong"] else _("weak must be below strong.")


def decide(bars: Bars, *, over: int, weak: float, strong: float, stay: int) -> Stances:
    """Long from a mean place of the close in its bar below `weak` until above `strong`, or after `stay` bars; int8."""
    place = ratio(bars.close_f - bars.low_f, bars.high_f - bars.low_f)
    mean, silent = defined_means(place, over), warmup({"over": over, "stay": stay})
    return holding(mean < weak, mean > strong, patience=stay, warmup=silent)


STRATEGY = Strategy(
    name="bar_strength",
    title=_("Bar strength"),
    family="mean_reversion",
    hypothesis=_("Who must be out by the close of a bar sells into its low; the next bars give some of it back."),
    regime=_("Lively ranges."),
    known_failure=_("Falls bar by bar, each closing at its low."),
    parameters=(
        Parameter("over", int, 2, 1, 12, _("Bars whose places are averaged"), step=1),
        Parameter("weak", float, 0.25, 0.05, 0.45, _("Enter below this place, 0 the low to 1 the high"), step=0.05),
        Parameter("strong", float, 0.7, 0.5, 0.95, _("Leave above this place"), step=0.05),
        Parameter("stay", int, 12, 1, 60, _("Leave after so many bars since the last weak one"), step=1),
    ),
    warmup=warmup,
    stop_bps=200,
    target_bps=400,
    plan="basic",
    decide=decide,
    rule=rule,
    entry="pullback",
)
