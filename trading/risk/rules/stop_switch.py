"""The switch that stops everything: no entry leaves while it is set. Exits and stops go on."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.types import Book, Deny, Limits, Proposal, Ruling


def check(proposal: Proposal, book: Book, limits: Limits, limit_price: Decimal) -> Ruling:
    """Refuse while trading is stopped."""
    return Deny(limit=_("trading on"), value=_("stopped")) if limits.stopped else None
