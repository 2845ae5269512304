"""A day of a bot, as it was expected and as it was, and what lies between. Pure; amounts in the quote currency."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Final

from cryptouniverse.kernel.words import gettext_noop as _

ZERO: Final = Decimal(0)
MARKET: Final = ("fills", "fees", "latency", "intra_bar")  # the parts that the market and the exchange answer for
OWN: Final = ("size", "refused", "unexpected")  # those that they do not
PARTS: Final = MARKET + OWN
# What each part is called, and what is counted in it. The page shows these words.
WORDS: Final[Mapping[str, str]] = {
    "fills": _("Fills"),
    "fees": _("Fees"),
    "latency": _("Waiting time"),
    "intra_bar": _("Inside the candle"),
    "size": _("Size"),
    "refused": _("Refused entries"),
    "unexpected": _("Nobody expected"),
}
MEANINGS: Final[Mapping[str, str]] = {
    "fills": _(
        "The price that was got against the price that the rules expect at the same moment, and entries of which the "
        "exchange filled less than was ordered."
    ),
    "fees": _("The fees that were paid against those that the rules expect for the same trades."),
    "latency": _(
        "How far the price moved from the moment at which an order was due until it reached the market; at order books "
        "also what happened between two of them."
    ),
    "intra_bar": _(
        "A stop, a target or another order that rests was met in another order, at another time, or at another price "
        "than candles tell; for a candle does not say which of its prices came first."
    ),
    "size": _(
        "More or less was ordered than expected: other bots share the money of the portfolio, or a limit cut the "
        "entry. And what was left over because it is too small to be sold."
    ),
    "refused": _("What the entries would have brought that a limit, the panel, missing credits or a pause refused."),
    "unexpected": _(
        "Entries that the replay does not know, positions that a person or an emergency closed, and what a person made "
        "of a stop or target."
    ),
}


class Ending(enum.StrEnum):
    """How a position ended. OPEN: it is still held at the end of the day, and counted at its last price."""

    OPEN = "open"
    EXIT = "exit"
    STOP = "stop"
    TARGET = "target"


@dataclass(slots=True)
class Parts:
    """A gap in its parts; they add up to it exactly. See MEANINGS."""

    fills: Decimal = ZERO
    fees: Decimal = ZERO
    latency: Decimal = ZERO
    intra_bar: Decimal = ZERO
    size: Decimal = ZERO
    refused: Decimal = ZERO
    unexpected: Decimal = ZERO

    @property
    def gap(self) -> Decimal:
        """All of it."""
        return sum((getattr(self, name) for name in PARTS), ZERO)

    @property
    def market(self) -> Decimal:
        """What the market and the exchange answer for."""
        return sum((getattr(self, name) for name in MARKET), ZERO)

    def add(self, other: Parts) -> None:
        """Count these too."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


@dataclass(frozen=True, slots=True)
class Expected:
    """A trade of the replay. decided_ms: the slot its entry was asked for at; None: it was held when the day began, and
    entry_price is the last close before. ended_ms: the candle it ended in, None while it is held at the end, when
    exit_price is the last close. fee_ppm: what each side pays, in millionths.
    """

    instrument_id: str
    decided_ms: int | None
    quantity: Decimal
    entry_price: Decimal
    exit_price: Decimal
    ended: Ending
    ended_ms: int | None
    entry_ppm: int
    exit_ppm: int


@dataclass(frozen=True, slots=True)
class Got:
    """A fill as it was. quantity: what it moved, after a fee that was taken from it; ordered: before. fee: its worth in
    quote. met_ms: the candle in which it met the market; due_ms: that in which its order was due there. resting: a stop
    or target that waited in the market. by_hand: a person or an emergency wanted it.
    """

    price: Decimal
    quantity: Decimal
    ordered: Decimal
    fee: Decimal
    cause: Ending
    met_ms: int
    due_ms: int
    delay_ms: int = 0
    resting: bool = False
    by_hand: bool = False
    stop_price: Decimal | None = None
    target_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Actual:
    """A position as it was that day. held: at the start of the day, worth `start_price` each; 0 for one entered since.
    wanted: what its entry ordered. end_price: what is left is worth at the end of the day. by_hand: a person gave it
    another stop or target. ended: nothing is left that could be sold.
    """

    instrument_id: str
    decided_ms: int | None
    held: Decimal
    start_price: Decimal
    end_price: Decimal
    wanted: Decimal
    entries: tuple[Got, ...] = ()
    exits: tuple[Got, ...] = ()
    by_hand: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """A trade expected, had, or both, with its gap in parts."""

    expected: Expected | None
    actual: Actual | None
    expected_profit: Decimal
    actual_profit: Decimal
    parts: Parts


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that was asked for and never ordered. why: which rule or reason; "" where nobody wrote one down."""

    instrument_id: str
    decided_ms: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class DayResult:
    """A bot's day. expected, actual: profit. money: what was at work, the most of both. hash: of the replay.

    pooled: its trades are fills, of which none stands for itself.
    """

    expected: Decimal
    actual: Decimal
    money: Decimal
    parts: Parts
    trades: tuple[Compared, ...]
    refused: tuple[Refused, ...]
    hash: str
    matched: int = field(default=0)
    pooled: bool = False

    @property
    def unmatched(self) -> int:
        """Trades that were only expected, or only had."""
        return len(self.trades) - self.matched
