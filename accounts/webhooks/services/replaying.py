"""Sending again what was given up, or got lost behind the receiver; and a test. The id of a delivery never changes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet

from accounts.webhooks.errors import EndpointOff, TooManyTests
from accounts.webhooks.models import Delivery, Endpoint
from accounts.webhooks.services.endpoints import locked
from accounts.webhooks.services.offering import offer_work
from accounts.webhooks.types import TEST_EVENT, TESTS_A_MINUTE, State
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.ids import new_id
from tenants.audit.services import record

if TYPE_CHECKING:
    from tenants.audit.types import Actor


@transaction.atomic
def send_test(*, endpoint: Endpoint, actor: Actor) -> Delivery:
    """A delivery of type "webhooks.test", tried once and at once. Raises EndpointOff or TooManyTests."""
    row, now = _ready(endpoint), clock.now()
    lately = Delivery.objects.filter(endpoint=row, type=TEST_EVENT, created_at__gt=now - timedelta(minutes=1))
    if lately.count() >= TESTS_A_MINUTE:
        raise TooManyTests(retry_after_s=60)
    event_id = new_id()
    body = {
        "type": TEST_EVENT,
        "timestamp": now.isoformat(),
        "id": str(event_id),
        "version": 1,
        "stream": f"webhook:{row.public_id}",
        "sequence": 0,
        "data": {"endpoint_id": str(row.public_id)},
    }
    made = Delivery.objects.create(
        endpoint=row,
        event_id=event_id,
        type=TEST_EVENT,
        body=json.dumps(body, separators=(",", ":")),
        next_attempt_at=now,
        created_at=now,
    )
    record(actor=actor, action="webhook.tested", object=row, after={"delivery": str(made.public_id)})
    offer_work([row.public_id])
    return made


@transaction.atomic
def replay(*, delivery: Delivery, actor: Actor) -> Delivery:
    """Send this one again, also a delivered one, with all its tries before it. Raises EndpointOff."""
    row = _ready(delivery.endpoint)
    again = Delivery.objects.select_for_update().get(pk=delivery.pk)
    _put_back(Delivery.objects.filter(pk=again.pk))
    again.refresh_from_db()
    record(actor=actor, action="webhook.replayed", object=row, after={"delivery": str(again.public_id)})
    offer_work([row.public_id])
    return again


@transaction.atomic
def replay_failed(*, endpoint: Endpoint, since: datetime, actor: Actor) -> int:
    """Send again what was given up of all that happened since then, tests apart; how many. Raises EndpointOff."""
    row = _ready(endpoint)
    dead = Delivery.objects.filter(endpoint=row, state=State.DEAD, created_at__gte=since).exclude(type=TEST_EVENT)
    number = _put_back(dead)
    facts = {"since": since.isoformat(), "deliveries": number}
    record(actor=actor, action="webhook.replayed", object=row, after=facts)
    offer_work([row.public_id])
    return number


def _ready(endpoint: Endpoint) -> Endpoint:
    """Somebody waits for it: an endpoint that rests is woken."""
    row = locked(endpoint)
    if row.off_since is not None:
        raise EndpointOff(endpoint=str(row.public_id))
    if row.rest_until is not None:
        row.rest_until = None
        row.save(update_fields=["rest_until"])
    return row


def _put_back(rows: QuerySet[Delivery]) -> int:
    return rows.update(state=State.PENDING.value, attempts=0, next_attempt_at=clock.now(), ended_at=None)
