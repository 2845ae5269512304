"""Public ids: UUIDv7 (RFC 9562), so that rows sort by birth; or derived from facts, so that a replay repeats them."""

from __future__ import annotations

import hashlib
import secrets
import uuid

from cryptouniverse.kernel import clock

_VERSION_7 = 0x7 << 76 | 0b10 << 62
_FREE = (1 << 128) - 1 - (0xF << 76) - (0b11 << 62)


def new_id() -> uuid.UUID:
    """A fresh UUIDv7 at the clock's time: 48 bits of milliseconds, 74 random bits."""
    return _uuid7(clock.to_ms(clock.now()), secrets.token_bytes(10))


def derived_id(*facts: object) -> uuid.UUID:
    """The UUIDv7-shaped id of these facts at the clock's time: the same facts at the same time, the same id."""
    digest = hashlib.sha256("|".join(map(str, facts)).encode()).digest()
    return _uuid7(clock.to_ms(clock.now()), digest[:10])


def _uuid7(epoch_ms: int, noise: bytes) -> uuid.UUID:
    bits = epoch_ms << 80 | int.from_bytes(noise, "big")
    return uuid.UUID(int=bits & _FREE | _VERSION_7)
