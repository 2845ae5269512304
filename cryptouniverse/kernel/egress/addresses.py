"""Which IP addresses are somebody's on the public internet (pure). What is not known to be, is not."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

# `is_global` follows IANA's registries and says yes to some of these: anycast relays, benchmarks, what is reserved.
_V4_CLOSED: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
            "168.63.129.16/32",  # a cloud's own services, at an address that looks public
        ),
    )
)
# Only what is given out as unicast counts; forms that carry an IPv4 address inside are closed, whatever it is.
_V6_OPEN: Final = IPv6Network("2000::/3")
_V6_CLOSED: Final = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments, Teredo, benchmarks, ORCHID
            "2001:db8::/32",
            "2002::/16",  # 6to4
            "2620:4f:8000::/48",
            "3fff::/20",
        ),
    )
)
_ISATAP: Final = (0x00005EFE, 0x02005EFE)


def is_public(address: str) -> bool:
    """Whether `address` (IPv4 or IPv6 in its usual form) is a public unicast address. Anything else: False.

    Closed are private, loopback, link-local, shared, reserved and multicast ranges, documentation, and every IPv6 form
    that maps, translates or tunnels to IPv4 (mapped, compatible, NAT64, 6to4, Teredo, ISATAP).
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return found.is_global and not any(found in network for network in _V4_CLOSED)
    return _is_public_v6(found)


def _is_public_v6(address: IPv6Address) -> bool:
    if address.scope_id is not None or address not in _V6_OPEN or not address.is_global:
        return False
    if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        return False
    return not any(address in network for network in _V6_CLOSED)
