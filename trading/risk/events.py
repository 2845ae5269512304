"""Facts about risk."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from cryptouniverse.kernel.events.types import Event


@dataclass(frozen=True, slots=True)
class TradingStopped(Event):
    """A person or a breaker stopped all entries of a portfolio."""

    type: ClassVar[str] = "risk.trading_stopped"
    portfolio_id: UUID
    owner_id: UUID

    @property
    def stream(self) -> str:
        """Ordered within the owner's stream."""
        return f"user:{self.owner_id}"


@dataclass(frozen=True, slots=True)
class TradingResumed(Event):
    """A person re-armed trading of a portfolio."""

    type: ClassVar[str] = "risk.trading_resumed"
    portfolio_id: UUID
    owner_id: UUID

    @property
    def stream(self) -> str:
        """Ordered within the owner's stream."""
        return f"user:{self.owner_id}"


@dataclass(frozen=True, slots=True)
class TriggerNear(Event):
    """An emergency is near: a trigger of a portfolio has come to 80% of its limit."""

    type: ClassVar[str] = "risk.trigger_near"
    portfolio_id: UUID
    owner_id: UUID
    trigger: str
    value: Decimal
    limit: Decimal

    @property
    def stream(self) -> str:
        """Ordered within the owner's stream."""
        return f"user:{self.owner_id}"
