"""What a finder did: trades with their orders, and quotes that rest. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from cryptouniverse.kernel.market import Instrument
from strategies.backtest.engine.finding.purse import Done
from strategies.catalog.finding import Found

STOCK, LEG, UNDO, QUOTE, STOP = "stock", "leg", "undo", "quote", "stop"
FUNDING, SETTLED, LIQUIDATED, LEFT = "funding", "settled", "liquidated", "left"


@dataclass(frozen=True, slots=True)
class Quote:
    """An order that rests. since_ms: when it is there; books after that meet it."""

    instrument: Instrument
    side: int
    limit: int
    steps: int
    since_ms: int


@dataclass(frozen=True, slots=True)
class Paid:
    """Funding of a perpetual at one moment. price: the middle of its book; amount: earned, below zero paid."""

    instrument: Instrument
    price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Trade:
    """What was sent at one moment, and what it got. kind: stock, leg, quote, stop, left, settled, liquidated, or
    funding, which is paid and not traded. found: what it was expected to be.

    profit: what it gained by the books that it met, of a trade with legs; of funding, what was earned. one_sided: a leg
    was not matched. paid: of funding, for each perpetual.
    """

    at_ms: int
    kind: str
    done: tuple[Done, ...]
    found: Found | None = None
    profit: Decimal | None = None
    one_sided: bool = False
    paid: tuple[Paid, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """What a moment came to. met: the quote that ended in it, filled (in `trades`) or taken back."""

    trades: tuple[Trade, ...] = ()
    met: Quote | None = None
    placed: Quote | None = None
