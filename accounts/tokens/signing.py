"""Tokens as text: JWT signed with Ed25519, by the installation's key, for one tenant.

`kid` names the key; the one before it (CU_TOKEN_KEY_OLD) still checks, so that keys change without signing anybody out.
No other algorithm is read, whatever a token's header asks for.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.tokens.errors import TokenRefused
from accounts.tokens.types import ACCESS_FOR, REFRESH_FOR, TokenType
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant

ALGORITHM: Final = "EdDSA"
SEED_BYTES: Final = 32
_CLAIMS: Final = ("iss", "aud", "sub", "jti", "sid", "typ", "iat", "exp")
_LENGTH_MAX: Final = 2_000


@dataclass(frozen=True, slots=True)
class Claims:
    """What a good token says. user: public id. family: whose token it is. at: when it was made, UTC seconds."""

    user: UUID
    family: UUID
    id: UUID


def issued(*, user: UUID, family: UUID, token_id: UUID, kind: TokenType) -> str:
    """A token of the active tenant, from now on for as long as its type lasts."""
    (kid, key), *_ = signing_keys()
    now, lasts = clock.now(), ACCESS_FOR if kind is TokenType.ACCESS else REFRESH_FOR
    claims = {
        "iss": _issuer(),
        "aud": str(current_tenant().id),
        "sub": str(user),
        "jti": str(token_id),
        "sid": str(family),
        "typ": kind.value,
        "iat": int(now.timestamp()),
        "exp": int((now + lasts).timestamp()),
    }
    return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": kid})


def read(text: str, *, kind: TokenType) -> Claims:
    """What `text` says, if it is a token of this type, of the active tenant, and not over. Raises TokenRefused."""
    try:
        if len(text) > _LENGTH_MAX:
            raise TokenRefused
        claims = _verified(text)
        if claims["typ"] != kind.value or claims["exp"] <= clock.now().timestamp():
            raise TokenRefused
        return Claims(user=UUID(claims["sub"]), family=UUID(claims["sid"]), id=UUID(claims["jti"]))
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
        raise TokenRefused from None


def _verified(text: str) -> dict[str, Any]:
    kid = jwt.get_unverified_header(text).get("kid")
    key = next((key for known, key in signing_keys() if known == kid), None)
    if key is None:
        raise TokenRefused
    options: Any = {"require": list(_CLAIMS), "verify_exp": False, "verify_iat": False}  # by our clock, not PyJWT's
    return jwt.decode(
        text,
        key.public_key(),
        algorithms=[ALGORITHM],
        audience=str(current_tenant().id),
        issuer=_issuer(),
        options=options,
    )


def _issuer() -> str:
    """The tenant itself: a brand's tokens name nobody else."""
    return f"urn:uuid:{current_tenant().id}"


def signing_keys() -> list[tuple[str, Ed25519PrivateKey]]:
    """(kid, key): the one that signs, then the one before it. Raises ImproperlyConfigured for what is no key."""
    cu = settings.CU
    named = (("CU_TOKEN_KEY", cu.cu_token_key), ("CU_TOKEN_KEY_OLD", cu.cu_token_key_old))
    keys = [_key_of(name, secret.get_secret_value()) for name, secret in named if secret]
    return keys if cu.cu_token_key else [_derived(cu.secret_key.get_secret_value()), *keys]


@cache
def _key_of(name: str, text: str) -> tuple[str, Ed25519PrivateKey]:
    try:
        seed = base64.b64decode(text, validate=True)
    except binascii.Error:
        seed = b""
    if len(seed) != SEED_BYTES:
        raise ImproperlyConfigured(f"{name}: it must be {SEED_BYTES} random bytes in base64.")
    return _named(Ed25519PrivateKey.from_private_bytes(seed))


@cache
def _derived(secret_key: str) -> tuple[str, Ed25519PrivateKey]:
    """Where no key is set, which production refuses: one that follows from SECRET_KEY."""
    return _named(Ed25519PrivateKey.from_private_bytes(hmac.digest(secret_key.encode(), b"tokens", hashlib.sha256)))


def _named(key: Ed25519PrivateKey) -> tuple[str, Ed25519PrivateKey]:
    public: Ed25519PublicKey = key.public_key()
    digest = hashlib.sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).digest()
    return base64.urlsafe_b64encode(digest[:9]).decode(), key
