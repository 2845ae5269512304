"""Narrow range: with whoever leaves the narrowest bar of seven first (Crabel 1990)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, above, after_warmup, holding, opposed
from trading.indicators.library import ta


def warmup(parameters: Mapping[str, int]) -> int:
    """The bars compared, as long as a break is waited for, and one stay."""
    return parameters["among"] + parameters["valid"] + parameters["stay"]


def decide(bars: Bars, *, among: int, valid: int, stay: int) -> Stances:
    """Long for `stay` bars from a close above the last narrow bar, short from one below it; int8, as long as `bars`."""
    if not len(bars):
        return after_warmup(np.zeros(0, dtype=bool), warmup=0)
    wide, index = bars.high_f - bars.low_f, np.arange(len(bars))
    narrow = (wide > 0) & (wide <= ta().MIN(wide, among))
    last = np.maximum.accumulate(np.where(narrow, index, -1))
    fresh = (last >= 0) & (index > last) & (index - last <= valid)
    up, down = fresh & above(bars.close_f, bars.high_f[last]), fresh & above(bars.low_f[last], bars.close_f)
    silent = warmup({"among": among, "valid": valid, "stay": stay})
    long = holding(up, down, patience=stay, warmup=silent)
    return opposed(long, holding(down, up, patience=stay, warmup=silent))


STRATEGY = Strategy(
    name="narrow_range",
    title=_("Narrow range"),
    family="breakout",
    hypothesis=_("A bar in which nobody could move the price is followed by one in which somebody does."),
    regime=_("Markets that breathe between still and lively."),
    known_failure=_("Thin hours: narrow bars mean nothing there, and their breaks fade."),
    parameters=(
        Parameter("among", int, 7, 4, 40, _("Bars of which it must be the narrowest"), step=1),
        Parameter("valid", int, 4, 1, 24, _("For how many bars a break of it counts"), step=1),
        Parameter("stay", int, 12, 2, 60, _("Bars that it stays after the last break"), step=2),
    ),
    warmup=warmup,
    stop_bps=250,
    target_bps=600,
    plan="basic",
    decide=decide,
)
