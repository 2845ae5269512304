"""Sending what is due to one endpoint: claim, commit, send, record, and again, one delivery after the other.

The claim is committed before anything leaves, with the time of the next try in it. A worker that is killed at any point
leaves a delivery that is tried again; the receiver tells twins by `webhook-id`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts.webhooks.models import Attempt, Delivery, Endpoint
from accounts.webhooks.selectors import ready_endpoints
from accounts.webhooks.services.signing import signed_headers
from accounts.webhooks.services.switching import give_up_pending, note_failure, note_success
from accounts.webhooks.types import (
    ATTEMPTS_MAX,
    LEASE,
    RUN_ATTEMPTS,
    RUN_S,
    TEST_EVENT,
    Outcome,
    State,
    pause_after,
)
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.egress import post
from cryptouniverse.kernel.egress.errors import BadAddress, NoUsableAnswer
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.ids import new_id

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Turn:
    """This worker's turn at an endpoint: nobody else sends there until it ends or is over time."""

    endpoint_id: int
    token: UUID


def deliver_due(*, endpoint_id: UUID) -> bool:
    """Send what is due to this endpoint, until all is sent, one fails, or the turn's time is over; whether more waits.

    False at once where somebody else is at it, it rests, or it is off. Not inside a transaction: each step commits.
    """
    turn = _take_turn(endpoint_id)
    if turn is None:
        return False
    until, left, good = time.monotonic() + RUN_S, RUN_ATTEMPTS, True
    try:
        while good and left and time.monotonic() < until:
            claimed = _claim(turn)
            if claimed is None:
                return False
            good, left = _attempt(*claimed), left - 1
    finally:
        Endpoint.objects.filter(pk=turn.endpoint_id, busy_by=turn.token).update(busy_until=None, busy_by=None)
    return good


def _take_turn(endpoint_id: UUID) -> _Turn | None:
    token = new_id()
    free = ready_endpoints().filter(public_id=endpoint_id)
    if not free.update(busy_until=clock.now() + LEASE, busy_by=token):
        return None
    return _Turn(Endpoint.objects.values_list("pk", flat=True).get(public_id=endpoint_id), token)


@transaction.atomic
def _claim(turn: _Turn) -> tuple[Delivery, Attempt] | None:
    """The next delivery, with its attempt written down; None: nothing is due, or the turn is over. Tests go first."""
    now = clock.now()
    mine = Endpoint.objects.select_for_update(no_key=True).filter(
        pk=turn.endpoint_id, busy_by=turn.token, off_since__isnull=True
    )
    if not mine.exists():
        return None
    mine.update(busy_until=now + LEASE)
    due = Delivery.objects.filter(endpoint_id=turn.endpoint_id, state=State.PENDING, next_attempt_at__lte=now)
    row = _next(due.filter(type=TEST_EVENT)) or _next(due)
    while row is not None and row.attempts >= _most(row):  # its last attempt was claimed, and its worker died
        _end(row, State.DEAD)
        row = _next(due)
    if row is None:
        return None
    row.attempts += 1
    row.next_attempt_at = now + pause_after(row.attempts)
    row.save(update_fields=["attempts", "next_attempt_at"])
    return row, Attempt.objects.create(delivery=row, at=now)


def _attempt(delivery: Delivery, attempt: Attempt) -> bool:
    outcome = _send(delivery)
    with transaction.atomic():
        endpoint = Endpoint.objects.select_for_update(no_key=True).filter(pk=delivery.endpoint_id).first()
        if endpoint is None:
            return False  # deleted meanwhile, with all that was its own
        status, reason, took_ms = outcome.status, outcome.reason, outcome.took_ms
        Attempt.objects.filter(pk=attempt.pk).update(status=status, reason=reason, took_ms=took_ms)
        if outcome.good:
            _end(delivery, State.DELIVERED)
            note_success(endpoint)
            return True
        if delivery.attempts >= _most(delivery):
            _end(delivery, State.DEAD)
        if note_failure(endpoint, gone=outcome.status == 410, asked_s=outcome.retry_after_s):
            give_up_pending(endpoint)
    return False


def _send(delivery: Delivery) -> Outcome:
    began = time.monotonic()
    status, reason, wait_s = None, "", 0
    try:
        headers = signed_headers(delivery)
        answer = post(
            delivery.endpoint.url,
            body=delivery.body.encode(),
            headers=headers,
            allowed=settings.CU.egress_allowed(),
        )
        status, wait_s = answer.status, answer.retry_after_s
        reason = "" if 200 <= status < 300 else "redirect" if 300 <= status < 400 else "status"
    except BadAddress:
        reason = "bad_address"
    except NoUsableAnswer as error:
        reason = str(error.facts["reason"])
    except CryptoUniverseError as error:  # its secret does not open: ours to repair, and tried again meanwhile
        log.exception("a webhook could not be signed", delivery=str(delivery.public_id), code=error.code)
        reason = "unsigned"
    return Outcome(status, reason, int((time.monotonic() - began) * 1000), wait_s)


def _next(due: QuerySet[Delivery]) -> Delivery | None:
    rows = due.select_related("endpoint").select_for_update(of=("self",), skip_locked=True)
    return rows.order_by("pk").first()


def _most(delivery: Delivery) -> int:
    """A test is tried once: who pressed the button waits for it."""
    return 1 if delivery.type == TEST_EVENT else ATTEMPTS_MAX


def _end(delivery: Delivery, state: State) -> None:
    delivery.state, delivery.next_attempt_at, delivery.ended_at = state.value, None, clock.now()
    delivery.save(update_fields=["state", "next_attempt_at", "ended_at"])
