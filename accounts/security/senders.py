"""Who brings text messages to telephones: whoever the setting CU_SMS_SENDER names, or the log in development."""

from __future__ import annotations

import logging

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.security.errors import SmsUnavailable
from accounts.security.types import SmsSender

log = logging.getLogger(__name__)


class LogSmsSender:
    """Writes each message into the log instead: for development."""

    def send(self, *, number: str, text: str) -> None:
        """Log it."""
        log.warning("sms_not_sent_but_logged: to %s: %s", number, text)


class NoSmsSender:
    """Where nobody is named to send: production without CU_SMS_SENDER."""

    def send(self, *, number: str, text: str) -> None:
        """Raises SmsUnavailable."""
        raise SmsUnavailable


class KeptSmsSender:
    """Keeps each message in `sent`: for tests."""

    sent: list[tuple[str, str]] = []  # one list for the process is its point

    def send(self, *, number: str, text: str) -> None:
        """Keep it."""
        self.sent.append((number, text))


def sms_sender() -> SmsSender:
    """The sender that the settings name."""
    sender: SmsSender = import_string(settings.SMS_SENDER)()
    return sender


def sms_is_there() -> bool:
    """Whether anybody sends text messages here."""
    return not settings.SMS_SENDER.endswith(".NoSmsSender")
