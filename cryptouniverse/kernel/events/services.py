"""Publishing: facts go into the outbox in the caller's transaction, and are offered for delivery when it commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import correlation_id, current_tenant
from cryptouniverse.kernel.events.models import OutboxEvent
from cryptouniverse.kernel.events.types import Event

_kicks: list[Callable[[], None]] = []
_causation: ContextVar[str] = ContextVar("causation_id", default="")

_TAKE_SEQUENCES = """
    INSERT INTO public.cryptouniverse_events_streamhead (tenant_id, stream, last)
    SELECT %s, stream, number FROM unnest(%s::text[], %s::bigint[]) AS wanted (stream, number) ORDER BY stream
    ON CONFLICT (tenant_id, stream) DO UPDATE SET last = cryptouniverse_events_streamhead.last + excluded.last
    RETURNING stream, last
"""


def publish_on_commit(events: Sequence[Event]) -> None:
    """Record `events` of the active tenant in the outbox, in order, and offer them for delivery after the commit.

    Two statements whatever their number. Inside a transaction: a rollback unpublishes them. Raises NoTenant.
    """
    if not events:
        return
    tenant, occurred_at = current_tenant(), clock.now()
    counts = Counter(event.stream for event in events)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_SEQUENCES, [tenant.id, list(counts), list(counts.values())])
        heads = dict(cursor.fetchall())
    following = {stream: heads[stream] - counts[stream] for stream in counts}
    rows = []
    for event in events:
        following[event.stream] += 1
        rows.append(
            OutboxEvent(
                type=event.type,
                version=event.version,
                tenant_id=tenant.id,
                stream=event.stream,
                sequence=following[event.stream],
                occurred_at=occurred_at,
                correlation_id=correlation_id(),
                causation_id=_causation.get(),
                body=event.body(),
            )
        )
    OutboxEvent.objects.bulk_create(rows)
    for kick in _kicks:
        transaction.on_commit(kick, robust=True)


def on_publish(kick: Callable[[], None]) -> None:
    """Say what is called after a commit that published: the wiring offers a dispatch task."""
    _kicks[:] = [kick]


@contextmanager
def caused_by(event_id: str) -> Iterator[None]:
    """Inside, published events name `event_id` as their cause."""
    token = _causation.set(event_id)
    try:
        yield
    finally:
        _causation.reset(token)


@contextmanager
def without_kick() -> Iterator[None]:
    """Inside, publishing leaves delivery to the sweeper: for bulk work whose events nobody waits for."""
    kept = list(_kicks)
    _kicks.clear()
    try:
        yield
    finally:
        _kicks[:] = kept
