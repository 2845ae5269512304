"""What the desk shows of the way to an exchange: plain values, made by `connected.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class UnknownRow:
    """An order that was sent and of which the exchange has not been heard: it is being found out about."""

    symbol: str
    side: str
    purpose: str
    quantity: Decimal
    sent_at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class StrangeRow:
    """An order at the account that is none of ours. ours: it has our mark. explained_by: who looked at it, "" = nobody.

    waits: it stops entries until somebody has.
    """

    order: str
    symbol: str
    side: str
    quantity: Decimal
    executed: Decimal
    status: str
    seen_at: datetime
    ours: bool
    explained_by: str

    @property
    def waits(self) -> bool:
        """Whether a person has to look."""
        return self.ours and not self.explained_by


@dataclass(frozen=True, slots=True)
class DustRow:
    """What exits left of an asset, too small to be sold. cost in the portfolio's currency."""

    asset: str
    quantity: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Stopped:
    """A connection whose entries are stopped: since when, why (recorded in no language), and by how much it drifts."""

    public_id: UUID
    label: str
    kind: str
    entries_stopped_at: datetime
    entries_stopped_cause: str
    entries_stopped_reason: str
    drift: Decimal


@dataclass(frozen=True, slots=True)
class Link:
    """The way to an exchange as it is now, named as its connection's own pages name it. now: when it was read.

    more_strange: there are more than are shown. allowed: this user may explain one.
    """

    public_id: UUID
    label: str
    venue: str
    kind: str
    status: str
    served_since: datetime | None
    last_proven_at: datetime | None
    drift: Decimal
    entries_stopped_at: datetime | None
    entries_stopped_cause: str
    entries_stopped_reason: str
    clock_offset_ms: int | None
    clock_max_ms: int
    circuit: str
    unknown: tuple[UnknownRow, ...]
    strange: tuple[StrangeRow, ...]
    more_strange: bool
    dust: tuple[DustRow, ...]
    currency: str
    allowed: bool
    now: datetime
