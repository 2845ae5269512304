"""Squeeze release: with the first direction after the bands were squeezed (Carter 2005)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, after_warmup, holding
from trading.indicators.channels import squeeze


def warmup(parameters: Mapping[str, float]) -> int:
    """The squeeze's momentum, and then one longest stay."""
    return int(2 * parameters["period"] + parameters["recent"])


def decide(bars: Bars, *, period: int, keltner_width: float, recent: int) -> Stances:
    """Long while momentum is positive within `recent` bars of a squeeze, and no squeeze is on; short if negative."""
    state = squeeze(bars.high_f, bars.low_f, bars.close_f, period, 2.0, keltner_width)
    squeezed, least = state.on == 1.0, 1e-9 * bars.close_f
    silent = warmup({"period": period, "recent": recent})
    fresh = (holding(squeezed, np.zeros(len(bars), dtype=bool), patience=recent, warmup=silent) == 1) & ~squeezed
    return after_warmup(fresh & (state.momentum > least), fresh & (state.momentum < -least), warmup=silent)


STRATEGY = Strategy(
    name="squeeze_release",
    title=_("Squeeze release"),
    family="breakout",
    hypothesis=_("Quiet is when positions are built; when it ends, they are worth something, and others must follow."),
    regime=_("The change from quiet to movement."),
    known_failure=_("A release that turns within a few bars, which it follows both ways."),
    parameters=(
        Parameter("period", int, 20, 8, 100, _("Bars in the bands"), step=4),
        Parameter(
            "keltner_width",
            float,
            1.5,
            0.8,
            3.0,
            _("Average ranges inside which the bands count as squeezed"),
            step=0.1,
        ),
        Parameter("recent", int, 18, 2, 100, _("For how many bars after a squeeze it counts"), step=4),
    ),
    warmup=warmup,
    stop_bps=300,
    target_bps=900,
    plan="pro",
    decide=decide,
)
