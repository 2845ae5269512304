"""Crowded funding: against the side that pays much and loses (after Koijen and others 2018, Carry)."""

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
    above,
    holding,
    opposed,
)
from trading.indicators.moving_averages import sma
from trading.indicators.windows import defined_means


def warmup(parameters: Mapping[str, float]) -> int:
    """The mean of the rates, and then one stay."""
    return int(parameters["period"] + parameters["stay"])


def decide(bars: Bars, beside: Beside, *, period: int, crowded_bps: float, stay: int) -> Stances:
    """Short for `stay` bars after a close below the average while longs pay `crowded_bps`, long the other way; int8."""
    price, rate = bars.close_f, 10_000 * defined_means(np.asarray(beside.funding), period)
    line = sma(price, period)
    long_pays, short_pays = (rate > crowded_bps) & above(line, price), (rate < -crowded_bps) & above(price, line)
    silent = warmup({"period": period, "stay": stay})
    long = holding(short_pays, long_pays, patience=stay, warmup=silent)
    return opposed(long, holding(long_pays, short_pays, patience=stay, warmup=silent))


STRATEGY = Strategy(
    name="crowded_funding",
    title=_("Crowded funding"),
    family="funding",
    hypothesis=_(
        "Who pays a high rate to hold a position has borrowed for it; a small move against them makes many leave."
    ),
    regime=_("Overheated rises, and panics."),
    known_failure=_("Rates stay high through the best part of a rise."),
    parameters=(
        Parameter("period", int, 24, 8, 200, _("Bars in the means of rates and closes"), step=8),
        Parameter(
            "crowded_bps",
            float,
            2.0,
            0.5,
            20.0,
            _("The mean rate that is crowded, in hundredths of a percent"),
            step=0.5,
        ),
        Parameter("stay", int, 12, 1, 100, _("Bars that it stays"), step=2),
    ),
    warmup=warmup,
    stop_bps=400,
    target_bps=800,
    plan="pro",
    decide=decide,
    entry="trend",
    needs=(Needs.FUNDING,),
)
