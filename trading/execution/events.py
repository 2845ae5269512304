"""Facts about execution."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from cryptouniverse.kernel.events.types import Event


@dataclass(frozen=True, slots=True)
class OrderFilled(Event):
    """A fill was booked. cause: entry, exit, stop or target."""

    type: ClassVar[str] = "execution.order_filled"
    fill_id: UUID
    owner_id: UUID
    portfolio_id: UUID
    instrument_id: str
    side: str
    cause: str
    price: Decimal
    quantity: Decimal

    @property
    def stream(self) -> str:
        """Ordered within the portfolio."""
        return f"portfolio:{self.portfolio_id}"
