"""RSI reversion: buy what fell too fast and leave when it has recovered (Wilder 1978; Connors and Alvarez 2009)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import WILDER_SETTLES, Parameter, Stances, Strategy, holding
from trading.indicators import rsi


def warmup(parameters: Mapping[str, int]) -> int:
    """Until the index has settled, and then one longest stay."""
    return WILDER_SETTLES * parameters["period"] + parameters["stay"]


def rule(parameters: Mapping[str, float]) -> str | None:
    """It must leave above where it enters."""
    return None if parameters["oversold"] < parameters["recovered"] else _("oversold must be below recovered.")


def decide(bars: Bars, *, period: int, oversold: float, recovered: float, stay: int) -> Stances:
    """Long from RSI below `oversold` until above `recovered`, or `stay` bars after the last such low; int8."""
    strength = rsi(bars.close_f, period)
    silent = warmup({"period": period, "stay": stay})
    return holding(strength < oversold, strength > recovered, patience=stay, warmup=silent)


STRATEGY = Strategy(
    name="rsi_reversion",
    title=_("RSI reversion"),
    family="mean_reversion",
    hypothesis=_(
        "Fast falls overshoot, because forced and frightened sellers take any price: much of the fall is given back."
    ),
    regime=_("Ranges, and pullbacks inside a rising market."),
    known_failure=_("A crash that goes on: what is oversold becomes more so, and the stop is hit again and again."),
    parameters=(
        Parameter("period", int, 14, 2, 50, _("Bars in the index"), step=1),
        Parameter("oversold", float, 30.0, 5.0, 45.0, _("Enter below this index"), step=2.5),
        Parameter("recovered", float, 55.0, 40.0, 90.0, _("Leave above this index"), step=2.5),
        Parameter("stay", int, 48, 4, 200, _("Leave after so many bars since it was last oversold"), step=4),
    ),
    warmup=warmup,
    stop_bps=250,
    target_bps=500,
    plan="free",
    decide=decide,
    rule=rule,
)
