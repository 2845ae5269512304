"""The words of a venue's budget. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass

RESERVE_PCT = 30
MINUTE_MS, TENS_MS = 60_000, 10_000


class Purpose(enum.StrEnum):
    """What a request is for. The last three may use the reserve."""

    ENTRY = "entry"
    READ = "read"
    EXIT = "exit"
    CANCEL = "cancel"
    RECONCILE = "reconcile"

    @property
    def is_reserved(self) -> bool:
        """Whether the reserve is there for it."""
        return self not in {Purpose.ENTRY, Purpose.READ}


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: whose (tenant, account at the venue), what for, its weight, and how many orders it places."""

    tenant: str
    account: str
    purpose: Purpose
    weight: int = 1
    orders: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether it may go out; if not, why ("weight", "orders", "share", "closed", "banned") and when to ask again."""

    granted: bool
    wait_ms: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a venue's answer says about our use. None: nothing. pause_ms: do not come back before; banned: at all."""

    account: str
    weight_used: int | None = None
    orders_used: int | None = None
    pause_ms: int = 0
    banned: bool = False
