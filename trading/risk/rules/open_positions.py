"""At most so many positions at once; entries in flight count."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.rule import Rule, Stage
from trading.risk.types import Book, Deny, Limits, Proposal, Ruling


def check(proposal: Proposal, book: Book, limits: Limits, limit_price: Decimal) -> Ruling:
    """Refuse the position that would be one too many; what adds to one is none."""
    if proposal.adds or book.open_positions < limits.open_positions_max:
        return None
    return Deny(limit=str(limits.open_positions_max), value=str(book.open_positions + 1))


RULE = Rule(
    name="open_positions",
    stage=Stage.NUMBER,
    title=_("Open positions"),
    meaning=_("No more positions are open at once than allowed."),
    check=check,
    limit="open_positions_max",
)
