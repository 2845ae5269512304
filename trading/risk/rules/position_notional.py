"""The most that may stand in one instrument, over all bots."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from trading.risk.rule import Rule, Stage
from trading.risk.types import ZERO, AtMost, Book, Deny, Limits, Proposal, Ruling


def check(proposal: Proposal, book: Book, limits: Limits, limit_price: Decimal) -> Ruling:
    """Reduce to what `position_notional_max` leaves; refuse when it leaves nothing."""
    held = book.exposure.get(proposal.instrument.id, ZERO)
    cap = limits.position_notional_max
    if held >= cap:
        return Deny(limit=f"{cap:f}", value=f"{held:.2f}")
    return AtMost(cap - held, lambda: f"{cap:f}", lambda: said(_("%(held)s held"), held=f"{held:.2f}"))


RULE = Rule(
    name="position_notional",
    stage=Stage.SIZE,
    title=_("Held in one instrument"),
    meaning=_("No more is held of one instrument than allowed."),
    check=check,
    limit="position_notional_max",
)
