"""Letters: written as rows in the transaction of what they tell, sent by a worker. A request never waits for the post.

So a request does the same for an address that nobody has: it writes a row.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

from django.db import transaction

from accounts.security.errors import SmsUnavailable
from accounts.security.models import Letter, OneTimeCode
from accounts.security.senders import sms_sender
from accounts.security.wording import SMS_KINDS, text_of
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import TenantCtx, current_tenant
from tenants.branding.services import mail_to

log = logging.getLogger(__name__)
TRIES_MAX = 8
WORTH_SENDING = timedelta(days=1)
_listeners: list[Callable[[TenantCtx], None]] = []


def write(*, kind: str, address: str, code: OneTimeCode | None = None, host: str = "", **facts: Any) -> None:
    """Put a letter in the tray. kind: a name of `wording.py`. host: of the page that links lead to."""
    Letter.objects.create(kind=kind, address=address, code=code, host=host, facts=facts)
    tenant = current_tenant()
    transaction.on_commit(lambda: _listeners and _listeners[0](tenant))


def on_write(listener: Callable[[TenantCtx], None]) -> None:
    """Say who offers the tray to a worker once a letter's transaction has committed; the wiring does so."""
    _listeners[:] = [listener]


def send_waiting() -> int:
    """Send the active tenant's letters that wait, and say how many went. One that fails is tried again, eight times."""
    sent = 0
    waiting = Letter.objects.filter(sent_at=None, tries__lt=TRIES_MAX, created_at__gt=clock.now() - WORTH_SENDING)
    for pk in list(waiting.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            letter = waiting.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
            sent += letter is not None and _sent(letter)
    return sent


def _sent(letter: Letter) -> bool:
    try:
        _hand_over(letter)
    except (SMTPException, OSError, SmsUnavailable) as error:
        letter.tries += 1
        letter.save(update_fields=["tries"])
        log.warning(
            "letter_not_sent", extra={"kind": letter.kind, "tries": letter.tries, "error": type(error).__name__}
        )
        return False
    letter.sent_at = clock.now()
    letter.save(update_fields=["sent_at"])
    return bool(letter.address)


def _hand_over(letter: Letter) -> None:
    if not letter.address:
        return
    subject, body = text_of(letter)
    if letter.kind in SMS_KINDS:
        sms_sender().send(number=letter.address, text=body)
    else:
        mail_to(letter.address, subject=subject, template="mail/letter", facts={"said": body}).send()
