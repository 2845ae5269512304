"""Who acts, as the audit sees them, and what a check of the audit's chain finds. Pure, no Django."""

from __future__ import annotations

import enum
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Protocol
from uuid import UUID

from cryptouniverse.kernel.words import gettext_noop as _


class ActorKind(enum.StrEnum):
    """USER: a person of the tenant. OPERATOR: staff of the platform. SYSTEM: the product itself, or nobody known."""

    USER = "user"
    OPERATOR = "operator"
    SYSTEM = "system"


class Actor(Protocol):
    """A signed-in person: public_id never changes; is_staff says they operate the platform."""

    public_id: UUID
    is_staff: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records somebody looks for; what is empty narrows nothing.

    action: how it begins ("connection."). since is in, until is out. text: anywhere in action, object, before or after.
    """

    actor: UUID | None = None
    action: str = ""
    object_type: str = ""
    object_id: str = ""
    correlation_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""

    def facts(self) -> dict[str, str]:
        """What was asked for, as the audit keeps it."""
        pairs = ((item.name, getattr(self, item.name)) for item in fields(self))
        return {
            name: value.isoformat() if isinstance(value, datetime) else str(value) for name, value in pairs if value
        }


class ExportForm(enum.StrEnum):
    """CSV for a spreadsheet; JSONL: one JSON object a line."""

    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was different afterwards. path: "limits.cap". None: it was not there."""

    path: str
    before: str | None
    after: str | None


class Fault(enum.StrEnum):
    """What can be wrong with a tenant's audit. The sentences stand in `FAULTS`."""

    CHANGED = "changed"
    MISSING = "missing"
    GAP = "gap"
    BROKEN = "broken"
    UNCHAINED = "unchained"
    UNSEALED = "unsealed"
    COUNT = "count"
    TRUNCATED = "truncated"
    REWRITTEN = "rewritten"
    HEAD = "head"
    HEADS_LATE = "heads_late"


FAULTS = {
    Fault.CHANGED: _("A record or its place in the chain was changed."),
    Fault.MISSING: _("The record of this place is gone."),
    Fault.GAP: _("Sequence numbers do not follow one another here."),
    Fault.BROKEN: _("It does not name the hash of the record before it."),
    Fault.UNCHAINED: _("A record stands outside the chain."),
    Fault.UNSEALED: _("A record waits too long to be sealed, or vanished while it waited."),
    Fault.COUNT: _("There are more places in the chain than the last sequence number says."),
    Fault.TRUNCATED: _("The chain ends before the place that a signed head names."),
    Fault.REWRITTEN: _("The chain is not the one that a signed head names."),
    Fault.HEAD: _("A head in the store is not one that we signed, or one before it is gone."),
    Fault.HEADS_LATE: _("No signed head was written for hours: is the worker running, and the store there?"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. sequence: the place in the chain, 0 for none. record: its public id, or what names it best."""

    fault: Fault
    sequence: int = 0
    record: str = ""


@dataclass(frozen=True, slots=True)
class ChainState:
    """How a tenant's chain is: for people and for health pages.

    sequence: of the last sealed record, 0 for none. unsealed: records that wait for their place.
    checked_at, findings: of the last whole check, None before the first.
    """

    sequence: int
    unsealed: int
    unsealed_since: datetime | None
    checked_at: datetime | None
    findings: int | None


@dataclass(frozen=True, slots=True)
class HeadState:
    """The last signed head outside the database. good: it is one of ours, or there is none yet."""

    number: int
    sequence: int
    at: datetime | None
    good: bool
