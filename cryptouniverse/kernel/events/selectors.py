"""Reads of what is not delivered yet, or could not be, and of which facts there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.cache import caches
from django.db.models import Count, Min, Q

from cryptouniverse.kernel.events.describing import all_event_types, schema_of
from cryptouniverse.kernel.events.models import Delivery, OutboxEvent

__all__ = [
    "WORKER_SEEN",
    "DeadLetter",
    "OutboxLag",
    "all_event_types",
    "dead_letters",
    "outbox_lag",
    "outbox_waiting",
    "schema_of",
    "worker_seen_at",
]

WORKER_SEEN = "worker.seen"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that one of its handlers failed on for good. since: when it was given up."""

    event_id: UUID
    type: str
    handler: str
    attempts: int
    since: datetime


@dataclass(frozen=True, slots=True)
class OutboxLag:
    """What of one tenant's facts is not delivered yet. oldest_s: how long the first waits, 0 when none does."""

    waiting: int
    oldest_s: int
    failing: int
    dead: int


def outbox_lag(tenant_id: UUID, *, now: datetime) -> OutboxLag:
    """How far the delivery of this tenant's facts is behind. Two queries."""
    waiting = OutboxEvent.objects.filter(tenant_id=tenant_id, dispatched_at__isnull=True)
    found = waiting.aggregate(number=Count("pk"), oldest=Min("occurred_at"))
    deliveries = Delivery.objects.filter(event__tenant_id=tenant_id).aggregate(
        failing=Count("pk", filter=Q(dead_at__isnull=True)), dead=Count("pk", filter=Q(dead_at__isnull=False))
    )
    oldest_s = max(0, int((now - found["oldest"]).total_seconds())) if found["oldest"] else 0
    return OutboxLag(found["number"], oldest_s, deliveries["failing"], deliveries["dead"])


def dead_letters() -> list[DeadLetter]:
    """All of them, the oldest event first. One query."""
    rows = Delivery.objects.filter(dead_at__isnull=False).order_by("event_id", "handler")
    columns = ("event__public_id", "event__type", "handler", "attempts", "dead_at")
    return [DeadLetter(*row) for row in rows.values_list(*columns)]


def outbox_waiting() -> tuple[int, datetime | None]:
    """How many events wait to be delivered, and since when the oldest of them does."""
    waiting = OutboxEvent.objects.filter(dispatched_at__isnull=True)
    return waiting.count(), waiting.aggregate(oldest=Min("occurred_at"))["oldest"]


def worker_seen_at() -> datetime | None:
    """When a worker last swept the outbox: it does so every 15 s. None if that is not known."""
    seen: datetime | None = caches["global"].get(WORKER_SEEN)
    return seen
