"""States of a host name. Pure, no Django."""

from __future__ import annotations

import enum
from datetime import timedelta
from typing import Final

PROVEN_EVERY: Final = timedelta(days=1)
MISSES_MAX: Final = 3  # days without the record, after which a domain is served no more
PROOF_KEPT: Final = timedelta(days=7)  # a domain whose DNS gives no answer at all is trusted for this long
HELD_FOR: Final = timedelta(days=30)
CUSTOM_MAX: Final = 20
CHECK_PAUSE_S: Final = 10
CHALLENGE_LABEL: Final = "_domain-challenge"
CHALLENGE_PREFIX: Final = "domain-verification="


class DomainState(enum.StrEnum):
    """What is known of a host name. Only VERIFIED ones are served.

    PENDING: asked for, not proven. FAILING: proven once, and the proof is gone. HELD: given up by its tenant, and kept
    from others for a while. REMOVED: free again.
    """

    PENDING = "pending"
    VERIFIED = "verified"
    FAILING = "failing"
    HELD = "held"
    REMOVED = "removed"


OWNED: Final = (DomainState.VERIFIED, DomainState.FAILING, DomainState.HELD)
LISTED: Final = (DomainState.PENDING, DomainState.VERIFIED, DomainState.FAILING)


class Proof(enum.Enum):
    """What the DNS said: the record is there, it is not, or nobody answered."""

    THERE = "there"
    MISSING = "missing"
    UNKNOWN = "unknown"
