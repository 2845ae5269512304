"""What moves a portfolio, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from cryptouniverse.kernel.market import MINOR_PER_UNIT, Instrument, Side


@dataclass(frozen=True, slots=True)
class Execution:
    """One fill to be booked, counted in ticks, steps and minor units of the quote currency.

    position_pk: None for an entry, which opens one. reserved: what the entry had set aside. cause: entry, exit, stop
    or target.
    """

    order_pk: int
    order_id: UUID
    portfolio_pk: int
    position_pk: int | None
    bot_id: UUID | None
    instrument: Instrument
    side: Side
    cause: str
    price_ticks: int
    steps: int
    notional_minor: int
    fee_minor: int
    slot_ms: int
    reserved: Decimal = Decimal(0)
    stop_price: Decimal = Decimal(0)
    target_price: Decimal | None = None

    @property
    def price(self) -> Decimal:
        """Price of one unit of the base asset."""
        return self.instrument.price_of(self.price_ticks)

    @property
    def quantity(self) -> Decimal:
        """Base units traded."""
        return self.instrument.quantity_of(self.steps)


@dataclass(frozen=True, slots=True)
class BookedFill:
    """A fill as the books have it. profit: None for an entry; after fees, in the portfolio's currency."""

    execution: Execution
    id: UUID
    user_pk: int
    user_id: UUID
    portfolio_id: UUID
    position_pk: int
    position_id: UUID
    sequence: int
    profit: Decimal | None
    booked_at: datetime


def money_of(minor: int) -> Decimal:
    """Minor units (1e-8) as an amount."""
    return Decimal(minor) / MINOR_PER_UNIT


def minor_of(amount: Decimal) -> int:
    """An amount of at most 8 decimals as minor units. Raises ValueError when it is finer."""
    minor = amount * MINOR_PER_UNIT
    if minor % 1:
        raise ValueError(f"{amount} has more than 8 decimal places")
    return int(minor)


@dataclass(slots=True)
class LockedPortfolio:
    """A portfolio's money while its row is locked: the holder of the lock changes it and writes it back."""

    pk: int
    public_id: UUID
    owner_pk: int
    owner_id: UUID
    cash: Decimal
    reserved: Decimal
    equity: Decimal
    day_start_equity: Decimal
    realised: Decimal
    day_realised: Decimal
    fees: Decimal
    fill_sequence: int


@dataclass(frozen=True, slots=True)
class Holding:
    """An open position of a bot."""

    position_pk: int
    position_id: UUID
    portfolio_pk: int
    bot_id: UUID
    instrument_id: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class EquityCurve:
    """Portfolio values at candle closes, oldest first; both lists have the same length."""

    slots_ms: list[int]
    equity: list[Decimal]
