"""Words of signing in. Pure, no Django."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

CODE_LASTS: Final = timedelta(minutes=15)
LINK_LASTS: Final = timedelta(days=1)
CHALLENGE_LASTS: Final = timedelta(minutes=5)
TRIES_MAX: Final = 5
CODE_DIGITS: Final = 6
LETTERS_AN_HOUR: Final = 5  # to one address, for one purpose
REQUESTS_AN_HOUR: Final = 30  # from one network address
RECOVERY_CODES: Final = 10
PASSKEYS_MAX: Final = 10


class Purpose(enum.StrEnum):
    """What a one-time code is good for, and for nothing else."""

    SIGN_UP = "sign_up"
    RESET = "reset"
    ADDRESS = "address"
    UNLOCK = "unlock"
    MAIL_FACTOR = "mail_factor"
    SMS_FACTOR = "sms_factor"
    SMS_ADD = "sms_add"
    PASSKEY_ADD = "passkey_add"
    PASSKEY_USE = "passkey_use"


class Method(enum.StrEnum):
    """How somebody shows that it is they. `PASSWORD` is asked for again only of people without a second factor."""

    PASSKEY = "passkey"
    TOTP = "totp"
    SMS = "sms"
    MAIL = "mail"
    RECOVERY = "recovery"
    PASSWORD = "password"  # noqa: S105  # a word, not a password


SENT: Final = {Method.MAIL: Purpose.MAIL_FACTOR, Method.SMS: Purpose.SMS_FACTOR}


class Guess(enum.StrEnum):
    """What was guessed at."""

    PASSWORD = "password"  # noqa: S105  # a word, not a password
    FACTOR = "factor"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Wait:
    """How long nobody is let try. seconds: 0 when they are."""

    seconds: int = 0

    def __bool__(self) -> bool:
        return self.seconds > 0


class SmsSender(Protocol):
    """Whoever can bring a text message to a telephone."""

    def send(self, *, number: str, text: str) -> None:
        """Hand `text` over for `number` (E.164, such as +41791234567). Raises SmsUnavailable when it was not taken."""
