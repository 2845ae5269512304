"""Real money needs every yes: the platform's, the organisation's, a proven exchange, the account's and the bot's.

A person who orders says the last two by ordering.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from cryptouniverse.kernel.words import gettext_noop as _
from trading.connections.types import OF_BOTS, Yes
from trading.risk.rule import Rule, Stage
from trading.risk.types import Book, Deny, Limits, Proposal, Ruling

_NO: Final = {
    Yes.PLATFORM: _("platform's missing"),
    Yes.TENANT: _("organisation's missing"),
    Yes.VENUE: _("exchange's missing"),
    Yes.CONNECTION: _("account's missing"),
    Yes.BOT: _("bot's missing"),
}


def check(proposal: Proposal, book: Book, limits: Limits, limit_price: Decimal) -> Ruling:
    """Refuse while anybody's yes to trading for real money is missing, and say whose."""
    if book.real is None:
        return None
    missing = book.real.missing or (() if proposal.bot_live else (Yes.BOT,))
    if proposal.by_hand:
        missing = tuple(who for who in missing if who not in OF_BOTS)
    return Deny(limit=_("every yes"), value=_NO[missing[0]]) if missing else None


RULE = Rule(
    name="live_consent",
    stage=Stage.REAL_MONEY,
    title=_("Yes to real money"),
    meaning=_("Nothing is bought for real money before platform, organisation, account and bot have all said yes."),
    check=check,
)
