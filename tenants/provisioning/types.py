"""Values of provisioning that other domains may hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cryptouniverse.kernel.context import TenantCtx


class Life(StrEnum):
    """Where a tenant stands. Only ACTIVE ones are served and enter positions; all of these leave positions."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Standing:
    """A tenant as a face needs it. read_only: its tables are being brought up to date, or wait for that."""

    tenant: TenantCtx
    life: Life
    read_only: bool


@dataclass(frozen=True, slots=True)
class Quota:
    """One limit of a tenant: name ("bots"), how many there are now and may be at most.

    own: the tenant has a number of its own; otherwise it is the platform's.
    """

    name: str
    used: int
    most: int
    own: bool


PLATFORM = "platform"  # the slug of the operators' own tenant
