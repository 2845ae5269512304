"""Signatures and time windows of signed requests, as Binance checks them."""

from __future__ import annotations

import base64
import binascii
import hmac

from trading.sandbox.venue import refusals
from trading.sandbox.venue.intake import Params, required, whole, window_of

AHEAD_MS = 1000


def unsigned(payload: str) -> str:
    """What was signed: the query string and the body in a row, without the signature."""
    return "&".join(part for part in payload.split("&") if part and not part.startswith("signature="))


def check_signature(secret: str, signed: str, signature: str) -> None:
    """Raises Refusal unless `signature` is that of `signed`.

    secret: of an HMAC-SHA256, or an Ed25519 public key in PEM, as one gives it to the exchange.
    """
    if secret.startswith("-----BEGIN PUBLIC KEY"):
        is_right = _is_signed_with(secret, signed, signature)
    else:
        is_right = hmac.compare_digest(
            hmac.digest(secret.encode(), signed.encode(), "sha256").hex().encode(), signature.encode()
        )
    if not is_right:
        raise refusals.wrong_signature()


def _is_signed_with(public_key: str, signed: str, signature: str) -> bool:
    """Whether an Ed25519 signature in Base64 is that of `signed`."""
    from cryptography.exceptions import InvalidSignature  # here: it takes long to load, and few need it
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    key = load_pem_public_key(public_key.encode())
    if not isinstance(key, Ed25519PublicKey):
        return False
    try:
        key.verify(base64.b64decode(signature, validate=True), signed.encode())
    except (InvalidSignature, binascii.Error):
        return False
    return True


def check_window(params: Params, now_ms: int) -> None:
    """Raises Refusal unless `now_ms` lies in the window that was signed."""
    window = window_of(params)
    required(params, "timestamp")
    timestamp = whole(params, "timestamp", 0)
    if timestamp >= now_ms + AHEAD_MS:
        raise refusals.too_early()
    if now_ms - timestamp > window:
        raise refusals.too_late()
