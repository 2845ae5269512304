"""What an order by hand is sent as at an exchange: its own kind where it has that, else held back here."""

from __future__ import annotations

from cryptouniverse.kernel.market import Instrument
from trading.exchanges.selectors import offers
from trading.exchanges.types import OrderKind, TimeInForce
from trading.execution.errors import VenueCannot
from trading.execution.requests import Asked
from trading.fills import Bracket
from trading.fills.orders import LIMIT, STOP_LIMIT


def asked_at(venue: str, bracket: Bracket, instrument: Instrument) -> Asked | None:
    """As what the bracket's entry is sent; None where the platform holds it back until its moment comes.

    Raises VenueCannot for what neither of them can do, before anything is sent.
    """
    entry = bracket.entry
    if entry.time_in_force == TimeInForce.GTX and not offers(venue, "post_only"):
        raise VenueCannot(venue=venue, kind="GTX", nearest="GTC")
    if entry.visible_steps and not offers(venue, "iceberg"):
        raise VenueCannot(venue=venue, kind="iceberg", nearest="GTC")
    visible = instrument.quantity_of(entry.visible_steps) if entry.visible_steps else None
    if entry.kind == LIMIT:
        return Asked(OrderKind.LIMIT, TimeInForce(entry.time_in_force), visible=visible)
    if entry.kind == STOP_LIMIT and offers(venue, "native_stop"):
        return Asked(OrderKind.STOP_LIMIT, trigger=instrument.price_of(entry.stop_ticks))
    return None
