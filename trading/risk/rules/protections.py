"""No entry while a protection locks it: what was closed lately went wrong too often, or was closed just now."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from trading.risk.protections import METHODS, locked_until
from trading.risk.rule import Rule, Stage
from trading.risk.types import Book, Deny, Limits, Proposal, Ruling


def check(proposal: Proposal, book: Book, limits: Limits, limit_price: Decimal) -> Ruling:
    """Refuse while one locks; of several the one that locks longest. An entry fills at the next candle's open."""
    at_ms, locks = proposal.slot_ms + proposal.candle_ms, []
    for protection in limits.protections:
        until_ms = locked_until(
            protection,
            book.closed,
            instrument_id=proposal.instrument.id,
            at_ms=at_ms,
            candle_ms=proposal.candle_ms,
        )
        if until_ms is not None:
            locks.append((until_ms, protection.method))
    if not locks:
        return None
    until_ms, method = max(locks)
    moment = clock.from_ms(until_ms).strftime("%Y-%m-%d %H:%M UTC")
    limit = said(METHODS[method].words, method=method)
    return Deny(limit=limit, value=said(_("locked until %(moment)s"), moment=moment))


RULE = Rule(
    name="protections",
    stage=Stage.LOCKED,
    title=_("Protection"),
    meaning=_("Nothing is bought while a protection locks it, after what was closed lately."),
    check=check,
)
