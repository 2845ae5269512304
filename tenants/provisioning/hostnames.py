"""Which host names a tenant may bring: written the one way that DNS knows them, and nobody else's by nature."""

from __future__ import annotations

from functools import cache
from ipaddress import ip_address
from typing import Final

import idna
from publicsuffixlist import PublicSuffixList

from cryptouniverse.kernel.words import gettext_noop as _
from tenants.provisioning.errors import BadDomain

LENGTH_MAX: Final = 230  # leaves room for the challenge's label within DNS's 253


def normalised(name: str, *, base_domain: str) -> str:
    """`name` in lower case and ASCII (IDNA 2008). Raises BadDomain for what cannot be a tenant's own.

    Refused: addresses, names of one label, names outside the public DNS, public suffixes (`co.uk`), and
    `base_domain`, what is below it and what it is below.
    """
    typed = name.strip().rstrip(".").lower()
    if _is_address(typed):
        raise BadDomain(_("%(domain)s is an address, not a domain."), domain=typed)
    try:
        written = idna.encode(typed, uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise BadDomain(_("%(domain)s is not a domain name."), domain=typed[:100]) from None
    if "." not in written or len(written) > LENGTH_MAX or _is_address(written):
        raise BadDomain(_("%(domain)s is not a domain name."), domain=written[:100])
    if _overlaps(written, base_domain.lower()):
        raise BadDomain(_("%(domain)s is given by us; bring a domain of your own."), domain=written)
    if _suffixes().privatesuffix(written) is None:
        raise BadDomain(_("Nobody can own %(domain)s: use a name below it."), domain=written)
    return written


def in_ascii(name: str) -> str:
    """`name` as it would be stored; as it is where it cannot be a host name."""
    typed = name.strip().rstrip(".").lower()
    try:
        return idna.encode(typed, uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return typed


def shown(name: str) -> str:
    """The name as people write it: in its own letters where they are well formed."""
    try:
        return idna.decode(name)
    except idna.IDNAError:
        return name


def _overlaps(name: str, base: str) -> bool:
    return name == base or name.endswith(f".{base}") or base.endswith(f".{name}")


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        last = name.rpartition(".")[2]
        return last.isdigit() or last.startswith("0x")  # what browsers read as an IPv4 address
    return True


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)
