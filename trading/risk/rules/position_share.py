"""The largest share of the portfolio's value that one instrument may take, over all bots."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from trading.risk.rule import Rule, Stage
from trading.risk.types import PERCENT, ZERO, AtMost, Book, Deny, Limits, Proposal, Ruling


def check(proposal: Proposal, book: Book, limits: Limits, limit_price: Decimal) -> Ruling:
    """Reduce to what `position_pct_max` of equity leaves; refuse when it leaves nothing."""
    cap = book.equity * limits.position_pct_max / PERCENT
    held = book.exposure.get(proposal.instrument.id, ZERO)

    def limit() -> str:
        return said(_("%(share)s of equity"), share=f"{limits.position_pct_max:f}%")

    def value() -> str:
        return said(_("%(held)s held of %(cap)s"), held=f"{held:.2f}", cap=f"{cap:.2f}")

    if cap <= ZERO or held >= cap:
        return Deny(limit(), value())
    return AtMost(cap - held, limit, value)


RULE = Rule(
    name="position_share",
    stage=Stage.SIZE,
    title=_("Share of one instrument"),
    meaning=_("One instrument is no larger a share of the portfolio than allowed."),
    check=check,
    limit="position_pct_max",
)
