"""MaxDrawdown: when the closed positions of the window have lost too much from their best point, nothing is bought."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.protections.types import LOOKS_BACK, ZERO, Closes, Method, Protection

TRADE_LIMIT: Final = 1


def drawdown(closes: Closes) -> Decimal:
    """The deepest fall of the summed profit ratios below their best point so far, which begins at zero; not negative.

    As freqtrade counts it: sums of ratios, not of money.
    """
    total = best = deepest = ZERO
    for one in closes:
        total += one.profit
        best = max(best, total)
        deepest = max(deepest, best - total)
    return deepest


def _blames(protection: Protection, closes: Closes) -> Closes:
    if len(closes) < (protection.trade_limit or TRADE_LIMIT):
        return ()
    return closes if drawdown(closes) > (protection.max_allowed_drawdown or ZERO) else ()


METHOD = Method(
    "MaxDrawdown",
    _("a smaller fall lately (%(method)s)"),
    frozenset({*LOOKS_BACK, "trade_limit", "max_allowed_drawdown"}),
    per_pair=False,
    blames=_blames,
    meaning=_("Once the results of a time have fallen too far below their best, nothing is bought for a while."),
    usual={"trade_limit": TRADE_LIMIT},
)
