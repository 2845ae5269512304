"""Sealing: AES-256-GCM under a key, bound to the place where the sealed text belongs. Pure: bytes in, bytes out.

Each name that a secret is bound to is authenticated with it. The opener says what it expects to find; what was moved
to another place, or set back to an earlier version, does not open.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cryptouniverse.kernel.errors import SealBroken
from cryptouniverse.kernel.secret import Secret

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Sealed:
    """A secret as it is stored."""

    nonce: bytes
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A key or a short secret as it is stored: closed under the master key `master_id`."""

    master_id: str
    body: bytes


class MasterKeys(Protocol):
    """Where data keys are wrapped: keys of our own, or a key service that never gives its key away.

    An implementation passes `tests/kernel/test_master_keys.py`.
    """

    @property
    def current(self) -> str:
        """The id of the master key that wraps from now on. At most 80 characters."""

    def wrap(self, plain: bytes, *, context: bytes) -> Wrapped:
        """`plain` closed under the current master key and bound to `context`. Raises MasterKeyMissing."""

    def unwrap(self, wrapped: Wrapped, *, context: bytes) -> bytes:
        """What was wrapped. Raises MasterKeyMissing for a key that is not here, SealBroken for another context."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """A tenant's key in the clear. It does not print; it lives as long as one call."""

    key: Secret

    @classmethod
    def fresh(cls) -> DataKey:
        """A new random key of 256 bits."""
        return cls.of(os.urandom(KEY_BYTES))

    @classmethod
    def of(cls, raw: bytes) -> DataKey:
        """The key with these 32 bytes. Raises SealBroken for another length."""
        if len(raw) != KEY_BYTES:
            raise SealBroken
        return cls(Secret(base64.b64encode(raw).decode()))

    def raw(self) -> bytes:
        """Its 32 bytes."""
        return base64.b64decode(self.key.reveal())


def seal_bytes(plain: bytes, *, key: DataKey, context: bytes) -> Sealed:
    """`plain` closed under `key` and bound to `context`. Its nonce is random: fine for 2^32 uses of a key."""
    nonce = os.urandom(NONCE_BYTES)
    return Sealed(nonce, AESGCM(key.raw()).encrypt(nonce, plain, context))


def unseal_bytes(sealed: Sealed, *, key: DataKey, context: bytes) -> bytes:
    """What was sealed for exactly `context`. Raises SealBroken for anything else, and says no more."""
    try:
        return AESGCM(key.raw()).decrypt(sealed.nonce, sealed.ciphertext, context)
    except (InvalidTag, ValueError):
        raise SealBroken from None


def wrap(plain: bytes, *, key: bytes, context: bytes) -> bytes:
    """`plain` closed under a master `key` and bound to `context`: nonce, then ciphertext."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context)


def unwrap(body: bytes, *, key: bytes, context: bytes) -> bytes:
    """What `wrap` closed. Raises SealBroken."""
    try:
        return AESGCM(key).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        raise SealBroken from None


def fingerprint(text: Secret, *, key: DataKey, scope: str) -> str:
    """64 hex digits that are the same for the same text in the same scope, and tell nothing to who has no key."""
    return hmac.new(key.raw(), bound(scope, text.reveal()), hashlib.sha256).hexdigest()


def bound(*parts: str) -> bytes:
    """The parts, each with its length before it, so that no two lists of parts give the same bytes."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
