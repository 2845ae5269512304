"""StoplossGuard: after so many stops in the window, nothing is bought for a while, or not that instrument."""

from __future__ import annotations

from typing import Final

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.protections.types import LOOKS_BACK, ZERO, Closes, Method, Protection

TRADE_LIMIT: Final = 10


def _blames(protection: Protection, closes: Closes) -> Closes:
    required = protection.required_profit if protection.required_profit is not None else ZERO
    stops = [one for one in closes if one.stopped and one.profit < required]
    return stops if len(stops) >= (protection.trade_limit or TRADE_LIMIT) else ()


METHOD = Method(
    "StoplossGuard",
    _("fewer stops lately (%(method)s)"),
    frozenset({*LOOKS_BACK, "trade_limit", "required_profit", "only_per_pair", "only_per_side"}),
    per_pair=None,
    blames=_blames,
    meaning=_("After so many stops in a short time, nothing is bought for a while: the market may not be yours now."),
    usual={"trade_limit": TRADE_LIMIT},
)
