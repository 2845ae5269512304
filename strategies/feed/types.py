"""What a person may follow, and how much of it. Pure."""

from __future__ import annotations

import enum
from typing import Final

KEPT_DAYS: Final = 30  # that what was delivered is kept
ADDRESS_SHOWS: Final = 50  # of the newest, at the secret address


class NoticeKind(enum.StrEnum):
    """SIGNAL: of a strategy that is followed. OPPORTUNITY: the scanner found it above the score that was asked for."""

    SIGNAL = "signal"
    OPPORTUNITY = "opportunity"
