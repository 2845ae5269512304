"""What an order by hand is sent as at an exchange: its own kind where it has that, else held back here."""

from __future__ import annotations

from cryptouniverse.kernel.market import Instrument
from trading.exchanges.selectors import capability_of, offers
from trading.exchanges.types import OrderKind, TimeInForce
from trading.execution.errors import VenueCannot
from trading.execution.requests import Asked
from trading.fills import Bracket, Oco, OrderSpec
from trading.fills.orders import LAST, LIMIT, STOP_LIMIT, TRAILING


def asked_at(venue: str, bracket: Bracket, instrument: Instrument) -> Asked | None:
    """As what the bracket's entry is sent; None where the platform holds it back until its moment comes.

    Raises VenueCannot for what neither of them can do, before anything is sent.
    """
    entry = bracket.entry
    if isinstance(entry, Oco):
        return _pair(venue, entry, instrument)
    if entry.time_in_force == TimeInForce.GTX and not offers(venue, "post_only"):
        raise VenueCannot(venue=venue, kind="GTX", nearest="GTC")
    if entry.visible_steps and not offers(venue, "iceberg"):
        raise VenueCannot(venue=venue, kind="iceberg", nearest="GTC")
    visible = instrument.quantity_of(entry.visible_steps) if entry.visible_steps else None
    if entry.kind == LIMIT:
        return Asked(OrderKind.LIMIT, TimeInForce(entry.time_in_force), visible=visible)
    if entry.kind == STOP_LIMIT and offers(venue, "native_stop"):
        return Asked(OrderKind.STOP_LIMIT, trigger=instrument.price_of(entry.stop_ticks))
    return _trailing(venue, entry, instrument) if entry.kind == TRAILING else None


def _pair(venue: str, entry: Oco, instrument: Instrument) -> Asked | None:
    """One that waits below the market and a stop above it, as one list of the venue's."""
    if not offers(venue, "oco"):
        return None
    below, above = entry.one, entry.other
    pair = instrument.price_of(below.limit_ticks)
    return Asked(OrderKind.STOP_LIMIT, trigger=instrument.price_of(above.stop_ticks), pair=pair)


def _trailing(venue: str, entry: OrderSpec, instrument: Instrument) -> Asked | None:
    """By a part of the price that the venue takes, from its last price."""
    trail, (least, most) = entry.trail, capability_of(venue).trail_bps
    if trail is None or trail.source != LAST or not least <= trail.delta_bps <= most or not offers(venue, "trailing"):
        return None
    begins = instrument.price_of(trail.activation_ticks) if trail.activation_ticks else None
    return Asked(OrderKind.TRAILING, trigger=begins, trail_bps=trail.delta_bps)
