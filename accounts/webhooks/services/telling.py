"""Writing to the owner of an endpoint that the product switched off."""

from __future__ import annotations

import smtplib
from uuid import UUID

import structlog
from django.utils.translation import gettext

from accounts.webhooks.models import Endpoint
from accounts.webhooks.types import OffCause
from cryptouniverse.kernel import clock
from tenants.branding.services import mail_to

log = structlog.get_logger(__name__)


def tell_owner(*, endpoint_id: UUID) -> bool:
    """Write to the owner, once; whether that was to be done. A mail that does not leave is logged, and the page says it
    anyway.
    """
    untold = Endpoint.objects.filter(public_id=endpoint_id, told_at__isnull=True, off_since__isnull=False)
    if not untold.exclude(off_cause=OffCause.OWNER).update(told_at=clock.now()):
        return False
    endpoint = Endpoint.objects.select_related("owner").get(public_id=endpoint_id)
    try:
        subject = gettext("A webhook was switched off")
        mail_to(endpoint.owner.email, subject=subject, template="mail/letter", facts={"said": _text(endpoint)}).send()
    except (OSError, smtplib.SMTPException):
        log.exception("mail_not_sent", endpoint=str(endpoint_id))
    return True


def _text(endpoint: Endpoint) -> str:
    why = (
        gettext("It answered that it is gone for good (410).")
        if endpoint.off_cause == OffCause.GONE
        else gettext("It gave no good answer for five days.")
    )
    told = gettext(
        "We have stopped sending events to your webhook %(name)s.\n\n%(why)s\n\nEvents that could not be sent are kept "
        "for 30 days. Put the receiver right, switch the webhook on, and send them again from its page."
    )
    return told % {"name": str(endpoint), "why": why}
