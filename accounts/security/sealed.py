"""Secrets that must be read again (a TOTP key, a provider's secret): AES-256-GCM, bound to tenant, owner and purpose.

The key is derived from the installation's secret key and the tenant, and is not in the database. It is not the tenant's
data key of exchange keys: that one opens in the trader's process alone.
"""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from accounts.security.errors import SealedTextBroken
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.secret import Secret

NONCE_BYTES: Final = 12
_FORMAT: Final = b"cu-people-seal-1"


def seal(secret: Secret, *, place: str) -> bytes:
    """`secret` closed for exactly `place` in the active tenant: nonce, then ciphertext. place: such as "totp:17"."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_key(settings.SECRET_KEY)).encrypt(nonce, secret.reveal().encode(), _bound(place))


def unseal(sealed: bytes, *, place: str) -> Secret:
    """What `seal` closed for `place`, also under an earlier secret key. Raises SealedTextBroken for anything else."""
    body = bytes(sealed)
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return Secret(AESGCM(_key(key)).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], _bound(place)).decode())
        except (InvalidTag, ValueError):
            continue
    raise SealedTextBroken


def _key(secret_key: str) -> bytes:
    info = _FORMAT + current_tenant().id.bytes
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret_key.encode())


def _bound(place: str) -> bytes:
    return _FORMAT + current_tenant().id.bytes + place.encode()
