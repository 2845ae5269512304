"""What moves a portfolio, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from credits.ledger.types import Currency
from cryptouniverse.kernel.market import MINOR_PER_UNIT, Instrument, Side

NAME_MAX = 60  # of a sub-account
_EIGHTH_PLACE = Decimal(1) / MINOR_PER_UNIT


@dataclass(frozen=True, slots=True)
class Execution:
    """One fill to be booked. Amounts of money are counted in minor units (1e-8) of the quote currency.

    position_pk: None for the entry that opens one; a later fill of that entry, or another entry that adds to it, may
    name it, or the order that they share does. quantity: base units traded, which need not be whole steps. reserved:
    what this fill takes out of what the entry had set aside. cause: entry, exit, stop or target. fee_minor: paid in
    quote. base_fee: taken out of the base asset. foreign_fee_minor: what a fee in a third asset was worth; it is a
    cost, but does not leave the cash. line: of a bot that keeps orders, which of them; its buys join what it holds of
    the instrument, whichever of them opened that. tag: a buy marks its lot with it, a sell closes lots with its own
    first; 0: none. collateral: of a contract that is sold short, what stays reserved with it; a buy closes what is
    short. Funding is a fill of nothing (quantity 0) whose fee is what was paid, below zero what was earned.
    """

    order_pk: int
    order_id: UUID
    portfolio_pk: int
    position_pk: int | None
    bot_id: UUID | None
    instrument: Instrument
    side: Side
    cause: str
    price: Decimal
    quantity: Decimal
    notional_minor: int
    fee_minor: int
    slot_ms: int
    reserved: Decimal = Decimal(0)
    stop_price: Decimal = Decimal(0)
    target_price: Decimal | None = None
    base_fee: Decimal = Decimal(0)
    foreign_fee_minor: int = 0
    line: int | None = None
    tag: int = 0
    collateral: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class BookedFill:
    """A fill as the books have it. profit: None for an entry; after fees, in the portfolio's currency.

    is_closed: nothing of its position is left after it.
    """

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
    is_closed: bool = False

    @property
    def has_joined(self) -> bool:
        """Whether it went into the position that it named, which was open already."""
        return self.position_pk == self.execution.position_pk


def side_of(quantity: Decimal) -> str:
    """The side of a position: "short" where it is below zero, else "long", also where nothing is left of it."""
    return "short" if quantity < 0 else "long"


def metered_in(kind: str) -> Currency:
    """What the profit of a portfolio of this kind uses up: bought credits for real money, else practice ones."""
    return Currency.CREDIT if kind == "live" else Currency.PRACTICE


def money_of(minor: int) -> Decimal:
    """Minor units (1e-8) as an amount."""
    return Decimal(minor) / MINOR_PER_UNIT


def minor_of(amount: Decimal) -> int:
    """An amount of at most 8 decimals as minor units. Raises ValueError when it is finer."""
    minor = amount * MINOR_PER_UNIT
    if minor % 1:
        raise ValueError(f"{amount} has more than 8 decimal places")
    return int(minor)


def atoms_of(quantity: Decimal, unit: Decimal) -> int:
    """A quantity counted in `unit`. Raises ValueError when it is finer: nothing is rounded into the books."""
    atoms = quantity / unit
    if atoms % 1:
        raise ValueError(f"{quantity} is finer than {unit}")
    return int(atoms)


def finest(instrument: Instrument) -> Decimal:
    """What lots of `instrument` are counted in: a fee in the base asset leaves less than whole steps."""
    return min(instrument.step, _EIGHTH_PLACE)


@dataclass(slots=True)
class LockedPortfolio:
    """A portfolio's money while its row is locked: the holder of the lock changes it and writes it back."""

    pk: int
    public_id: UUID
    kind: str
    connection_pk: int | None
    owner_pk: int
    owner_id: UUID
    cash: Decimal
    reserved: Decimal
    equity: Decimal
    day_start_equity: Decimal
    realised: Decimal
    day_realised: Decimal
    fees: Decimal
    fees_elsewhere: Decimal
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
class PositionShown:
    """A position as a face shows it. Amounts in the portfolio's currency, quantity in the base asset; quantity and cost
    are below zero of what is sold short.
    """

    public_id: UUID
    bot_id: UUID | None
    instrument_id: str
    quantity: Decimal
    cost: Decimal
    entry_price: Decimal
    mark_price: Decimal
    stop_price: Decimal
    target_price: Decimal | None
    realised: Decimal
    opened_slot_ms: int
    closed_slot_ms: int | None

    @property
    def side(self) -> str:
        """Whether it gains when the price rises ("long") or falls ("short")."""
        return side_of(self.quantity)


@dataclass(frozen=True, slots=True)
class EquityCurve:
    """Portfolio values at candle closes, oldest first; both lists have the same length."""

    slots_ms: list[int]
    equity: list[Decimal]
