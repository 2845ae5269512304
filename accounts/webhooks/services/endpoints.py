"""Making and changing endpoints. Each write is audited in its transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from accounts.webhooks.errors import BadEndpoint, TooManyEndpoints, UnknownEndpoint, WholeTenantIsForAdmins
from accounts.webhooks.models import Endpoint
from accounts.webhooks.selectors import endpoints_for, public_event_types
from accounts.webhooks.services.offering import offer_work
from accounts.webhooks.services.signing import new_secret
from accounts.webhooks.types import DESCRIPTION_MAX, ENDPOINTS_MAX, PATTERNS_MAX, OffCause, unknown_patterns
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.egress import parse_target
from cryptouniverse.kernel.secret import Secret
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.audit.services import record

if TYPE_CHECKING:
    from accounts.users.models import User
    from tenants.audit.types import Actor

WHOLE_TENANT_NEEDS = "admin:read"


@transaction.atomic
def create_endpoint(
    *, owner: User, url: str, patterns: Sequence[str], description: str = "", whole_tenant: bool = False
) -> tuple[Endpoint, Secret]:
    """An endpoint of `owner` that is on, and its secret, to be shown once. The address is asked about when something
    is sent. Raises BadAddress, BadEndpoint, WholeTenantIsForAdmins or TooManyEndpoints.
    """
    get_user_model().objects.select_for_update(no_key=True).get(pk=owner.pk)  # one at a time, so that the count holds
    if endpoints_for(owner).count() >= ENDPOINTS_MAX:
        raise TooManyEndpoints(most=ENDPOINTS_MAX)
    row = Endpoint(owner=owner, whole_tenant=_whole_tenant(owner, whole_tenant))
    row.url, row.description = _address(url), _description(description)
    row.patterns = _patterns(patterns, whole_tenant=whole_tenant)
    row.save()
    secret = new_secret(row)
    record(actor=owner, action="webhook.created", object=row, after=_facts(row))
    return row, secret


@transaction.atomic
def change_endpoint(*, endpoint: Endpoint, actor: Actor, **changes: Any) -> Endpoint:
    """Set url, patterns and description, those that are given. What waits goes to the new address. Raises as making
    one does.
    """
    row = locked(endpoint)
    before = _facts(row)
    if "url" in changes:
        row.url = _address(changes["url"])
    if "patterns" in changes:
        row.patterns = _patterns(changes["patterns"], whole_tenant=row.whole_tenant)
    if "description" in changes:
        row.description = _description(changes["description"])
    row.save(update_fields=["url", "patterns", "description"])
    record(actor=actor, action="webhook.changed", object=row, before=before, after=_facts(row))
    return row


@transaction.atomic
def switch_off(*, endpoint: Endpoint, actor: Actor) -> Endpoint:
    """Nothing is sent from now on, and what happens meanwhile is not kept; what waits is. Again: nothing."""
    row = locked(endpoint)
    if row.off_since is None:
        row.off_since, row.off_cause = clock.now(), OffCause.OWNER.value
        row.save(update_fields=["off_since", "off_cause"])
        record(actor=actor, action="webhook.switched_off", object=row, after={"cause": row.off_cause})
    return row


@transaction.atomic
def switch_on(*, endpoint: Endpoint, actor: Actor) -> Endpoint:
    """Events are sent again, and what waits goes first. Failures are forgotten. Again: nothing."""
    row = locked(endpoint)
    if row.off_since is not None:
        cause, row.off_since, row.off_cause = row.off_cause, None, ""
        row.failing_since, row.failures, row.rest_until = None, 0, None
        row.save(update_fields=["off_since", "off_cause", "failing_since", "failures", "rest_until"])
        record(actor=actor, action="webhook.switched_on", object=row, before={"cause": cause})
        offer_work([row.public_id])
    return row


@transaction.atomic
def delete_endpoint(*, endpoint: Endpoint, actor: Actor) -> None:
    """Drop it with its secrets and deliveries."""
    row = locked(endpoint)
    record(actor=actor, action="webhook.deleted", object=row, before=_facts(row))
    row.delete()


def locked(endpoint: Endpoint) -> Endpoint:
    """The endpoint as it is now, locked until the transaction ends. Raises UnknownEndpoint once it is deleted."""
    rows = Endpoint.objects.select_for_update(no_key=True, of=("self",)).select_related("owner")
    row = rows.filter(pk=endpoint.pk).first()
    if row is None:
        raise UnknownEndpoint(endpoint=str(endpoint.public_id))
    return row


def _whole_tenant(owner: User, asked: bool) -> bool:
    if asked and not owner.may(WHOLE_TENANT_NEEDS):
        raise WholeTenantIsForAdmins
    return asked


def _address(url: str) -> str:
    return parse_target(url.strip(), allowed=settings.CU.egress_allowed()).url


def _description(text: str) -> str:
    tidy = " ".join(text.split())
    if len(tidy) > DESCRIPTION_MAX or not tidy.isprintable():
        raise BadEndpoint(
            _("A description has at most %(most)s characters."), field="description", most=DESCRIPTION_MAX
        )
    return tidy


def _patterns(patterns: Sequence[str], *, whole_tenant: bool) -> list[str]:
    wanted = list(dict.fromkeys(pattern.strip() for pattern in patterns))
    if not 1 <= len(wanted) <= PATTERNS_MAX:
        raise BadEndpoint(_("Choose 1 to %(most)s kinds of events."), field="events", most=PATTERNS_MAX)
    if wrong := unknown_patterns(wanted, public_event_types(whole_tenant=whole_tenant)):
        raise BadEndpoint(_("There is no kind of event called %(event)s."), field="events", event=wrong[0][:80])
    return wanted


def _facts(row: Endpoint) -> dict[str, Any]:
    """For the audit: of the address the host alone, for a path may be a key."""
    host = row.url.split("/")[2]
    return {"host": host, "events": row.patterns, "description": row.description, "whole_tenant": row.whole_tenant}
