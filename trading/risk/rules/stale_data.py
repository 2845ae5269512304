"""No entry on an old or impossible price: NaN, zero and negative prices are no price."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from trading.risk.rule import Rule, Stage
from trading.risk.types import ZERO, Book, Deny, Limits, Proposal, Ruling


def check(proposal: Proposal, book: Book, limits: Limits, limit_price: Decimal) -> Ruling:
    """Refuse a price that is not a finite number above zero, or older than `quote_age_s_max`."""
    if not proposal.price.is_finite() or proposal.price <= ZERO:
        return Deny(limit=_("a price above 0"), value=f"{proposal.price:f}")
    if not proposal.price_age_s.is_finite() or proposal.price_age_s > limits.quote_age_s_max:
        limit = said(_("%(seconds)s s"), seconds=limits.quote_age_s_max)
        return Deny(limit=limit, value=said(_("%(seconds)s s"), seconds=f"{proposal.price_age_s:f}"))
    return None


RULE = Rule(
    name="stale_data",
    stage=Stage.PRICE,
    title=_("Age of the price"),
    meaning=_("Nothing is bought at a price that is too old."),
    check=check,
    limit="quote_age_s_max",
)
