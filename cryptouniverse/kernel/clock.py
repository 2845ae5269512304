"""The one source of time. `now()` is aware UTC; a replay sets it, and everything below follows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_fixed: ContextVar[datetime | None] = ContextVar("clock_fixed", default=None)


def now() -> datetime:
    """The present moment, aware UTC: the wall's, or the one set by `at`."""
    return _fixed.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside, `now()` is `moment` (aware UTC)."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)


def from_ms(epoch_ms: int) -> datetime:
    """UTC milliseconds since 1970 as an aware datetime, exactly."""
    return _EPOCH + timedelta(milliseconds=int(epoch_ms))


def to_ms(moment: datetime) -> int:
    """An aware datetime as UTC milliseconds since 1970, rounded down."""
    return (moment - _EPOCH) // _MILLISECOND
