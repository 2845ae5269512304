"""Facts metering publishes. All of one user's are in one stream, with the top-ups."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from cryptouniverse.kernel.events.types import Event


@dataclass(frozen=True, slots=True)
class CreditsConsumed(Event):
    """Profits above the mark consumed credits: their sum in one batch."""

    type: ClassVar[str] = "credits.consumed"

    user_id: UUID
    currency: str
    amount: Decimal
    available: Decimal

    @property
    def stream(self) -> str:
        """One stream per user."""
        return f"credits:{self.user_id}"


@dataclass(frozen=True, slots=True)
class ProfitLimitWarned(Event):
    """`level` per cent (80 or 95) of the latest filling is used up. Once per level and filling."""

    type: ClassVar[str] = "credits.profit_limit_warned"

    user_id: UUID
    currency: str
    level: int
    available: Decimal

    @property
    def stream(self) -> str:
        """One stream per user."""
        return f"credits:{self.user_id}"


@dataclass(frozen=True, slots=True)
class ProfitLimitReached(Event):
    """Nothing is left: entries stop, exits run, until credits are topped up. Once per filling."""

    type: ClassVar[str] = "credits.profit_limit_reached"

    user_id: UUID
    currency: str

    @property
    def stream(self) -> str:
        """One stream per user."""
        return f"credits:{self.user_id}"
