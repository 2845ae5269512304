"""Addresses that a person may have us send to (pure), and what can come of it.

The grammar is narrow on purpose: what two programs could read in two ways is refused, so that the address that was
checked is the one that is used.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from cryptouniverse.kernel.egress.errors import BadAddress
from cryptouniverse.kernel.words import gettext_noop as _

URL_MAX: Final = 500
HTTPS_PORT: Final = 443
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]{1,253})(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:[/?][A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?)"
)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_TOP_LABEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{2,59}")
# Names for use inside a house or a machine: no public resolver answers them, a resolver of ours might.
_INSIDE: Final = frozenset(("alt", "arpa", "corp", "home", "internal", "intranet", "invalid")) | {
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
}


class Reason(enum.StrEnum):
    """Why there was no good answer. The names are kept in rows and shown in words by their domain."""

    BAD_ADDRESS = "bad_address"
    NOT_PUBLIC = "not_public"
    UNRESOLVED = "unresolved"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    PROTOCOL = "protocol"


@dataclass(frozen=True, slots=True)
class Limits:
    """total_s: from the first question to the resolver until the answer's end, however slowly it drips.

    received_bytes: of everything that comes back, TLS not counted.
    """

    total_s: float = 10.0
    received_bytes: int = 65_536


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address. path: with the query, at least "/". allowed: named by the settings, so it may be inside."""

    scheme: str
    host: str
    port: int
    path: str
    allowed: bool = False

    @property
    def url(self) -> str:
        """The address in the one way we write it."""
        usual = HTTPS_PORT if self.scheme == "https" else 80
        return f"{self.scheme}://{self.host}{'' if self.port == usual else f':{self.port}'}{self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status. The body is read, counted and thrown away: it is nobody's business here.

    retry_after_s: how long the receiver asks to be left alone, in whole seconds; 0 if it does not say.
    """

    status: int
    retry_after_s: int = 0


def parse_target(url: str, *, allowed: Collection[str] = ()) -> Target:
    """The target that `url` names: https, port 443, a public name, nothing else in it. allowed: "host:port" of what the
    settings let through besides, with http too. Raises BadAddress with a sentence that says what is wrong.
    """
    found = _URL.fullmatch(url) if len(url) <= URL_MAX else None
    if found is None:
        raise BadAddress(_("Write it like https://example.com/path: plain letters, no spaces, no name before an @."))
    scheme, host = found["scheme"], found["host"].lower()
    port = int(found["port"]) if found["port"] else HTTPS_PORT if scheme == "https" else 80
    path = found["path"] if found["path"].startswith("/") else "/" + found["path"]
    if f"{host}:{port}" in allowed:
        return Target(scheme, host, port, path, allowed=True)
    if scheme != "https" or port != HTTPS_PORT:
        raise BadAddress(_("It must begin with https:// and use the usual port, 443."))
    if not _is_public_name(host):
        raise BadAddress(_("It must have a public name, such as hooks.example.com, and no number or inside name."))
    return Target(scheme, host, port, path)


def _is_public_name(host: str) -> bool:
    labels = host.split(".")
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)):
        return False
    return bool(_TOP_LABEL.fullmatch(labels[-1])) and labels[-1] not in _INSIDE
