"""What the risk page shows, as frozen values; texts are in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from cryptouniverse.web.risk_forms import MadeForm, Row
from trading.risk.triggers.types import NEAR


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode that is in force on a level. cause: the trigger that set it, in words, "" for a person."""

    level: str
    mode: str
    cause: str
    reason: str
    by: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class CapRow:
    """A limit. level, held: whose is stricter now, and what it says; "" where the portfolio's own counts.

    bots: those that have a stricter one of their own, and what it says.
    """

    name: str
    row: Row
    level: str
    held: str
    bots: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Meter:
    """What a trigger stands at. value: None where there is nothing to see, not finite where that counts as reached."""

    value: Decimal | None
    limit: Decimal
    text: str
    limit_text: str

    @property
    def met(self) -> bool:
        """Whether it has come to its limit."""
        return self.value is not None and (not self.value.is_finite() or self.value >= self.limit)

    @property
    def near(self) -> bool:
        """Whether it has come to 80% of it."""
        return self.value is not None and (self.met or self.value >= self.limit * NEAR)

    @property
    def share(self) -> Decimal:
        """How far it is to its limit, 0 to 100."""
        if self.value is None or self.met:
            return Decimal(100 if self.met else 0)
        return max(self.value / self.limit * 100, Decimal(0))


@dataclass(frozen=True, slots=True)
class Lock:
    """What is locked now. symbol: "" for everything. frames: for bots at these candles; "" for all."""

    symbol: str
    until: datetime
    frames: str


@dataclass(frozen=True, slots=True)
class Part:
    """A protection or a trigger. key: names it on the page. was: it, as JSON. facts: what it says, in words.

    opened: its form was sent and refused.
    """

    key: str
    name: str
    words: str
    meaning: str
    was: str
    facts: tuple[str, ...]
    form: MadeForm
    opened: bool
    locks: tuple[Lock, ...] = ()
    meter: Meter | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind that can be added. now: what it stands at, "" where that is not known."""

    name: str
    words: str
    meaning: str
    form: MadeForm
    opened: bool
    now: str = ""


@dataclass(frozen=True, slots=True)
class BotSize:
    """How a bot sizes its entries. caps: how many limits of its own it has."""

    id: UUID
    name: str
    words: str
    caps: int
