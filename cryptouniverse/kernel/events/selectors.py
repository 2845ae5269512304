"""Reads of what could not be delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.cache import caches
from django.db.models import Min

from cryptouniverse.kernel.events.models import Delivery, OutboxEvent

WORKER_SEEN = "worker.seen"


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


def outbox_lag() -> tuple[int, datetime | None]:
    """How many events wait to be delivered, and since when the oldest of them does."""
    waiting = OutboxEvent.objects.filter(dispatched_at__isnull=True)
    return waiting.count(), waiting.aggregate(oldest=Min("occurred_at"))["oldest"]


def worker_seen_at() -> datetime | None:
    """When a worker last swept the outbox: it does so every 15 s. None if that is not known."""
    seen: datetime | None = caches["global"].get(WORKER_SEEN)
    return seen
