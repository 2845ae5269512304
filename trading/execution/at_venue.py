"""Orders at an exchange as the protocol works them: what waits to be sent, what is unknown, and what is known. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from cryptouniverse.kernel.market import Side
from trading.exchanges.types import PAIR_SUFFIX


@dataclass(slots=True)
class RecordedIntent:
    """An intent that waits to be sent. held: what its position holds now, for a way out; None for an entry. since: when
    it was first free to leave. line: of a bot that keeps orders.
    """

    pk: int
    public_id: UUID
    portfolio_pk: int
    position_pk: int | None
    purpose: str
    side: str
    instrument_id: str
    quantity: Decimal
    limit_price: Decimal | None
    stop_price: Decimal | None
    attempts: int
    held: Decimal | None
    since: datetime
    spec: str | None
    target_price: Decimal | None
    bot_id: UUID | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """An order of ours at the venue, with what its intent says. booked: base units whose fills are in the books.

    venue_order_id, cause: of the leg that was asked for, where it is a pair; cause is "" where it is none. line: of a
    bot that keeps orders, with the kind and the tag that it has.
    """

    pk: int
    public_id: UUID
    intent_pk: int
    intent_id: UUID
    portfolio_pk: int
    position_pk: int | None
    bot_id: UUID | None
    instrument_id: str
    purpose: str
    reason: str
    quantity: Decimal
    limit_price: Decimal | None
    stop_price: Decimal | None
    target_price: Decimal | None
    reserved: Decimal
    state: str
    venue_order_id: str
    executed: Decimal
    booked: Decimal
    cause: str = ""
    line: int | None = None
    line_kind: str = ""
    line_tag: int = 0


@dataclass(frozen=True, slots=True)
class UnknownAttempt:
    """A sending of which the venue has not been heard: it is there, or will come, or never will. names: the client ids
    of its orders, two where it is a pair.
    """

    pk: int
    intent_pk: int
    purpose: str
    symbol: str
    side: Side
    quantity: Decimal
    limit_price: Decimal | None
    stop_price: Decimal | None
    client_order_id: str
    signed_at_ms: int
    valid_until: datetime
    is_pair: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Its own first."""
        own = self.client_order_id
        return (own, own + PAIR_SUFFIX) if self.is_pair else (own,)
