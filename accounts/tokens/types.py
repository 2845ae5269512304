"""What is said of tokens. Pure, no Django."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

ACCESS_FOR: Final = timedelta(minutes=15)
REFRESH_FOR: Final = timedelta(days=30)


class TokenType(enum.StrEnum):
    """ACCESS opens the API. REFRESH gets the next pair, once."""

    ACCESS = "access"
    REFRESH = "refresh"


class EndReason(enum.StrEnum):
    """Why a family is over before its time."""

    REVOKED = "revoked"
    REUSED = "reused"


@dataclass(frozen=True, slots=True, repr=False)
class Code:
    """A second factor's code as it was sent. method: "" = to be guessed. sent_id: of a code that was sent, else ""."""

    text: str = ""
    method: str = ""
    sent_id: str = ""


NO_CODE: Final = Code()


@dataclass(frozen=True, slots=True, repr=False)
class TokenPair:
    """What a program gets. Secret: it is answered once and not kept. expires_in_s: of the access token."""

    access: str
    refresh: str
    expires_in_s: int = int(ACCESS_FOR.total_seconds())
    refresh_expires_in_s: int = int(REFRESH_FOR.total_seconds())
