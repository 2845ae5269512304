"""Facts the books publish."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from cryptouniverse.kernel.events.types import Event


@dataclass(frozen=True, slots=True)
class CreditsToppedUp(Event):
    """Credits came into a user's wallet. resumed: there were none, so entries may start again."""

    type: ClassVar[str] = "credits.topped_up"

    user_id: UUID
    entry_id: UUID
    currency: str
    amount: Decimal
    available: Decimal
    resumed: bool

    @property
    def stream(self) -> str:
        """One stream per user: everything about their credits is in order."""
        return f"credits:{self.user_id}"
