"""Facts about the lab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from cryptouniverse.kernel.events.types import Event


@dataclass(frozen=True, slots=True)
class OptimisationEnded(Event):
    """An optimisation has ended. state: done, stopped or failed."""

    type: ClassVar[str] = "optimisation.ended"
    version: ClassVar[int] = 1
    optimisation_id: UUID
    owner_id: UUID
    state: str

    @property
    def stream(self) -> str:
        """Ordered within the owner's stream."""
        return f"user:{self.owner_id}"
