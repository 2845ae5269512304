"""What execution is handed and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from cryptouniverse.kernel.market import Instrument, Side


@dataclass(frozen=True, slots=True)
class Candle:
    """One closed bar of an instrument, prices in ticks."""

    instrument: Instrument
    open: int
    high: int
    low: int
    close: int


@dataclass(frozen=True, slots=True)
class IntentDraft:
    """A wish to trade, before it is recorded. id names its facts, so that recording it again finds it."""

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
    """An entry that is recorded or working, and so counts against the caps."""

    portfolio_pk: int
    bot_id: UUID
    instrument_id: str
    notional: Decimal


@dataclass(frozen=True, slots=True)
class WorkingOrder:
    """An order the paper venue holds, with what its intent says."""

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
