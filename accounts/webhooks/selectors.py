"""Reads of webhooks. `access_*` fetches and authorises; nothing here reads a secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.webhooks.errors import UnknownDelivery, UnknownEndpoint
from accounts.webhooks.models import Delivery, Endpoint
from accounts.webhooks.types import OffCause, State
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events.selectors import all_event_types
from cryptouniverse.kernel.events.types import Event, is_owned

if TYPE_CHECKING:
    from accounts.users.models import User


def public_event_types(*, whole_tenant: bool = False) -> Mapping[str, type[Event]]:
    """What an endpoint can ask for, by name: facts that are somebody's, and the rest for an administrator."""
    return {name: event for name, event in all_event_types().items() if whole_tenant or is_owned(event)}


def endpoints_for(user: User) -> QuerySet[Endpoint]:
    """The user's own endpoints, newest first."""
    return Endpoint.objects.filter(owner=user).order_by("-pk")


def access_endpoint(user: User, public_id: UUID | str) -> Endpoint:
    """The user's endpoint with this id. Raises UnknownEndpoint, also for somebody else's."""
    found = endpoints_for(user).select_related("owner").filter(public_id=public_id).first()
    if found is None:
        raise UnknownEndpoint(endpoint=str(public_id))
    return found


def deliveries_of(endpoint: Endpoint, **wanted: object) -> QuerySet[Delivery]:
    """The endpoint's deliveries, newest first. wanted: columns and the values they must have."""
    return Delivery.objects.filter(endpoint=endpoint, **wanted).order_by("-pk")


def access_delivery(user: User, public_id: UUID | str) -> Delivery:
    """A delivery to one of the user's endpoints. Raises UnknownDelivery, also for somebody else's."""
    rows = Delivery.objects.filter(endpoint__owner=user).select_related("endpoint__owner")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise UnknownDelivery(delivery=str(public_id))
    return found


def due_endpoints() -> list[UUID]:
    """The tenant's endpoints that something should be sent to now and that nobody is busy with."""
    now = clock.now()
    waiting = Delivery.objects.filter(state=State.PENDING, next_attempt_at__lte=now).values("endpoint_id")
    return list(ready_endpoints().filter(pk__in=waiting).order_by("pk").values_list("public_id", flat=True))


def untold_endpoints() -> list[UUID]:
    """Those that the product switched off and whose owners were not written to yet."""
    rows = Endpoint.objects.filter(off_cause__in=[OffCause.FAILING, OffCause.GONE], told_at__isnull=True)
    return list(rows.values_list("public_id", flat=True))


def ready_endpoints() -> QuerySet[Endpoint]:
    """Those that are on, not resting, and free."""
    now = clock.now()
    rested = Q(rest_until__isnull=True) | Q(rest_until__lte=now)
    free = Q(busy_until__isnull=True) | Q(busy_until__lte=now)
    return Endpoint.objects.filter(rested, free, off_since__isnull=True)
