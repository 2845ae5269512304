"""Publishing: facts go into the outbox in the caller's transaction, and are offered for delivery when it commits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import write
from cryptouniverse.kernel.context import correlation_id, current_tenant
from cryptouniverse.kernel.events.models import OutboxEvent, StreamHead
from cryptouniverse.kernel.events.types import Event
from cryptouniverse.kernel.ids import new_id

_kicks: list[Callable[[], None]] = []
_causation: ContextVar[str] = ContextVar("causation_id", default="")

_PUBLISH = """
    WITH given AS (
        SELECT * FROM unnest(%s::uuid[], %s::text[], %s::smallint[], %s::text[], %s::jsonb[])
            WITH ORDINALITY AS g (public_id, type, version, stream, body, place)
    ), counted AS (
        SELECT stream, count(*) AS number FROM given GROUP BY stream
    ), heads AS (
        INSERT INTO public.cryptouniverse_events_streamhead (tenant_id, stream, last)
        SELECT %s, stream, number FROM counted ORDER BY stream
        ON CONFLICT (tenant_id, stream) DO UPDATE SET last = cryptouniverse_events_streamhead.last + excluded.last
        RETURNING stream, last
    )
    INSERT INTO public.cryptouniverse_events_outboxevent
        (public_id, type, version, tenant_id, stream, sequence, occurred_at, correlation_id, causation_id, body)
    SELECT public_id, type, version, %s, stream,
           last - number + row_number() OVER (PARTITION BY stream ORDER BY place), %s, %s, %s, body
    FROM given JOIN counted USING (stream) JOIN heads USING (stream) ORDER BY place
"""


def publish_on_commit(events: Sequence[Event]) -> None:
    """Record `events` of the active tenant in the outbox, in order, and offer them for delivery after the commit.

    One statement whatever their number. Inside a transaction: a rollback unpublishes them. Raises NoTenant.
    """
    if not events:
        return
    tenant = current_tenant()
    write(
        _PUBLISH,
        [
            [new_id() for _ in events],
            [event.type for event in events],
            [event.version for event in events],
            [event.stream for event in events],
            [json.dumps(event.body()) for event in events],
            *(tenant.id, tenant.id, clock.now(), correlation_id(), _causation.get()),
        ],
    )
    for kick in _kicks:
        transaction.on_commit(kick, robust=True)


def on_publish(kick: Callable[[], None]) -> None:
    """Say what is called after a commit that published: the wiring offers a dispatch task."""
    _kicks[:] = [kick]


def forget_tenant(tenant_id: UUID) -> None:
    """Remove every event of a tenant that is deleted, delivered or not, and the numbers of its streams."""
    OutboxEvent.objects.filter(tenant_id=tenant_id).delete()
    StreamHead.objects.filter(tenant_id=tenant_id).delete()


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
