"""What an endpoint's answers do to the endpoint: failures make it rest, days of them switch it off."""

from __future__ import annotations

from accounts.webhooks.events import EndpointSwitchedOff
from accounts.webhooks.models import Delivery, Endpoint
from accounts.webhooks.types import OFF_AFTER, OffCause, State, rest_after
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events.services import publish_on_commit
from tenants.audit.services import record


def note_success(endpoint: Endpoint) -> None:
    """It answers: failures are forgotten."""
    if endpoint.failures or endpoint.rest_until or endpoint.failing_since:
        endpoint.failures, endpoint.rest_until, endpoint.failing_since = 0, None, None
        endpoint.save(update_fields=["failures", "rest_until", "failing_since"])


def note_failure(endpoint: Endpoint, *, gone: bool, asked_s: int = 0) -> bool:
    """One more failure, and a rest that grows. True where that switched it off, which its owner is told of.

    asked_s: how long the receiver asks to be left alone, up to a day.
    """
    now = clock.now()
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    endpoint.rest_until = now + rest_after(endpoint.failures, asked_s=asked_s)
    off = endpoint.off_since is None and (gone or now - endpoint.failing_since >= OFF_AFTER)
    if off:
        cause = OffCause.GONE if gone else OffCause.FAILING
        endpoint.off_since, endpoint.off_cause, endpoint.told_at = now, cause.value, None
        record(actor=None, action="webhook.switched_off", object=endpoint, after={"cause": cause.value})
        owner_id = endpoint.owner.public_id
        publish_on_commit([EndpointSwitchedOff(endpoint.public_id, owner_id, cause.value)])
    endpoint.save(update_fields=["failures", "failing_since", "rest_until", "off_since", "off_cause", "told_at"])
    return off


def give_up_pending(endpoint: Endpoint) -> int:
    """What waits for an endpoint that was switched off for failing becomes dead letters; how many. To be replayed."""
    waiting = Delivery.objects.filter(endpoint=endpoint, state=State.PENDING)
    return waiting.update(state=State.DEAD.value, next_attempt_at=None, ended_at=clock.now())
