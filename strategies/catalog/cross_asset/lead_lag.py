"""Lead and lag: after a move of the reference that has not been followed yet (Lo and MacKinlay 1990)."""

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
from trading.indicators.momentum import roc
from trading.indicators.series import ratio
from trading.indicators.volatility import historical_volatility


def warmup(parameters: Mapping[str, float]) -> int:
    """The usual moves, and then one stay."""
    return int(2 * parameters["usual"] + parameters["move"] + parameters["stay"])


def decide(bars: Bars, beside: Beside, *, move: int, usual: int, lead: float, stay: int) -> Stances:
    """Long for `stay` bars after the reference rose `lead` usual moves more than this did, short after it fell so."""
    other, price = np.nan_to_num(np.asarray(beside.reference), nan=1.0), bars.close_f
    ahead = _in_usual_moves(other, move, usual) - _in_usual_moves(price, move, usual)
    silent = warmup({"move": move, "usual": usual, "stay": stay})
    long = holding(ahead > lead, ahead < 0, patience=stay, warmup=silent)
    return opposed(long, holding(ahead < -lead, ahead > 0, patience=stay, warmup=silent))


def _in_usual_moves(price: Floats, move: int, usual: int) -> Floats:
    return ratio(roc(price, move), historical_volatility(price, usual) * np.sqrt(move))


STRATEGY = Strategy(
    name="lead_lag",
    title=_("Lead and lag"),
    family="cross_asset",
    hypothesis=_(
        "News is traded first where most is traded; the others are marked up when their makers have looked there."
    ),
    regime=_("Days on which one coin leads."),
    known_failure=_("A lead that was the leader's own news."),
    parameters=(
        Parameter("move", int, 3, 1, 24, _("Bars in the move"), step=1),
        Parameter("usual", int, 96, 24, 300, _("Bars from which the usual move is measured"), step=12),
        Parameter("lead", float, 1.25, 0.5, 4.0, _("How many usual moves it must lead by"), step=0.25),
        Parameter("stay", int, 6, 1, 48, _("Bars that it stays"), step=1),
    ),
    warmup=warmup,
    stop_bps=250,
    target_bps=500,
    plan="pro",
    decide=decide,
    entry="pullback",
    needs=(Needs.REFERENCE,),
)
