"""Real money follows the prices of the exchange that holds it: not a simulated market's, not another exchange's."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.rule import Rule, Stage
from trading.risk.types import Book, Deny, Limits, Proposal, Ruling


def check(proposal: Proposal, book: Book, limits: Limits, limit_price: Decimal) -> Ruling:
    """Refuse a live entry in an instrument that is not its account's exchange's own."""
    if book.real is None:
        return None
    venue = proposal.instrument.id.partition(":")[0]
    return None if venue == book.real.venue else Deny(limit=book.real.venue, value=venue)


RULE = Rule(
    name="live_prices",
    stage=Stage.REAL_MONEY,
    title=_("The exchange's own prices"),
    meaning=_("Nothing is bought for real money at prices of another exchange, or of a simulated market."),
    check=check,
)
