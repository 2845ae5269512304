"""Signed heads: where a tenant's chain stood, and when, signed and kept outside the database.

A chain alone does not show that its end was cut off, or that all of it was computed anew. A head does. Heads of a
tenant are a chain of their own: each has a number and names the hash of the line before. Pure: bytes in, bytes out.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cryptouniverse.kernel.secret import Secret
from tenants.audit.chain import GENESIS, canonical

FORMAT: Final = "cu-audit-head-1"
KEY_BYTES: Final = 32
_NAMES = {"format", "tenant", "number", "sequence", "hash", "unsealed", "at", "previous", "key"}


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain stood. number: of the head, from 1. unsealed: how many records waited. at: ISO 8601, UTC."""

    tenant: UUID
    number: int
    sequence: int
    hash: str
    unsealed: int
    at: str


class Signer:
    """An Ed25519 key. It does not print."""

    def __init__(self, key: Secret) -> None:
        """key: the base64 of 32 bytes. Raises ValueError for anything else, and does not repeat it."""
        self._key = Ed25519PrivateKey.from_private_bytes(_raw(key.reveal()))

    @property
    def public(self) -> str:
        """Its public half, in base64: what checks a head, and names the key in it."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def line(self, head: Head, *, after: bytes | None) -> bytes:
        """`head` signed, as one line without its end; it names the hash of the line `after` which it comes."""
        body = {
            "format": FORMAT,
            "tenant": str(head.tenant),
            "number": head.number,
            "sequence": head.sequence,
            "hash": head.hash,
            "unsealed": head.unsealed,
            "at": head.at,
            "previous": _hash(after),
            "key": self.public,
        }
        signature = base64.b64encode(self._key.sign(canonical(body).encode())).decode()
        return canonical({**body, "signature": signature}).encode()


def read_heads(lines: Sequence[bytes], *, tenant: UUID, keys: Collection[str]) -> tuple[list[Head], list[int]]:
    """The heads that count, and the numbers of the lines that do not.

    A line counts if one of `keys` (public, base64) signed it for this tenant, it stands where its number says, and it
    names the line before.
    """
    heads, bad = [], []
    before: bytes | None = None
    for number, line in enumerate(lines, start=1):
        head = _read(line, keys)
        if head is None or (head[0].tenant, head[0].number, head[1]) != (tenant, number, _hash(before)):
            bad.append(number)
        else:
            heads.append(head[0])
        before = line
    return heads, bad


def read_last(lines: Sequence[bytes], *, tenant: UUID, keys: Collection[str]) -> Head | None:
    """The last head, if one of `keys` signed it for this tenant: for a look in passing, the whole is `read_heads`."""
    found = _read(lines[-1], keys) if lines else None
    return found[0] if found and found[0].tenant == tenant else None


def _read(line: bytes, keys: Collection[str]) -> tuple[Head, str] | None:
    """The head in a line and the hash of the line before it, if a known key signed exactly this."""
    try:
        body: dict[str, Any] = json.loads(line)
        signature = base64.b64decode(body.pop("signature"), validate=True)
        if set(body) != _NAMES or body["format"] != FORMAT or body["key"] not in keys:
            return None
        Ed25519PublicKey.from_public_bytes(_raw(body["key"])).verify(signature, canonical(body).encode())
        facts = {name: body[name] for name in ("number", "sequence", "hash", "unsealed", "at")}
        return Head(tenant=UUID(body["tenant"]), **facts), str(body["previous"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidSignature):
        return None


def _hash(line: bytes | None) -> str:
    return hashlib.sha256(line).hexdigest() if line is not None else GENESIS


def _raw(text: str) -> bytes:
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise ValueError("a key of the audit is 32 bytes in base64")
    return raw
