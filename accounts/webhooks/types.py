"""The words of webhooks: states, pauses, what an endpoint may ask for. Pure, no Django."""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

TEST_EVENT: Final = "webhooks.test"
EVERYTHING: Final = "*"
ENDPOINTS_MAX: Final = 20
PATTERNS_MAX: Final = 50
DESCRIPTION_MAX: Final = 120
TESTS_A_MINUTE: Final = 6
# Before the second try, the third, ...: after the last one it is a dead letter, some three days after the first.
PAUSES: Final = tuple(
    timedelta(seconds=pause) for pause in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
ATTEMPTS_MAX: Final = len(PAUSES) + 1
OFF_AFTER: Final = timedelta(days=5)
REST_MAX_S: Final = 300
REST_ASKED_MAX: Final = timedelta(days=1)
KEPT_FOR: Final = timedelta(days=30)
OVERLAP_DEFAULT_H: Final = 24
OVERLAP_MAX_H: Final = 168
LEASE: Final = timedelta(seconds=60)
RUN_S: Final = 20.0
RUN_ATTEMPTS: Final = 50
_PATTERN: Final = re.compile(r"\*|[a-z_]+(\.[a-z_]+)*(\.\*)?")


class State(enum.StrEnum):
    """PENDING: to be tried (again). DELIVERED: the receiver said 2xx. DEAD: given up; it can be replayed."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


class OffCause(enum.StrEnum):
    """Why an endpoint is off. OWNER: somebody said so. FAILING: days of failure. GONE: the receiver said 410."""

    OWNER = "owner"
    FAILING = "failing"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt. status: HTTP, None without an answer. reason: "" for 2xx, else one word for the list.

    took_ms: from the claim's commit to the answer. retry_after_s: how long the receiver asks to be left alone.
    """

    status: int | None
    reason: str
    took_ms: int
    retry_after_s: int = 0

    @property
    def good(self) -> bool:
        """Whether the receiver has it."""
        return not self.reason


def pause_after(attempts: int) -> timedelta:
    """How long to wait after that many attempts, at least one."""
    return PAUSES[min(attempts, len(PAUSES)) - 1]


def rest_after(failures: int, *, asked_s: int = 0) -> timedelta:
    """How long an endpoint is left alone after that many failures in a row, at least one: one that hangs holds up
    nobody, and one that is back waits five minutes at most, unless it asked for more, up to a day.
    """
    own = timedelta(seconds=min(5 * 2 ** min(failures - 1, 10), REST_MAX_S))
    return max(own, min(timedelta(seconds=asked_s), REST_ASKED_MAX))


def matches(pattern: str, event_type: str) -> bool:
    """Whether a pattern ("*", "credits.*", "credits.consumed") takes an event type."""
    if pattern == EVERYTHING:
        return True
    if pattern.endswith(".*"):
        return event_type.startswith(pattern[:-1])
    return pattern == event_type


def takes(patterns: Iterable[str], event_type: str) -> bool:
    """Whether one of the patterns does. A test goes to every endpoint that it was asked for."""
    return any(matches(pattern, event_type) for pattern in patterns)


def unknown_patterns(patterns: Iterable[str], event_types: Collection[str]) -> list[str]:
    """Those that are no pattern, or take none of the event types there are."""
    return [
        pattern
        for pattern in patterns
        if not _PATTERN.fullmatch(pattern) or not any(matches(pattern, one) for one in event_types)
    ]
