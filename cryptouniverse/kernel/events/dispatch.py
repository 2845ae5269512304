"""Delivery: each waiting event goes to its handlers, in order; what fails is tried again, then is a dead letter.

Handlers are functions of a list of envelopes of one tenant. They are idempotent: delivery is at least once. Their rows
commit together with the mark that they ran; what they push to sockets is a hint.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import OperationalError, transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query, write
from cryptouniverse.kernel.context import correlated
from cryptouniverse.kernel.errors import NotFound
from cryptouniverse.kernel.events.models import Delivery, OutboxEvent
from cryptouniverse.kernel.events.services import caused_by
from cryptouniverse.kernel.events.types import Envelope, event_types
from cryptouniverse.kernel.tenancy import in_tenant, load_tenant

Handler = Callable[[Sequence[Envelope]], None]
Wiring = Mapping[str, Sequence[Handler]]

ATTEMPTS_MAX = 8
BATCH = 500
TURN_WITHIN_MS = 1_000
_LOCK = 7_315_002
_TOO_LONG = "55P03"
_TRY = "SELECT pg_try_advisory_xact_lock(%s), set_config('synchronous_commit', 'off', true)"
_WAITING = """
    SELECT id, public_id, type, version, tenant_id, stream, sequence, occurred_at, correlation_id, causation_id, body
    FROM public.cryptouniverse_events_outboxevent WHERE dispatched_at IS NULL ORDER BY id LIMIT %s
"""
_DISPATCHED = "UPDATE public.cryptouniverse_events_outboxevent SET dispatched_at = %s WHERE id = ANY (%s::bigint[])"
_wiring: dict[str, Sequence[Handler]] = {}
_of_all: list[Handler] = []
log = structlog.get_logger(__name__)


def wire(table: Wiring, *, of_all: Sequence[Handler] = ()) -> None:
    """Say which handlers each event type has, and which hear of all. Called once, by `cryptouniverse.wiring`."""
    _wiring.clear()
    _wiring.update(table)
    _of_all[:] = of_all


def dispatch_waiting(limit: int = BATCH) -> int:
    """Deliver up to `limit` waiting events, oldest first; how many were taken. One at a time keeps the order.

    Whoever finds another at work waits a moment for its commit, which may have come too early for the newest event.
    """
    with transaction.atomic():
        if not (_lock() or _lock_after_another()):
            return 0
        rows = [_row(*row) for row in query(_WAITING, [limit])]
        for tenant_id, own in _by_tenant(rows).items():
            _deliver_to_tenant(tenant_id, own)
        write(_DISPATCHED, [clock.now(), [row.pk for row in rows]])
    return len(rows)


def retry_failed(limit: int = 100) -> int:
    """Try again the deliveries whose pause is over; how many were tried."""
    with transaction.atomic():
        if not _lock():
            return 0
        due = Delivery.objects.filter(dead_at__isnull=True, next_attempt_at__lte=clock.now()).select_related("event")
        deliveries = list(due.order_by("event_id")[:limit])
        for delivery in deliveries:
            _retry(delivery)
    return len(deliveries)


def replay_dead(event_id: UUID | None = None) -> int:
    """Put dead letters (all, or those of one event) back in the queue; how many."""
    dead = Delivery.objects.filter(dead_at__isnull=False)
    if event_id:
        dead = dead.filter(event__public_id=event_id)
    return dead.update(dead_at=None, attempts=0, next_attempt_at=clock.now())


def _lock() -> bool:
    """Be the only dispatcher until the transaction ends, if nobody is.

    The commit does not wait for the disk: a crash of the server forgets that the newest events were delivered, and
    they are delivered again, as handlers expect.
    """
    [(locked, _off)] = query(_TRY, [_LOCK])
    return bool(locked)


def _lock_after_another() -> bool:
    """Be the next one, if the other ends soon."""
    try:
        with transaction.atomic():
            query("SELECT set_config('lock_timeout', %s::text, true)", [str(TURN_WITHIN_MS)])
            query("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            write("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != _TOO_LONG:
            raise
        return False
    return True


def _row(pk: int, public_id: UUID, *rest: Any) -> OutboxEvent:
    names = ("type", "version", "tenant_id", "stream", "sequence", "occurred_at", "correlation_id", "causation_id")
    *plain, body = rest
    fields: dict[str, Any] = dict(zip(names, plain, strict=True))
    return OutboxEvent(pk=pk, public_id=public_id, **fields, body=json.loads(body))


def _by_tenant(rows: Sequence[OutboxEvent]) -> dict[UUID, list[OutboxEvent]]:
    grouped: dict[UUID, list[OutboxEvent]] = defaultdict(list)
    for row in rows:
        grouped[row.tenant_id].append(row)
    return grouped


def _deliver_to_tenant(tenant_id: UUID, rows: Sequence[OutboxEvent]) -> None:
    try:
        tenant = load_tenant(tenant_id)
    except NotFound:
        return  # dropped or suspended: nobody is left to be told
    batches: dict[Handler, list[OutboxEvent]] = defaultdict(list)
    for row in rows:
        for handler in _handlers_of(row.type):
            batches[handler].append(row)
    with in_tenant(tenant):
        for handler, batch in batches.items():
            if not _call(handler, batch):
                _remember(handler, [row for row in batch if len(batch) == 1 or not _call(handler, [row])])


def _handlers_of(event_type: str) -> Sequence[Handler]:
    return (*_wiring.get(event_type, ()), *_of_all)


def _remember(handler: Handler, rows: Sequence[OutboxEvent]) -> None:
    due = clock.now() + _pause(1)
    Delivery.objects.bulk_create(
        Delivery(event=row, handler=_name(handler), attempts=1, next_attempt_at=due, error="see the log")
        for row in rows
    )


def _retry(delivery: Delivery) -> None:
    row = delivery.event
    handler = next((h for h in _handlers_of(row.type) if _name(h) == delivery.handler), None)
    try:
        tenant = load_tenant(row.tenant_id)
    except NotFound:
        delivery.delete()
        return
    with in_tenant(tenant):
        if handler is None or _call(handler, [row]):
            delivery.delete()
            return
    delivery.attempts += 1
    delivery.next_attempt_at = clock.now() + _pause(delivery.attempts)
    delivery.dead_at = clock.now() if delivery.attempts >= ATTEMPTS_MAX else None
    delivery.save()


def _pause(attempts: int) -> timedelta:
    return timedelta(seconds=min(2**attempts, 3600))


def _call(handler: Handler, rows: Sequence[OutboxEvent]) -> bool:
    try:
        with transaction.atomic(), correlated(rows[-1].correlation_id), caused_by(str(rows[-1].public_id)):
            handler([_envelope(row) for row in rows])
    except Exception:  # whatever a handler raises, the others must still be called; it is logged and retried
        log.exception("event handler failed", handler=_name(handler), events=len(rows))
        return False
    return True


def _envelope(row: OutboxEvent) -> Envelope:
    event = event_types()[row.type].read(row.body)
    return Envelope(row.public_id, event, row.tenant_id, row.stream, row.sequence, row.occurred_at, row.correlation_id)


def _name(handler: Handler) -> str:
    return f"{handler.__module__}.{handler.__qualname__}"
