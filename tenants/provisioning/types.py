"""Values of provisioning that other domains may hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptouniverse.kernel.context import TenantCtx


class Life(StrEnum):
    """Where a tenant stands. Only ACTIVE ones are served and enter positions; all of these leave positions."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Standing:
    """A tenant as a face needs it.

    read_only: its tables are being brought up to date, or wait for that. api_requests_day: how often its people and
    programs together may call the API in a day of UTC.
    """

    tenant: TenantCtx
    life: Life
    read_only: bool
    api_requests_day: int


API_REQUESTS: Final = "api_requests_day"
STORAGE: Final = "storage_rows"
SUBSCRIPTIONS: Final = "signal_subscriptions"
TRIALS: Final = "search_trials"
# Of each person, or each search, and not of all together.
OF_ONE: Final = frozenset({SUBSCRIPTIONS, TRIALS})
QUOTAS: Final = {  # what a tenant may have where it has no number of its own
    "users": 100_000,
    "bots": 100_000,
    "connections": 10_000,
    API_REQUESTS: 10_000_000,
    STORAGE: 1_000_000_000,
    SUBSCRIPTIONS: 50,
    TRIALS: 5_000,
}


@dataclass(frozen=True, slots=True)
class Quota:
    """One limit of a tenant: name ("bots"), how many there are now and may be at most.

    of_one: it counts for each person, or each search, by itself; `used` is then the most that one of them has. own: the
    tenant has a number of its own; otherwise it is the platform's.
    """

    name: str
    used: int
    most: int
    own: bool
    of_one: bool = False


PLATFORM = "platform"  # the slug of the operators' own tenant
