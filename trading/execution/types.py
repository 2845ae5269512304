"""What execution is handed and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from cryptouniverse.kernel.market import Instrument, Side
from trading.exchanges.types import OrderRequest, Outcome, VenueOrder, VenueTrade
from trading.execution.tickets import Protection


@dataclass(frozen=True, slots=True)
class Candle:
    """One closed bar of an instrument, prices in ticks."""

    instrument: Instrument
    open: int
    high: int
    low: int
    close: int


@dataclass(frozen=True, slots=True)
class PlatformStop:
    """What the platform's switch did. tenants: how many were gone through. withdrawn: entries on their way that it took
    back. failed: tenants where it could not; the mode holds there all the same, and again does the rest.
    """

    tenants: int
    withdrawn: int
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IntentDraft:
    """A wish to trade, before it is recorded. id names its facts, so that recording it again finds it.

    reason: "target" for an exit because its price was reached. spec: of an order that the platform holds, as JSON.
    partial: an exit of a part. held: kept back from the exchange for now. parent_pk, child: of an order over time.
    amends: the first order of which this one has the new terms. line: see `Intent.line`.
    """

    id: UUID
    portfolio_pk: int
    purpose: str
    side: Side
    instrument_id: str
    quantity: Decimal
    bot_id: UUID | None = None
    signal_id: UUID | None = None
    position_pk: int | None = None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    target_price: Decimal | None = None
    reserved: Decimal = Decimal(0)
    reason: str = ""
    spec: str | None = None
    partial: bool = False
    held: bool = False
    parent_pk: int | None = None
    child: int | None = None
    amends: UUID | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded intent, as much as it takes to place it."""

    pk: int
    public_id: UUID
    portfolio_pk: int
    client_order_id: str


@dataclass(frozen=True, slots=True)
class InFlight:
    """What is on its way for bots: (bot, instrument) of entries, and keys of the positions that are being left."""

    entering: frozenset[tuple[UUID, str]]
    leaving: frozenset[int]


@dataclass(frozen=True, slots=True)
class Flight:
    """An entry that is recorded or working, and so counts against the caps. opens: it adds to no open position."""

    portfolio_pk: int
    bot_id: UUID
    instrument_id: str
    notional: Decimal
    opens: bool


@dataclass(frozen=True, slots=True)
class WorkingOrder:
    """An order the paper venue holds, with what its intent says. quantity: a way out's is never more than is held."""

    pk: int
    public_id: UUID
    intent_pk: int
    portfolio_pk: int
    position_pk: int | None
    bot_id: UUID | None
    instrument_id: str
    purpose: str
    quantity: Decimal
    limit_price: Decimal | None
    stop_price: Decimal | None
    target_price: Decimal | None
    reserved: Decimal
    slot_ms: int


@dataclass(frozen=True, slots=True)
class Line:
    """One of several orders that a bot keeps in an instrument, as the paper venue holds it.

    number: counts them from 1. kind: limit, market or stop, which sells all that is held then. place: their order where
    several fill at one moment. tag: of the lot that it buys, or sells first. takes: it meets its first open as a taker.
    is_new: it has met no candle yet.
    """

    order: WorkingOrder
    number: int
    side: Side
    kind: str
    place: int
    tag: int
    takes: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class LineDraft:
    """An order that a bot is to keep, before it is recorded: see `Line`. price: the limit, the stop, or the most that
    a market order pays; None: any. quantity: of a stop, whatever is above 0. held: it is kept from the exchange, and
    watched here.
    """

    portfolio_pk: int
    bot_id: UUID
    instrument_id: str
    number: int
    side: Side
    kind: str
    place: int
    tag: int
    takes: bool
    quantity: Decimal
    price: Decimal | None
    reserved: Decimal = Decimal(0)
    held: bool = False


class LineEnd(NamedTuple):
    """How a line ended: its state and why, as the order or else the intent has it. placed: a venue had taken it.
    unwanted: why its end was asked for, "" where nobody here did.
    """

    state: str
    reason: str
    placed: bool = True
    unwanted: str = ""


class Kept(NamedTuple):
    """What a bot that keeps orders holds at an exchange. sequence: the last fill in its portfolio's books. quantity:
    base units, which need not be whole steps; cost: of them, every fee in it.
    """

    sequence: int
    quantity: Decimal
    cost: Decimal


class KeptFill(NamedTuple):
    """A fill at an exchange of what a bot keeps, as its desk hears it. paid: what left the bot's money, or came, every
    fee in it. quantity: less what the fee took of it. line: None where it was no line's, as when a person sold.
    """

    bot_id: UUID
    instrument_id: str
    sequence: int
    side: str
    cause: str
    price: Decimal
    quantity: Decimal
    paid: Decimal
    line: int | None


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """An order that the platform holds on paper: what its intent asks for, and where it stands (None: not begun)."""

    order: WorkingOrder
    spec: dict[str, Any]
    working: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Windows:
    """The waiting times of the order protocol, in milliseconds. A proof scales all of them by one factor.

    window: how long after its signed time the venue may still accept a request. margin: how wrong our idea of the
    venue's clock may be. lag: how late the venue's lists may show what it has accepted. apart: between two looks that
    count. reconcile: between two reconciliations. idle: between two looks when nothing wakes the sender.
    """

    window_ms: int = 5_000
    margin_ms: int = 500
    lag_ms: int = 10_000
    apart_ms: int = 5_000
    reconcile_ms: int = 15_000
    idle_ms: int = 1_000

    def scaled(self, factor: Decimal) -> Windows:
        """All of them times `factor`, at least a millisecond each."""
        return Windows(*(max(1, int(getattr(self, name) * factor)) for name in Windows.__slots__))


@dataclass(frozen=True, slots=True)
class Desk:
    """One connection as its writer works it. epoch: the fencing number of the lease that it holds. secrets_version: of
    the key that it has opened; 0 where nobody counts.
    """

    connection_pk: int
    connection_id: UUID
    portfolio_pk: int
    venue: str
    epoch: int
    finds_by_client_id: bool = True
    secrets_version: int = 0


@dataclass(frozen=True, slots=True)
class Sending:
    """An attempt that is committed, and the request that is to be sent for it, once."""

    attempt_pk: int
    intent_pk: int
    purpose: str
    request: OrderRequest


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An order of ours that has to end at the venue: the stop of a position that is being left, or what is unwanted.

    legs: the venue's ids of both orders, where it is a pair: the end of one ends the other.
    """

    order_pk: int
    symbol: str
    venue_order_id: str
    legs: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a look at the recorded intents came to. refused: how many were ended, as the venue would refuse them."""

    sendings: list[Sending]
    withdrawals: list[Withdrawal]
    refused: int = 0


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing left this process: the budget was used up, or the window was over before the turn came. wait_ms: how
    long to wait before the next try.
    """

    reason: str
    wait_ms: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    """What the venue said to a sending."""

    sending: Sending
    outcome: Outcome | NotSent


News = Answered | VenueOrder | VenueTrade


@dataclass(slots=True)
class Lesson:
    """What a batch of news came to.

    filled: fills that were booked. incomplete: (symbol, venue order id) of orders whose trades are not all known yet.
    strange: orders at the venue that are not one of our intents'.
    """

    filled: int = 0
    incomplete: set[tuple[str, str]] = field(default_factory=set)
    strange: list[VenueOrder] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Protected:
    """An open position on paper with what protects it. candles: it has lived so many. even: its stop was moved to the
    entry plus fees.
    """

    position_id: UUID
    instrument: Instrument
    quantity: Decimal
    protection: Protection
    candles: int
    even: bool


class BotFill(NamedTuple):
    """A fill of a bot's position. booked: what an exchange's fill changed in the books (a purchase's whole cost, a
    sale's proceeds), from which a fee in a third asset follows; None on paper. practice: at an exchange of practice.
    closed: the position is closed by now. slot_ms: as the fill says.
    decided_ms, purpose, by_signal, reason, stop_price, target_price: of the intent behind it. recorded_at, sent_at: by
    the wall; sent_at is None on paper. line, tag: of a bot that keeps orders, which of them it was, and its mark;
    kind: whether that was a limit, market or stop order, "" for other bots.
    """

    bot_id: UUID
    portfolio_pk: int
    position_pk: int
    position_id: UUID
    instrument_id: str
    side: str
    cause: str
    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_currency: str
    booked: Decimal | None
    connected: bool
    practice: bool
    closed: bool
    slot_ms: int
    decided_ms: int
    purpose: str
    by_signal: bool
    reason: str
    stop_price: Decimal | None
    target_price: Decimal | None
    recorded_at: datetime
    sent_at: datetime | None
    line: int | None = None
    tag: int = 0
    kind: str = ""


class BotLine(NamedTuple):
    """A line of a bot that keeps orders. slot_ms: after whose candle it was placed. price: its limit or stop; None for
    a sale at the market. state, reason: how it stands, and why it ended.
    """

    bot_id: UUID
    instrument_id: str
    number: int
    slot_ms: int
    side: str
    kind: str
    price: Decimal | None
    quantity: Decimal
    state: str
    reason: str


class BotEntry(NamedTuple):
    """An entry that a bot wished for after the candle of `slot_ms`, and how that ended so far."""

    bot_id: UUID
    instrument_id: str
    slot_ms: int
    quantity: Decimal
    state: str
    reason: str
