"""What an exchange key is sealed for: tenant, connection, field and version. Pure; the sealing itself is the kernel's.

The opener says what it expects to find; a row that was moved to another tenant, connection or field, or set back to an
earlier version, does not open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from cryptouniverse.kernel.errors import SealBroken
from cryptouniverse.kernel.sealing import (
    KEY_BYTES,
    NONCE_BYTES,
    DataKey,
    Sealed,
    bound,
    fingerprint,
    seal_bytes,
    unseal_bytes,
    unwrap,
    wrap,
)
from cryptouniverse.kernel.secret import Secret
from trading.connections.types import SecretField

__all__ = [
    "KEY_BYTES", "NONCE_BYTES", "DataKey", "Place", "Sealed",
    "bound", "fingerprint", "seal", "unseal", "unwrap", "wrap",
]  # fmt: skip

_FORMAT: Final = "cu-seal-1"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret belongs. version: of the connection's credentials, from 1."""

    tenant: UUID
    connection: UUID
    field: SecretField
    version: int


def seal(secret: Secret, *, key: DataKey, place: Place) -> Sealed:
    """`secret` closed under `key` and bound to `place`."""
    return seal_bytes(secret.reveal().encode(), key=key, context=_bound_to(place))


def unseal(sealed: Sealed, *, key: DataKey, place: Place) -> Secret:
    """The secret that was sealed for exactly `place`. Raises SealBroken for anything else, and says no more."""
    try:
        return Secret(unseal_bytes(sealed, key=key, context=_bound_to(place)).decode())
    except (SealBroken, ValueError):
        raise SealBroken(connection=str(place.connection), field=place.field.value) from None


def _bound_to(place: Place) -> bytes:
    return bound(_FORMAT, str(place.tenant), str(place.connection), place.field.value, str(place.version))
