"""Which venue has which profile. A venue that is not here and that ccxt knows gets the plain one: nothing verified."""

from __future__ import annotations

from cryptouniverse.kernel.words import gettext_noop as _
from trading.exchanges.errors import UnknownExchange
from trading.exchanges.venues.binance import Binance
from trading.exchanges.venues.profile import VenueProfile

_KNOWN: dict[str, VenueProfile] = {"binance": Binance()}


def profile_of(venue: str) -> VenueProfile:
    """`venue`'s profile. Raises UnknownExchange."""
    if venue in _KNOWN:
        return _KNOWN[venue]
    import ccxt

    if venue not in ccxt.exchanges:
        raise UnknownExchange(_("No exchange is called %(venue)s."), venue=venue)
    return VenueProfile(venue)


def known_venues() -> tuple[str, ...]:
    """The venues that have a profile of their own, by name."""
    return tuple(sorted(_KNOWN))
