"""What an API key looks like, and what is kept of it. Pure, no Django.

`cu_<tag><name>_<secret>`: the tag belongs to the tenant, so that a key is refused elsewhere before anything is looked
up; tag and name are the prefix that people see; the secret has 256 random bits. Kept is its SHA-256, together with the
tenant's id: there is nothing to guess in 256 random bits, so a slow hash would only make every call slow.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Final
from uuid import UUID

KEY_PREFIX: Final = "cu_"
TAG_LENGTH: Final = 6
PREFIX_LENGTH: Final = 16
SECRET_BYTES: Final = 32
NAME_MAX: Final = 60
NETWORKS_MAX: Final = 20
LIVING_MAX: Final = 25
OVERLAP_HOURS_MAX: Final = 7 * 24
ROTATE_DAYS_MIN: Final = 1
ROTATE_DAYS_MAX: Final = 365
SELF_OVERLAP: Final = timedelta(hours=24)  # a key that replaced itself works so much longer
NOTICE_MAX: Final = timedelta(days=7)
NOTICE_PART: Final = 4  # of a short life: its last quarter
SEEN_EVERY: Final = timedelta(minutes=1)
_FORM: Final = re.compile(r"cu_([a-z2-7]{16})_([a-z2-7]{52})")


@dataclass(frozen=True, slots=True, repr=False)
class KeyText:
    """A key as its holder has it. Secret: it does not print. prefix: the part that may be shown."""

    prefix: str
    text: str

    def digest(self, tenant_id: UUID) -> str:
        """What is stored of it, and compared: worth nothing without the key, and nothing in another tenant."""
        return hashlib.sha256(f"{tenant_id}:{self.text}".encode()).hexdigest()

    def belongs_to(self, tenant_id: UUID) -> bool:
        """Whether it carries this tenant's tag."""
        return self.prefix.startswith(tag_of(tenant_id))


def tag_of(tenant_id: UUID) -> str:
    """The tenant's part of its keys: no secret, and tells nothing about the tenant."""
    return _letters(hashlib.sha256(b"api-key-tag:" + tenant_id.bytes).digest())[:TAG_LENGTH]


def fresh_key(tenant_id: UUID) -> KeyText:
    """A new key of the tenant."""
    name = _letters(secrets.token_bytes(10))[: PREFIX_LENGTH - TAG_LENGTH]
    prefix = tag_of(tenant_id) + name
    return KeyText(prefix=prefix, text=f"{KEY_PREFIX}{prefix}_{_letters(secrets.token_bytes(SECRET_BYTES))}")


def parse_key(text: str) -> KeyText | None:
    """The key in `text`; None if it cannot be one."""
    found = _FORM.fullmatch(text)
    return KeyText(prefix=found[1], text=text) if found else None


def parse_networks(lines: list[str]) -> list[str]:
    """Addresses and networks (CIDR), each once, written one way. Raises ValueError with the line that is none."""
    found: dict[str, None] = {}
    for line in lines:
        try:
            found[str(ip_network(line.strip()))] = None
        except ValueError:
            raise ValueError(line.strip()[:60]) from None
    return list(found)


def lies_in(address: str | None, networks: list[str]) -> bool:
    """Whether `address` is in one of `networks`; every address is, where there are none."""
    if not networks:
        return True
    if not address:
        return False
    there = ip_address(address)
    return any(there in ip_network(network) for network in networks)


def notice_from(made_at: datetime, expires_at: datetime) -> datetime:
    """When the end of a key is near: its owner is told, and one on schedule may replace itself."""
    return expires_at - min(NOTICE_MAX, (expires_at - made_at) / NOTICE_PART)


def _letters(noise: bytes) -> str:
    return base64.b32encode(noise).decode().rstrip("=").lower()
