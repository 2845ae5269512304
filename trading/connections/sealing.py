"""Sealing: AES-256-GCM under a data key, bound to tenant, connection, field and version. Pure: bytes in, bytes out.

Each name that a secret is bound to is authenticated with it. The opener says what it expects to find; a row that was
moved to another tenant, connection or field, or set back to an earlier version, does not open.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cryptouniverse.kernel.secret import Secret
from trading.connections.errors import SealBroken
from trading.connections.types import SecretField

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
_FORMAT: Final = "cu-seal-1"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret belongs. version: of the connection's credentials, from 1."""

    tenant: UUID
    connection: UUID
    field: SecretField
    version: int


@dataclass(frozen=True, slots=True)
class Sealed:
    """A secret as it is stored."""

    nonce: bytes
    ciphertext: bytes


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


def seal(secret: Secret, *, key: DataKey, place: Place) -> Sealed:
    """`secret` closed under `key` and bound to `place`. The nonce is random: 2^32 secrets a key before that matters."""
    nonce = os.urandom(NONCE_BYTES)
    return Sealed(nonce, AESGCM(key.raw()).encrypt(nonce, secret.reveal().encode(), _bound_to(place)))


def unseal(sealed: Sealed, *, key: DataKey, place: Place) -> Secret:
    """The secret that was sealed for exactly `place`. Raises SealBroken for anything else, and says no more."""
    try:
        return Secret(AESGCM(key.raw()).decrypt(sealed.nonce, sealed.ciphertext, _bound_to(place)).decode())
    except (InvalidTag, ValueError):
        raise SealBroken(connection=str(place.connection), field=place.field.value) from None


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


def _bound_to(place: Place) -> bytes:
    return bound(_FORMAT, str(place.tenant), str(place.connection), place.field.value, str(place.version))
