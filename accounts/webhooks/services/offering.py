"""From facts to deliveries: one row for each endpoint that asked for the event and may have it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from accounts.webhooks.models import Delivery, Endpoint
from accounts.webhooks.types import takes
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import TenantCtx, current_tenant
from cryptouniverse.kernel.events.types import Envelope, owner_of

if TYPE_CHECKING:
    from accounts.users.models import User

Kick = Callable[[TenantCtx, UUID], None]
_kicks: list[Kick] = []


def on_due(kick: Kick) -> None:
    """Say what is called, after the commit, for an endpoint that something should be sent to. Said by the wiring."""
    _kicks[:] = [kick]


def offer(envelopes: Sequence[Envelope]) -> int:
    """Keep a delivery for each (endpoint, event) that belong together; how many pairs. The same events again: none new.

    Inside the transaction that delivers the outbox. Whose an event is, says `owner_of`; what is nobody's goes to
    administrators' endpoints for the whole tenant only.
    """
    endpoints = list(Endpoint.objects.filter(off_since__isnull=True).select_related("owner"))
    if not endpoints:
        return 0
    rows = [_kept(endpoint, one) for one in envelopes for endpoint in endpoints if _belongs(endpoint, one)]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    offer_work({row.endpoint.public_id for row in rows})
    return len(rows)


def offer_work(endpoint_ids: Iterable[UUID]) -> None:
    """Once this transaction has committed, a worker is asked to look at these endpoints."""
    tenant = current_tenant()
    for kick in _kicks:
        for endpoint_id in endpoint_ids:
            transaction.on_commit(partial(kick, tenant, endpoint_id), robust=True)


def body_of(envelope: Envelope) -> str:
    """The text that is signed and sent. `data` is what the JSON schema of this type and version says."""
    event = envelope.event
    body: dict[str, Any] = {
        "type": event.type,
        "timestamp": envelope.occurred_at.isoformat(),
        "id": str(envelope.id),
        "version": event.version,
        "stream": envelope.stream,
        "sequence": envelope.sequence,
        "data": event.body(),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _kept(endpoint: Endpoint, envelope: Envelope) -> Delivery:
    now, text = clock.now(), body_of(envelope)
    facts = {"event_id": envelope.id, "type": envelope.event.type, "next_attempt_at": now, "created_at": now}
    return Delivery(endpoint=endpoint, body=text, **facts)


def _belongs(endpoint: Endpoint, envelope: Envelope) -> bool:
    owner: User = endpoint.owner
    if not takes(endpoint.patterns, envelope.event.type) or not owner.may("trading:read"):
        return False
    if endpoint.whole_tenant:
        return owner.may("admin:read")
    return owner_of(envelope.event) == owner.public_id
