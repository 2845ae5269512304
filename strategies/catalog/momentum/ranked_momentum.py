"""Ranked momentum: a rise that is among the largest of late (after Jegadeesh and Titman 1993)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Parameter, Stances, Strategy, holding
from trading.indicators.momentum import roc
from trading.indicators.statistics import percent_rank


def warmup(parameters: Mapping[str, float]) -> int:
    """The ranks, the move before them, and then as long as it may stay."""
    return int(parameters["move"] + parameters["among"] + parameters["stay"])


def rule(parameters: Mapping[str, float]) -> str | None:
    """It must leave below where it enters."""
    return None if parameters["leave"] < parameters["enter"] else _("leave must be below enter.")


def decide(bars: Bars, *, move: int, among: int, enter: float, leave: float, stay: int) -> Stances:
    """Long from a move ranked above `enter` until one below `leave`, or `stay` bars after the last such; int8."""
    rank = percent_rank(np.nan_to_num(roc(bars.close_f, move)), among)
    silent = warmup({"move": move, "among": among, "stay": stay})
    return holding(rank > enter, rank < leave, patience=stay, warmup=silent)


STRATEGY = Strategy(
    name="ranked_momentum",
    title=_("Ranked momentum"),
    family="momentum",
    hypothesis=_("Unusual strength is noticed: lists of winners bring the next buyers."),
    regime=_("The first half of a strong rise."),
    known_failure=_("The last burst of a rise ranks highest of all."),
    parameters=(
        Parameter("move", int, 24, 4, 120, _("Bars over which a move is measured"), step=4),
        Parameter("among", int, 240, 50, 600, _("How many moves it is ranked among"), step=30),
        Parameter("enter", float, 85.0, 60.0, 99.0, _("Enter above this rank, in percent"), step=5.0),
        Parameter("leave", float, 50.0, 10.0, 80.0, _("Leave below this rank, in percent"), step=5.0),
        Parameter("stay", int, 48, 4, 120, _("Leave after so many bars without such a move"), step=6),
    ),
    warmup=warmup,
    stop_bps=350,
    target_bps=1000,
    plan="basic",
    decide=decide,
    rule=rule,
    entry="breakout",
)
