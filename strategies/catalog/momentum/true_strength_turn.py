"""True strength: with a smoothed momentum that is on one side of zero and still moves away from it (Blau 1991)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import EXPONENTIAL_SETTLES, Parameter, Stances, Strategy, after_warmup
from trading.indicators.momentum import true_strength


def warmup(parameters: Mapping[str, int]) -> int:
    """Until both smoothings have settled."""
    return EXPONENTIAL_SETTLES * (parameters["slow"] + parameters["fast"]) + parameters["back"]


def rule(parameters: Mapping[str, int]) -> str | None:
    """The fast smoothing must be the faster one."""
    return None if parameters["fast"] < parameters["slow"] else _("fast must be below slow.")


def decide(bars: Bars, *, slow: int, fast: int, back: int) -> Stances:
    """Long where true strength is positive and above what it was `back` bars ago, short the other way; int8."""
    line = true_strength(bars.close_f, slow, fast)
    before = np.full(len(line), np.nan)
    before[back:] = line[: max(0, len(line) - back)]
    up, down = (line > 0.001) & (line - before > 0.001), (line < -0.001) & (line - before < -0.001)
    return after_warmup(up, down, warmup=warmup({"slow": slow, "fast": fast, "back": back}))


STRATEGY = Strategy(
    name="true_strength_turn",
    title=_("True strength"),
    family="momentum",
    hypothesis=_("Momentum that is smoothed twice keeps the turns that matter and drops the noise between them."),
    regime=_("Swings of several days."),
    known_failure=_("Turns within a day come and go before it has seen them."),
    parameters=(
        Parameter("slow", int, 50, 5, 80, _("Bars in the slow smoothing"), step=5),
        Parameter("fast", int, 20, 2, 40, _("Bars in the fast smoothing"), step=3),
        Parameter("back", int, 12, 1, 48, _("How many bars back it is compared"), step=1),
    ),
    warmup=warmup,
    stop_bps=350,
    target_bps=900,
    plan="basic",
    decide=decide,
    rule=rule,
    entry="trend",
)
