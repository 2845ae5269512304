"""The way from a connection to its exchange. Which kind goes where is decided here and nowhere else.

Paper goes nowhere. A sandbox goes to the address that the settings or an operator name, and never to the exchange
itself. Only a live connection goes to the exchange's own address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from cryptouniverse.kernel.words import gettext_noop as _
from trading.connections.errors import BadConnection, NoSandbox, PaperHasNoVenue
from trading.connections.types import Credentials, Kind
from trading.exchanges.services import order_venue
from trading.exchanges.types import OrderVenue

Factory = Callable[..., OrderVenue]
_factory: list[Factory] = [order_venue]


@dataclass(frozen=True, slots=True)
class VenueAccount:
    """An account and the key that opens it, before any socket. tenant: whose share of the venue's budget it uses."""

    venue: str
    kind: Kind
    base_url: str
    credentials: Credentials
    tenant: UUID

    def connect(self) -> OrderVenue:
        """The account, to be closed. In the event loop that uses it. Raises PaperHasNoVenue, NoSandbox, BadConnection
        or UnknownExchange.
        """
        address = address_of(kind=self.kind, base_url=self.base_url)
        key = self.credentials
        if key.passphrase is not None:
            raise BadConnection(_("This exchange's keys have no passphrase."))
        return _factory[0](
            venue=self.venue, api_key=key.api_key, secret=key.secret, base_url=address, tenant=str(self.tenant)
        )


def address_of(*, kind: Kind, base_url: str) -> str:
    """Where a connection of `kind` goes: "" is the exchange's own address, for live ones alone."""
    if kind == Kind.PAPER:
        raise PaperHasNoVenue
    if kind == Kind.LIVE:
        return base_url
    address = base_url or settings.CU.cu_sandbox_url
    if not address:
        raise NoSandbox
    return str(address)


def checked_address(text: str) -> str:
    """An operator's address in its plain form. Raises BadConnection unless it is https, or http on this machine."""
    try:
        parts = urlsplit(text.strip())
        own = parts.hostname in {"127.0.0.1", "localhost", "::1"}
        whole = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        raise BadConnection(_("The address cannot be read.")) from None
    extras = parts.username or parts.password or parts.query or parts.fragment
    if not whole or extras or not (parts.scheme == "https" or (parts.scheme == "http" and own)):
        raise BadConnection(_("An address begins with https:// and has a host, a port if need be, and no more."))
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


@contextmanager
def reached_by(factory: Factory) -> Iterator[None]:
    """Inside, accounts are made by `factory` instead: for tests, which stand in for the exchange behind its port."""
    _factory.insert(0, factory)
    try:
        yield
    finally:
        _factory.remove(factory)
