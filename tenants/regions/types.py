"""What rules there are, and which one decides. Pure, no Django.

The order: (1) of the address rules that contain the address, the narrowest; (2) the rule for its country; (3) what
the tenant's policy says of everybody else. So an address rule is an exception to a country, in both directions.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

RULES_MAX: Final = 500
NOTE_MAX: Final = 120
_COUNTRY: Final = re.compile(r"[A-Z]{2}")


class RuleKind(enum.StrEnum):
    """What a rule names: a network (CIDR), or a country (ISO 3166-1, two letters)."""

    NETWORK = "network"
    COUNTRY = "country"


class Verdict(enum.StrEnum):
    """Let in, or keep out."""

    ALLOW = "allow"
    DENY = "deny"


class Decider(enum.StrEnum):
    """What decided."""

    NETWORK = "network"
    COUNTRY = "country"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Rules:
    """A tenant's rules, ready to be asked. networks: narrowest first. otherwise: for whom no rule names."""

    networks: tuple[tuple[IPv4Network | IPv6Network, Verdict], ...] = ()
    countries: Mapping[str, Verdict] = field(default_factory=dict)
    otherwise: Verdict = Verdict.ALLOW

    @property
    def let_everybody_in(self) -> bool:
        """Whether there is nothing to ask."""
        return not self.networks and not self.countries and self.otherwise is Verdict.ALLOW

    def decide(self, *, address: str | None, country: str) -> tuple[Verdict, Decider]:
        """Whether who comes from `address`, which lies in `country` ("" = not known), is let in, and by what."""
        if address:
            there = ip_address(address)
            for network, verdict in self.networks:
                if there in network:
                    return verdict, Decider.NETWORK
        if country in self.countries:
            return self.countries[country], Decider.COUNTRY
        return self.otherwise, Decider.POLICY


def rules_of(rows: Iterable[tuple[str, str, str]], *, otherwise: str) -> Rules:
    """Rules of rows (kind, value, verdict)."""
    networks, countries = [], {}
    for kind, value, verdict in rows:
        if kind == RuleKind.NETWORK:
            networks.append((ip_network(value), Verdict(verdict)))
        else:
            countries[value] = Verdict(verdict)
    networks.sort(key=lambda one: -one[0].prefixlen)
    return Rules(tuple(networks), countries, Verdict(otherwise))


def tidy(kind: RuleKind, value: str) -> str:
    """`value` written one way: "203.0.113.0/24", "DE". Raises ValueError for what is neither."""
    value = value.strip()
    if kind is RuleKind.NETWORK:
        return str(ip_network(value))
    if not _COUNTRY.fullmatch(value.upper()):
        raise ValueError(value)
    return value.upper()
