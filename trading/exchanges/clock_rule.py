"""Our clock against the venue's. Pure."""

from __future__ import annotations

from trading.exchanges.types import CLOCK_OFFSET_MS_MAX


def offset_ms(*, asked_ms: int, answered_ms: int, venue_ms: int) -> int:
    """The venue's time less ours, by half of the round trip: `venue_ms` is taken to be said half-way."""
    return venue_ms - (asked_ms + answered_ms) // 2


def may_enter(offset: int | None) -> bool:
    """Whether entries may be sent: the offset is measured and at most 500 ms either way. Exits always may."""
    return offset is not None and abs(offset) <= CLOCK_OFFSET_MS_MAX


def signed_ms(*, our_ms: int, offset: int) -> int:
    """The time to sign: ours, moved to the venue's clock."""
    return our_ms + offset
