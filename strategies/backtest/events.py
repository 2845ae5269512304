"""Facts about backtests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from cryptouniverse.kernel.events.types import Event


@dataclass(frozen=True, slots=True)
class BacktestEnded(Event):
    """A kept backtest has ended. state: done, failed or cancelled."""

    type: ClassVar[str] = "backtest.ended"
    version: ClassVar[int] = 1
    run_id: UUID
    owner_id: UUID
    state: str

    @property
    def stream(self) -> str:
        """Ordered within the owner's stream."""
        return f"user:{self.owner_id}"
