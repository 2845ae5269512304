"""What the panel's models cost, in USD per million tokens, as their vendors listed them on 2026-04-29."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal
from typing import NamedTuple

TOKENS_OUT_MAX = 2_000  # thinking included
_MILLION = Decimal(1_000_000)
_PLACES = Decimal("0.00000001")


class Price(NamedTuple):
    """USD per million tokens."""

    tokens_in: Decimal
    tokens_out: Decimal


OPENAI_MODEL = "gpt-5.4-mini"
ANTHROPIC_MODEL = "claude-haiku-4-5"
GEMINI_MODEL = "gemini-2.5-flash"
PRICES = {
    OPENAI_MODEL: Price(Decimal("0.75"), Decimal("4.50")),
    ANTHROPIC_MODEL: Price(Decimal("1.00"), Decimal("5.00")),
    GEMINI_MODEL: Price(Decimal("0.30"), Decimal("2.50")),
}
DEAREST = Price(max(p.tokens_in for p in PRICES.values()), max(p.tokens_out for p in PRICES.values()))


def cost_usd(model: str, tokens_in: int, tokens_out: int) -> Decimal:
    """The cost of one call, rounded up to 1e-8 USD. A model without a price counts as the dearest known."""
    price = PRICES.get(model, DEAREST)
    cost = (price.tokens_in * max(tokens_in, 0) + price.tokens_out * max(tokens_out, 0)) / _MILLION
    return cost.quantize(_PLACES, rounding=ROUND_UP)


def cost_usd_max(model: str, prompt_chars: int) -> Decimal:
    """The most one call can cost: one token for each character asked, and the longest answer."""
    return cost_usd(model, prompt_chars, TOKENS_OUT_MAX)
