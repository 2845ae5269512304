"""The rules, one a file, in the order in which they are asked. Whoever adds one writes a file and names it here.

A rule is `check(proposal, book, limits, limit_price) -> Ruling`: None allows, AtMost reduces, Deny refuses.
"""

from collections.abc import Callable
from decimal import Decimal

from trading.risk.rules import (
    cash,
    daily_loss,
    live_consent,
    live_prices,
    live_vote,
    open_positions,
    order_notional,
    position_notional,
    position_share,
    profit_limit,
    protections,
    stale_data,
    stop_switch,
    whitelist,
)
from trading.risk.types import Book, Limits, Proposal, Ruling

Rule = Callable[[Proposal, Book, Limits, Decimal], Ruling]

RULES: dict[str, Rule] = {
    "stop_switch": stop_switch.check,
    "live_consent": live_consent.check,
    "live_prices": live_prices.check,
    "live_vote": live_vote.check,
    "profit_limit": profit_limit.check,
    "stale_data": stale_data.check,
    "whitelist": whitelist.check,
    "protections": protections.check,
    "daily_loss": daily_loss.check,
    "open_positions": open_positions.check,
    "order_notional": order_notional.check,
    "position_notional": position_notional.check,
    "position_share": position_share.check,
    "cash": cash.check,
}
FIELD_OF = {  # rule -> which of the limits it holds against; the others hold against facts
    "stop_switch": "mode",
    "stale_data": "quote_age_s_max",
    "whitelist": "whitelist",
    "daily_loss": "daily_loss_pct_max",
    "open_positions": "open_positions_max",
    "order_notional": "order_notional_max",
    "position_notional": "position_notional_max",
    "position_share": "position_pct_max",
}
