"""The most that one order may cost."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.rule import Rule, Stage
from trading.risk.types import AtMost, Book, Limits, Proposal, Ruling


def check(proposal: Proposal, book: Book, limits: Limits, limit_price: Decimal) -> Ruling:
    """Reduce to `order_notional_max`, counted at the worst price the order may get."""
    cap = limits.order_notional_max
    return AtMost(notional=cap, limit=lambda: f"{cap:f}", value=proposal.instrument.quote)


RULE = Rule(
    name="order_notional",
    stage=Stage.SIZE,
    title=_("Size of one order"),
    meaning=_("One order is no larger than allowed."),
    check=check,
    limit="order_notional_max",
)
