"""Facts about bots that are watched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from cryptouniverse.kernel.events.types import Event


@dataclass(frozen=True, slots=True)
class BotDrifted(Event):
    """A bot does not do what its replay says. day: UTC, the last that counted. rule: which one alarms. paused: whether
    it was paused for that.
    """

    type: ClassVar[str] = "bot.drifted"
    version: ClassVar[int] = 1
    bot_id: UUID
    owner_id: UUID
    portfolio_id: UUID
    day: str
    rule: str
    paused: bool

    @property
    def stream(self) -> str:
        """Ordered within the owner's stream."""
        return f"user:{self.owner_id}"
