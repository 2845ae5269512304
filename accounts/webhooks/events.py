"""Facts about webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from cryptouniverse.kernel.events.types import Event


@dataclass(frozen=True, slots=True)
class EndpointSwitchedOff(Event):
    """An endpoint was switched off by the product. cause: failing (days of failure) or gone (the receiver said 410)."""

    type: ClassVar[str] = "webhooks.switched_off"
    endpoint_id: UUID
    owner_id: UUID
    cause: str

    @property
    def stream(self) -> str:
        """Ordered within the owner's stream."""
        return f"user:{self.owner_id}"
