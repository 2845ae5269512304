"""No order without the money for it: the worst price and the fee, or the margin of a short, fit into free cash."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from trading.risk.rule import Rule, Stage
from trading.risk.types import ZERO, AtMost, Book, Deny, Limits, Proposal, Ruling

PPM = Decimal(1_000_000)
ROUNDED = Decimal("0.0000001")  # what the margins of the levels that an order meets may be rounded up by


def check(proposal: Proposal, book: Book, limits: Limits, limit_price: Decimal) -> Ruling:
    """Reduce to what free cash pays with the fee; refuse when there is none."""
    if book.cash_free <= ZERO:
        return Deny(limit=_("free cash"), value=f"{book.cash_free:.2f}")
    if proposal.margin:
        affordable = max(book.cash_free - ROUNDED, ZERO) / proposal.margin
    else:
        affordable = book.cash_free * PPM / (PPM + proposal.fee_ppm)
    free = book.cash_free
    return AtMost(affordable, lambda: said(_("%(cash)s free"), cash=f"{free:.2f}"), proposal.instrument.quote)


RULE = Rule(
    name="cash",
    stage=Stage.CASH,
    title=_("Free cash"),
    meaning=_("Nothing is bought without free cash for its worst price and fee."),
    check=check,
)
