"""Events for one webhook whose receiver fails at random, sent by workers that are killed at every statement in turn."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

from django.db.models import F

from accounts.webhooks import services
from accounts.webhooks.models import Attempt, Delivery, Endpoint
from accounts.webhooks.types import State
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.events import dispatch
from cryptouniverse.kernel.events.models import OutboxEvent
from cryptouniverse.kernel.events.services import publish_on_commit, without_kick
from cryptouniverse.kernel.secret import Secret
from cryptouniverse.wiring import WIRING, offer_webhooks
from tests.accounts.webhooks_stage import Message, Receiver, given_endpoint, receiving, topped_up
from tests.people import member
from tests.proofs.workers import KILLED, Share, at_once

SEED = 7
STATEMENTS = 24  # of a turn that sends one and writes it down


class Storm:
    """What a receiver saw: every message is verified as it comes, by the scheme's own library."""

    def __init__(self, secret: Secret, *, seed: int = SEED) -> None:
        self._secret, self._chance = secret, random.Random(seed)  # noqa: S311  # it chooses failures
        self.unverified: list[str] = []
        self.taken: list[tuple[str, str]] = []  # webhook-id and event id of what was answered with 200

    def answer(self, _number: int, message: Message) -> int | None:
        """A third fails: 500, 429, a redirect, or no answer at all. A message that is not good is never taken."""
        try:
            body = message.verified_by(self._secret)
        except Exception as error:  # noqa: BLE001  # whatever the library says, it was not verified
            self.unverified.append(repr(error))
            return 400
        if self._chance.random() < 0.33:
            return self._chance.choice([500, 429, 307, None])
        self.taken.append((message.id, body["id"]))
        return 200


def pass_time(by: timedelta = timedelta(hours=30)) -> None:
    """All that waits has waited so much longer: pauses, rests and turns end."""
    ago = {name: F(name) - by for name in ("rest_until", "busy_until")}
    Endpoint.objects.update(**ago)
    Delivery.objects.filter(state=State.PENDING).update(next_attempt_at=F("next_attempt_at") - by)


def weathered(tenant: TenantCtx, *, events: int, kills: int) -> dict[str, Any]:
    """Publish so many events, kill so many workers at one statement after the other, and let the last ones end it.

    Returns what was heard and kept, counted.
    """
    dispatch.wire(WIRING, of_all=(offer_webhooks,))
    alice = member("alice@storm.example")
    with receiving() as receiver:
        endpoint, secret = given_endpoint(alice, receiver.url)
        storm = Storm(secret)
        receiver.answer = storm.answer
        with without_kick():
            publish_on_commit([topped_up(alice, amount=n + 1) for n in range(events)])
        killed = sum(_killed(tenant, endpoint, number % STATEMENTS + 1) for number in range(kills))
        OutboxEvent.objects.filter(tenant_id=tenant.id).update(dispatched_at=None)  # delivered again, as may happen
        for _turn in count():
            _work(endpoint)
            Delivery.objects.filter(endpoint=endpoint, state=State.DEAD).update(
                state=State.PENDING, attempts=0, ended_at=None, next_attempt_at=F("created_at")
            )
            if not Delivery.objects.filter(endpoint=endpoint).exclude(state=State.DELIVERED).exists():
                break
            assert _turn < 40 * events
    return _counted(tenant, storm, receiver, killed)


def _killed(tenant: TenantCtx, endpoint: Endpoint, number: int) -> int:
    """One worker, killed before that statement if it comes that far; 1 if it was."""
    pass_time()
    [answer] = at_once(tenant, [Share(partial(_work, endpoint), dies_before=number)])
    return int(answer is KILLED)


def _work(endpoint: Endpoint) -> None:
    pass_time()
    while dispatch.dispatch_waiting():
        pass
    services.deliver_due(endpoint_id=endpoint.public_id)


def _counted(tenant: TenantCtx, storm: Storm, receiver: Receiver, killed: int) -> dict[str, Any]:
    published = {
        str(one) for one in OutboxEvent.objects.filter(tenant_id=tenant.id).values_list("public_id", flat=True)
    }
    taken = Counter(event for _id, event in storm.taken)
    ids = {(json.loads(message.body)["id"], message.id, message.body) for message in receiver.heard}
    return {
        "killed": killed,
        "unverified": storm.unverified,
        "lost": published - taken.keys(),
        "foreign": taken.keys() - published,
        "twice": sum(number > 1 for number in taken.values()),
        "deliveries": Delivery.objects.count(),
        "different": len(ids) - len({event for event, *_ in ids}),
        "unwritten": max(0, len(receiver.heard) - Attempt.objects.count()),
    }
