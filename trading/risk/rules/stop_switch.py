"""The mode of trading: no entry leaves while it is anything but normal. Stops, and exits by a person, go on."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.ceilings.types import MODE_WORDS, Mode
from trading.risk.rule import Rule, Stage
from trading.risk.types import Book, Deny, Limits, Proposal, Ruling


def check(proposal: Proposal, book: Book, limits: Limits, limit_price: Decimal) -> Ruling:
    """Refuse while trading is stopped; a person may still enter where only bots are told not to."""
    if limits.mode is Mode.NORMAL or (limits.mode is Mode.NO_ENTRIES and proposal.by_hand):
        return None
    return Deny(limit=_("trading on"), value=MODE_WORDS[limits.mode])


RULE = Rule(
    name="stop_switch",
    stage=Stage.STOPPED,
    title=_("Stop switch"),
    meaning=_("Nothing is bought while trading is stopped."),
    check=check,
    limit="mode",
)
