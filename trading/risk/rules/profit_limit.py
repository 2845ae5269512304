"""Close-only at the profit limit: an entry needs credits left, because credits are the profit still allowed."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.rule import Rule, Stage
from trading.risk.types import ZERO, Book, Deny, Limits, Proposal, Ruling


def check(proposal: Proposal, book: Book, limits: Limits, limit_price: Decimal) -> Ruling:
    """Refuse when no profit potential is left (CR3)."""
    if book.potential > ZERO:
        return None
    return Deny(limit=_("above 0"), value=f"{book.potential:f}")


RULE = Rule(
    name="profit_limit",
    stage=Stage.CREDITS,
    title=_("Profit limit"),
    meaning=_("Nothing is bought without credits for the profit it may make."),
    check=check,
)
