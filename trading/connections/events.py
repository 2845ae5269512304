"""Facts about connections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final
from uuid import UUID

from cryptouniverse.kernel.events.types import Event

# the database tells who listens of each change when it commits: "<tenant id> <connection id> <what>"
CHANNEL: Final = "cu_connections"


@dataclass(frozen=True, slots=True)
class ConnectionChanged(Event):
    """Something about a connection changed. what: created, renamed, checked, check_asked, activated, deactivated,
    refused, rotated, deleted, entries_stopped, entries_allowed, autonomous_allowed, autonomous_ended or proven.
    """

    type: ClassVar[str] = "connections.changed"
    version: ClassVar[int] = 2
    connection_id: UUID
    owner_id: UUID
    what: str

    @property
    def stream(self) -> str:
        """Ordered within the owner's stream."""
        return f"user:{self.owner_id}"
