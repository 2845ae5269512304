"""Signatures and time windows of signed requests, as Binance checks them."""

from __future__ import annotations

import hashlib
import hmac

from trading.sandbox.venue import refusals
from trading.sandbox.venue.intake import Params, required, whole, window_of

AHEAD_MS = 1000


def unsigned(payload: str) -> str:
    """What was signed: the query string and the body in a row, without the signature."""
    return "&".join(part for part in payload.split("&") if part and not part.startswith("signature="))


def check_signature(secret: str, signed: str, signature: str) -> None:
    """Raises Refusal unless `signature` is the HMAC-SHA256 of `signed` under `secret`."""
    wanted = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted, signature):
        raise refusals.wrong_signature()


def check_window(params: Params, now_ms: int) -> None:
    """Raises Refusal unless `now_ms` lies in the window that was signed."""
    window = window_of(params)
    required(params, "timestamp")
    timestamp = whole(params, "timestamp", 0)
    if timestamp >= now_ms + AHEAD_MS:
        raise refusals.too_early()
    if now_ms - timestamp > window:
        raise refusals.too_late()
