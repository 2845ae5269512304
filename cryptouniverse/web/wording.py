"""Codes of records in a reader's words: voters, rules, and numbers inside a rule's own sentence."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading.risk.selectors import title_of

VOTERS: Final = {
    "openai": "GPT",
    "anthropic": "Claude",
    "gemini": "Gemini",
    "rule:trend": _("Trend"),
    "rule:momentum": _("Momentum"),
    "rule:volume": _("Volume"),
}
_NUMBER = re.compile(r"-?\d+\.\d+")


def voter_name(voter: str) -> str:
    """What a voter is called on a page."""
    return str(VOTERS.get(voter) or voter.removeprefix("rule:").replace("_", " ").capitalize())


def rule_name(rule: str) -> str:
    """What a rule of the risk gate is called on a page."""
    return gettext(title_of(rule))


def tidy(text: str) -> str:
    """A limit or value, its numbers at four places at most: "10000.00000000 USDT" is "10,000 USDT"."""

    def shorter(found: re.Match[str]) -> str:
        number = Decimal(found[0]).quantize(Decimal("0.0001")).normalize()
        return f"{number:,f}".replace("-", "−")

    return _NUMBER.sub(shorter, text)
