"""The most that one order may cost."""

from __future__ import annotations

from decimal import Decimal

from trading.risk.types import AtMost, Book, Limits, Proposal, Ruling


def check(proposal: Proposal, book: Book, limits: Limits, limit_price: Decimal) -> Ruling:
    """Reduce to `order_notional_max`, counted at the worst price the order may get."""
    cap = limits.order_notional_max
    return AtMost(notional=cap, limit=lambda: f"{cap:f}", value=proposal.instrument.quote)
