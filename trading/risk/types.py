"""What the gate is asked, what it knows, what it answers. Pure values; amounts are Decimal in the quote currency."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from cryptouniverse.kernel.market import Instrument
from trading.ceilings.types import Level, Mode
from trading.connections.types import RealMoney
from trading.risk.protections import Closed, Protection, reaches_back_ms
from trading.risk.sizing import METHODS, NO_MEASURES, NO_RESULTS, USUAL, Measures, Results, Sizing
from trading.risk.triggers import Standing, Trigger

__all__ = [
    "BPS",
    "METHODS",
    "PERCENT",
    "USUAL",
    "ZERO",
    "Approved",
    "AtMost",
    "Book",
    "Closed",
    "Deny",
    "Emergencies",
    "Limits",
    "Measures",
    "Proposal",
    "Protection",
    "Refusal",
    "Results",
    "Ruling",
    "Scoped",
    "Sizing",
    "StopAbove",
    "Watched",
]
BPS = Decimal(10_000)
PERCENT = Decimal(100)
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A wish to open a position, before anybody has counted.

    price: last close. price_age_s: how old it is against the market's clock. allocation: the bot's own cap on one
    entry's notional, 0 for none. stop_bps and target_bps: distance from the price; target 0 means no target.
    bot_live: the bot may trade for real money. by_rules: no AI model took part in the vote. slot_ms: open of the candle
    that it was decided on, UTC ms. candle_ms: how long the bot's candles are. by_hand: a person
    asks for it. limit_price, stop_price: what they are where a person says so. adds: to a position that is open.
    sizing: how large it is to be; measures and results: what that may look at. margin: of a contract that is sold
    short, what is set aside for it, a share of its worth; 0 where all of it is paid.
    """

    bot_id: UUID | None
    instrument: Instrument
    price: Decimal
    price_age_s: Decimal
    stop_bps: int
    target_bps: int
    allocation: Decimal
    fee_ppm: int = 1_000
    bot_live: bool = False
    by_rules: bool = True
    slot_ms: int = 0
    candle_ms: int = 3_600_000
    by_hand: bool = False
    adds: bool = False
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    sizing: Sizing = USUAL
    measures: Measures = NO_MEASURES
    results: Results = NO_RESULTS
    margin: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Limits:
    """What an entry must keep to: the portfolio's limits, and of those of other levels whatever is stricter.

    whitelist: None allows every instrument. levels: which level said it, for each field that is not the portfolio's.
    """

    whitelist: frozenset[str] | None
    order_notional_max: Decimal
    position_notional_max: Decimal
    position_pct_max: Decimal
    risk_per_trade_pct: Decimal
    daily_loss_pct_max: Decimal
    open_positions_max: int
    quote_age_s_max: int
    collar_bps: int
    mode: Mode = Mode.NORMAL
    protections: tuple[Protection, ...] = ()
    levels: Mapping[str, Level] = field(default_factory=dict)

    def looks_back_ms(self, candle_ms: int) -> int:
        """How far before an entry closed positions can count for the protections; 0 without any."""
        return reaches_back_ms(self.protections, candle_ms)


@dataclass(slots=True)
class Book:
    """Where a portfolio stands while its proposals are judged, one after the other; `reserve` moves it.

    exposure: worst-case notional per instrument, of open positions and entries in flight. potential: credits left.
    real: what stands behind the book where the money is real. closed: positions closed lately, as far back as the
    portfolio's protections look.
    """

    equity: Decimal
    day_start_equity: Decimal
    cash_free: Decimal
    potential: Decimal
    open_positions: int
    real: RealMoney | None = None
    exposure: dict[str, Decimal] = field(default_factory=dict)
    closed: Sequence[Closed] = ()

    def reserve(self, approval: Approved) -> None:
        """Count an approval, so that the next proposal sees it."""
        self.cash_free -= approval.reserved
        self.open_positions += 1
        held = self.exposure.get(approval.proposal.instrument.id, ZERO)
        self.exposure[approval.proposal.instrument.id] = held + approval.quantity * approval.limit_price


@dataclass(frozen=True, slots=True)
class Deny:
    """A rule says no: what its limit is, and what it met. Words in both are marked, with numbers apart (`said`)."""

    limit: str
    value: str


@dataclass(frozen=True, slots=True)
class AtMost:
    """A rule allows no more than `notional`; `limit` and `value` say why, and are made only should it bind."""

    notional: Decimal
    limit: str | Callable[[], str]
    value: str | Callable[[], str]


Ruling = Deny | AtMost | None


@dataclass(frozen=True, slots=True)
class Approved:
    """An entry of `quantity` at no more than `limit_price`, with its stop. rule: what reduced it, if anything did.

    level: whose limit that was, "" for the portfolio's own.
    """

    proposal: Proposal
    quantity: Decimal
    wanted_quantity: Decimal
    limit_price: Decimal
    stop_price: Decimal
    target_price: Decimal | None
    reserved: Decimal
    rule: str = ""
    limit: str = ""
    value: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """No entry: which rule, what its limit is and what it met. level: whose limit, "" for the portfolio's own."""

    proposal: Proposal
    rule: str
    limit: str
    value: str
    wanted_quantity: Decimal = ZERO
    level: str = ""


@dataclass(frozen=True, slots=True)
class Scoped:
    """A portfolio that a level stands above."""

    pk: int
    public_id: UUID
    owner_id: UUID


@dataclass(slots=True)
class Emergencies:
    """Portfolios (by key) and bots (by id) whose positions are to be closed, and those whose bots do nothing at all."""

    flatten: set[int] = field(default_factory=set)
    flatten_bots: set[UUID] = field(default_factory=set)
    frozen: set[int] = field(default_factory=set)
    frozen_bots: set[UUID] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class StopAbove:
    """A mode that a level above a portfolio was put into. by_admin: only who looks after the organisation lifts it."""

    level: Level
    mode: Mode
    since: datetime
    by: str
    reason: str
    by_admin: bool


@dataclass(frozen=True, slots=True)
class Watched:
    """A portfolio with triggers: what it was warned of already, the mode it is in, and where it stands."""

    pk: int
    triggers: tuple[Trigger, ...]
    warned: list[str]
    mode: Mode
    standing: Standing
