"""Reads of what could not be delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptouniverse.kernel.events.models import Delivery


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that one of its handlers failed on for good. since: when it was given up."""

    event_id: UUID
    type: str
    handler: str
    attempts: int
    since: datetime


def dead_letters() -> list[DeadLetter]:
    """All of them, the oldest event first. One query."""
    rows = Delivery.objects.filter(dead_at__isnull=False).order_by("event_id", "handler")
    columns = ("event__public_id", "event__type", "handler", "attempts", "dead_at")
    return [DeadLetter(*row) for row in rows.values_list(*columns)]
