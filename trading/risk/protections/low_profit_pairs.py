"""LowProfitPairs: an instrument whose closed positions in the window earned too little is not bought for a while."""

from __future__ import annotations

from typing import Final

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.protections.types import LOOKS_BACK, ZERO, Closes, Method, Protection

TRADE_LIMIT: Final = 1


def _blames(protection: Protection, closes: Closes) -> Closes:
    if len(closes) < (protection.trade_limit or TRADE_LIMIT):
        return ()
    earned = sum((one.profit for one in closes), ZERO)
    return closes if earned < (protection.required_profit or ZERO) else ()


METHOD = Method(
    "LowProfitPairs",
    _("better results lately (%(method)s)"),
    frozenset({*LOOKS_BACK, "trade_limit", "required_profit", "only_per_side"}),
    per_pair=True,
    blames=_blames,
    meaning=_("An instrument whose closed positions earned too little lately is not bought for a while."),
    usual={"trade_limit": TRADE_LIMIT},
)
