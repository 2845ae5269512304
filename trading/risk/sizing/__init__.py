"""How large an entry is to be, one method a file; what it may be at most is for limits and rules. Pure.

Whatever the method asks for, the loss at the stop is at most the risk per trade of the portfolio's limits (RK1), and
the entry costs no more than the bot's allocation. Whoever adds a method writes a file and names it here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from trading.risk.sizing import atr_risk, fixed, kelly, percent, risk, volatility_target
from trading.risk.sizing.types import (
    NO_MEASURES,
    NO_RESULTS,
    ZERO,
    Asked,
    Measures,
    Method,
    Results,
    Sizing,
    Unsized,
    by_risk,
)

_FILES = (risk, fixed, percent, volatility_target, atr_risk, kelly)
METHODS: Final[dict[str, Method]] = {file.METHOD.name: file.METHOD for file in _FILES}
USUAL: Final = Sizing(risk.METHOD.name, {"percent": ZERO})

__all__ = [
    "METHODS",
    "NO_MEASURES",
    "NO_RESULTS",
    "USUAL",
    "Asked",
    "Measures",
    "Results",
    "Sizing",
    "Unsized",
    "notional_wanted",
]


def notional_wanted(sizing: Sizing, asked: Asked, *, allocation: Decimal) -> Decimal | Unsized:
    """What the entry would cost at its worst price. allocation: the bot's own cap, 0 for none."""
    wanted = METHODS[sizing.method].wants(sizing, asked)
    if isinstance(wanted, Unsized):
        return wanted
    if not wanted.is_finite():
        return ZERO
    most = min(wanted, by_risk(asked, asked.risk_pct))
    return min(most, allocation) if allocation > ZERO else most
