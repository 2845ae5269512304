"""What signs: made here, shown once, kept closed, rotated with an overlap in which both sign."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q
from standardwebhooks import Webhook

from accounts.webhooks.errors import BadEndpoint
from accounts.webhooks.models import Delivery, Endpoint, EndpointSecret
from accounts.webhooks.types import OVERLAP_DEFAULT_H, OVERLAP_MAX_H
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.sealing import Wrapped
from cryptouniverse.kernel.secret import Secret
from cryptouniverse.kernel.vault import close_secret, open_secret, rewrap_rows
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.audit.services import record

if TYPE_CHECKING:
    from tenants.audit.types import Actor

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32


@transaction.atomic
def rotate_secret(*, endpoint: Endpoint, actor: Actor, overlap_h: int = OVERLAP_DEFAULT_H) -> Secret:
    """A new secret, to be shown once. The one before signs beside it for `overlap_h` hours more (0: not at all); one
    that was on its way out already goes at once. Raises BadEndpoint for an overlap that is not 0 to 168 hours.
    """
    if not 0 <= overlap_h <= OVERLAP_MAX_H:
        raise BadEndpoint(
            _("The old secret works on for 0 to %(most)s hours."), field="overlap_hours", most=OVERLAP_MAX_H
        )
    row = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    ends = clock.now() + timedelta(hours=overlap_h)
    row.secrets.filter(expires_at__isnull=False).delete()
    if overlap_h:
        row.secrets.filter(expires_at__isnull=True).update(expires_at=ends)
    else:
        row.secrets.all().delete()
    made = new_secret(row)
    facts = {"version": row.secrets_version, "overlap_hours": overlap_h}
    record(actor=actor, action="webhook.secret_rotated", object=row, after=facts)
    endpoint.secrets_version = row.secrets_version
    return made


def new_secret(endpoint: Endpoint) -> Secret:
    """A fresh secret in force, which must be the only one without an end. In the caller's transaction and lock."""
    made = Secret(PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode())
    endpoint.secrets_version += 1
    endpoint.save(update_fields=["secrets_version"])
    closed = close_secret(made, place=_place(endpoint, endpoint.secrets_version))
    EndpointSecret.objects.create(
        endpoint=endpoint, version=endpoint.secrets_version, master_id=closed.master_id, wrapped=closed.body
    )
    return made


def signed_headers(delivery: Delivery) -> Mapping[str, str]:
    """The headers of one attempt, now: an id that never changes, the time, and a signature by each secret in force."""
    endpoint, now = delivery.endpoint, clock.now()
    in_force = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    rows = endpoint.secrets.filter(in_force).order_by("-version")
    signatures = [
        Webhook(_opened(endpoint, row).reveal()).sign(delivery.message_id, now, delivery.body) for row in rows
    ]
    return {
        "content-type": "application/json",
        "user-agent": "Webhooks/1",
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def rewrap_secrets() -> int:
    """Close every secret of the active tenant under the current master key; how many were under another one."""
    rows = EndpointSecret.objects.select_related("endpoint")
    return rewrap_rows(rows, lambda row: (_opened(row.endpoint, row), _place(row.endpoint, row.version)))


def _opened(endpoint: Endpoint, row: EndpointSecret) -> Secret:
    return open_secret(Wrapped(row.master_id, bytes(row.wrapped)), place=_place(endpoint, row.version))


def _place(endpoint: Endpoint, version: int) -> tuple[str, ...]:
    return ("accounts.webhooks", str(endpoint.public_id), str(version))
