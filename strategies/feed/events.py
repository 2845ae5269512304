"""Facts about signal feeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from cryptouniverse.kernel.events.types import Event


@dataclass(frozen=True, slots=True)
class SignalsDelivered(Event):
    """Signals that a person follows have come. count: how many; newest: the last one's id."""

    type: ClassVar[str] = "signals.delivered"
    version: ClassVar[int] = 1
    owner_id: UUID
    count: int
    newest: UUID

    @property
    def stream(self) -> str:
        """Ordered within the owner's stream."""
        return f"user:{self.owner_id}"
