"""The way from a connection to its exchange. Which kind goes where is decided here and nowhere else.

Paper goes nowhere. A sandbox goes to the address that the settings or an operator name, and never to the exchange
itself. Only a live connection goes to the exchange's own address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings

from cryptouniverse.kernel.context import current_tenant
from trading.connections.errors import BadConnection, PaperHasNoVenue, SandboxUnavailable
from trading.connections.types import Credentials, Kind
from trading.exchanges.services import order_venue
from trading.exchanges.types import OrderVenue

Factory = Callable[..., OrderVenue]
_factory: list[Factory] = [order_venue]


def open_venue(*, venue: str, kind: Kind, base_url: str, credentials: Credentials) -> OrderVenue:
    """The account that `credentials` open; close() it. Raises PaperHasNoVenue, SandboxUnavailable, UnknownExchange."""
    address = address_of(kind=kind, base_url=base_url)
    if credentials.passphrase is not None:
        raise BadConnection("This exchange's keys have no passphrase.")
    return _factory[0](
        venue=venue,
        api_key=credentials.api_key,
        secret=credentials.secret,
        base_url=address,
        tenant=str(current_tenant().id),
    )


def address_of(*, kind: Kind, base_url: str) -> str:
    """Where a connection of `kind` goes: "" is the exchange's own address, for live ones alone."""
    if kind == Kind.PAPER:
        raise PaperHasNoVenue
    if kind == Kind.LIVE:
        return base_url
    address = base_url or settings.CU.cu_sandbox_url
    if not address:
        raise SandboxUnavailable
    return str(address)


def checked_address(text: str) -> str:
    """An operator's address in its plain form. Raises BadConnection unless it is https, or http on this machine."""
    try:
        parts = urlsplit(text.strip())
        own = parts.hostname in {"127.0.0.1", "localhost", "::1"}
        whole = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        raise BadConnection("The address cannot be read.") from None
    extras = parts.username or parts.password or parts.query or parts.fragment
    if not whole or extras or not (parts.scheme == "https" or (parts.scheme == "http" and own)):
        raise BadConnection("An address begins with https:// and has a host, a port if need be, and no more.")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


@contextmanager
def reached_by(factory: Factory) -> Iterator[None]:
    """Inside, accounts are made by `factory` instead: for tests, which stand in for the exchange behind its port."""
    _factory.insert(0, factory)
    try:
        yield
    finally:
        _factory.remove(factory)
