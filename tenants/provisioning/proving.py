"""The port to the DNS: is the tenant's token in the domain's TXT record?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import dns.exception
import dns.resolver
from django.conf import settings

from tenants.provisioning.domain_states import CHALLENGE_LABEL, CHALLENGE_PREFIX, Proof

LOOKUP_WITHIN_S: Final = 5.0
TXT_MAX: Final = 50
Lookup = Callable[[str], frozenset[str] | None]


def challenge_name(domain: str) -> str:
    """Where the record stands."""
    return f"{CHALLENGE_LABEL}.{domain}"


def challenge_value(token: str) -> str:
    """What it says."""
    return f"{CHALLENGE_PREFIX}{token}"


def proof_of(*, domain: str, token: str, lookup: Lookup) -> Proof:
    """Whether the record is there now. A domain without a token has no proof."""
    found = lookup(challenge_name(domain))
    if found is None:
        return Proof.UNKNOWN
    return Proof.THERE if token and challenge_value(token) in found else Proof.MISSING


def txt_records(name: str) -> frozenset[str] | None:
    """The TXT records of `name`: empty if the DNS says that there are none, None if it says nothing at all.

    Asks the system's resolver, or CU_DNS_SERVER; at most 5 s.
    """
    try:
        answer = _resolver().resolve(name, "TXT", search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return frozenset()
    except dns.exception.DNSException:  # time-outs, SERVFAIL, no name server, names too long to ask for
        return None
    rows = list(answer)[:TXT_MAX]
    return frozenset(b"".join(row.strings).decode("utf-8", "replace").strip() for row in rows)


def _resolver() -> dns.resolver.Resolver:
    server = settings.CU.cu_dns_server
    resolver = dns.resolver.Resolver(configure=not server)
    if server:
        host, _, port = server.rpartition(":")
        resolver.nameservers, resolver.port = [host.strip("[]")], int(port)
    resolver.lifetime = LOOKUP_WITHIN_S
    return resolver
