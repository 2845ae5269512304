"""Only instruments that the portfolio allows."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.rule import Rule, Stage
from trading.risk.types import Book, Deny, Limits, Proposal, Ruling


def check(proposal: Proposal, book: Book, limits: Limits, limit_price: Decimal) -> Ruling:
    """Refuse an instrument outside the whitelist, if there is one."""
    if limits.whitelist is None or proposal.instrument.id in limits.whitelist:
        return None
    return Deny(limit=_("whitelisted"), value=proposal.instrument.id)


RULE = Rule(
    name="whitelist",
    stage=Stage.INSTRUMENT,
    title=_("Allowed instruments"),
    meaning=_("Only allowed instruments are bought; an empty list allows all."),
    check=check,
    limit="whitelist",
)
