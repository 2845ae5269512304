"""The word of rules alone never buys for real money (AI2)."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.rule import Rule, Stage
from trading.risk.types import Book, Deny, Limits, Proposal, Ruling


def check(proposal: Proposal, book: Book, limits: Limits, limit_price: Decimal) -> Ruling:
    """Refuse a live entry that no AI model voted on."""
    if book.real and proposal.by_rules:
        return Deny(limit=_("a vote of AI models"), value=_("rules voted"))
    return None


RULE = Rule(
    name="live_vote",
    stage=Stage.REAL_MONEY,
    title=_("Vote of AI models"),
    meaning=_("No signal is bought for real money on the word of rules alone: AI models must have voted."),
    check=check,
)
