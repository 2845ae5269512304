"""The high-water mark, as arithmetic: winning back a loss costs nothing. Pure; exact decimals; no Django."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Context, Decimal, Inexact, InvalidOperation, localcontext

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.money import CREDIT_PLACES, MONEY_PLACES, exact
from cryptouniverse.kernel.words import gettext_noop as _

WARNINGS = (80, 95)
LIMIT = 100
_EXACT = Context(prec=80, traps=[Inexact, InvalidOperation])
_ROUNDED = Context(prec=80, rounding=ROUND_DOWN, traps=[InvalidOperation])
_MONEY_END = Decimal(10) ** 20


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a user stands. cumulative, mark: USD; ratio: USD of profit per credit; available: credits."""

    cumulative: Decimal
    mark: Decimal
    sequence: int
    ratio: Decimal
    available: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """One profit metered. profit, above_mark: USD; consumed, free: credits, which sum to what the profit was worth."""

    sequence: int
    profit: Decimal
    above_mark: Decimal
    consumed: Decimal
    free: Decimal


def metered(standing: Standing, profit: Decimal) -> tuple[Standing, Step]:
    """Meter one realised profit (USD, may be below zero): where the user stands after it, and what it cost.

    Consumed is what the mark's rise is worth, at most what is available; the rest is free, and the mark moves by all of
    it. Worth is counted in whole millionths of a credit from the mark's beginning, so that no sum depends on how profit
    was cut into fills. +200, -150, +100, +150 consumes 200, 0, 0, 100.
    """
    with localcontext(_EXACT):
        cumulative = standing.cumulative + profit
        mark = max(standing.mark, cumulative)
        worth = _worth(mark, standing.ratio) - _worth(standing.mark, standing.ratio)
        consumed = min(worth, standing.available)
        step = Step(standing.sequence + 1, profit, mark - standing.mark, consumed, worth - consumed)
        after = Standing(cumulative, mark, step.sequence, standing.ratio, standing.available - consumed)
    return after, step


def checked_profit(amount: Decimal) -> Decimal:
    """`amount` if it can be booked: at most 18 decimal places, 20 digits before them. Raises FloatRefused, Invalid."""
    number = exact(amount)
    if abs(number) >= _MONEY_END or _ROUNDED.quantize(number, MONEY_PLACES) != number:
        raise Invalid(_("A profit has at most 18 decimal places and is below 10^20 USD."))
    return number


def level(available: Decimal, topped_to: Decimal) -> int:
    """How far a wallet is used up since it was last filled: 0, 80, 95 or 100 (the profit limit is reached)."""
    if available <= 0:
        return LIMIT
    used = (topped_to - available) * 100
    return max((warning for warning in WARNINGS if used >= warning * topped_to), default=0)


def _worth(mark: Decimal, ratio: Decimal) -> Decimal:
    with localcontext(_ROUNDED):
        return (mark / ratio).quantize(CREDIT_PLACES)
