"""Where a request comes from: one answer for audit, limits and region rules, which no header can forge.

A caller may write what they like into X-Forwarded-For. Only what our own proxies added counts: each adds, at the end,
the address that it was reached from. So with N trusted proxies the client is the N-th entry from the right, and with
none the header is not read at all.
"""

from __future__ import annotations

import ipaddress
from typing import Any, Final

from django.conf import settings

FORWARDED: Final = "HTTP_X_FORWARDED_FOR"
_SUBNET_BITS: Final = 64  # an IPv6 subscriber has at least this: one of their 2**64 addresses means nothing


def address_of(*, peer: str | None, forwarded: str, proxies: int) -> str | None:
    """The client's address, written one way; None if not even the peer's is known (a local socket).

    peer: who is connected to us. forwarded: X-Forwarded-For. proxies: how many of ours stand before us, 0 = none. A
    header that is shorter than that, or names no address in the place that counts, did not pass them: the peer it is.
    """
    hops = forwarded.split(",") if forwarded else []
    if 0 < proxies <= len(hops) and (client := cleaned(hops[-proxies])):
        return client
    return cleaned(peer or "")


def cleaned(text: str) -> str | None:
    """An IP address without port, brackets, zone or the disguise of IPv4 as IPv6; None if it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def subscriber_of(address: str | None) -> str:
    """What is counted as one caller: an IPv4 address, or the /64 that an IPv6 address lies in; "" for none."""
    if not address:
        return ""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, _SUBNET_BITS), strict=False))


def settle_address(meta: dict[str, Any]) -> None:
    """Put the client's address into REMOTE_ADDR and drop the header, so that nothing behind can read another."""
    client = address_of(
        peer=meta.get("REMOTE_ADDR"), forwarded=meta.pop(FORWARDED, ""), proxies=settings.CU.cu_trusted_proxies
    )
    meta["REMOTE_ADDR"] = client or ""


def client_of_scope(scope: Any) -> str | None:
    """The address of the client of a socket, from its ASGI scope."""
    sent = [value.decode("latin-1") for name, value in scope.get("headers", []) if name.lower() == b"x-forwarded-for"]
    peer = (scope.get("client") or ("",))[0]
    return address_of(peer=peer, forwarded=",".join(sent), proxies=settings.CU.cu_trusted_proxies)


def client_address(request: Any) -> str | None:
    """The address of the client of a Django request that came in through `TenantMiddleware`."""
    return cleaned(request.META.get("REMOTE_ADDR") or "")
