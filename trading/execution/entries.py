"""The entry of a ticket as the fill rules take it. Pure.

Every entry has a worst price, so that its cash can be set aside: a market order is a limit order at the collar that
fills at once or not at all; a stop is a stop-limit up to the collar above its trigger; a trailing entry pays at most
the collar above the trigger that it could have now, which only falls from there; a pair costs what its dearer leg does.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from cryptouniverse.kernel.market import Instrument
from cryptouniverse.kernel.words import gettext_noop as _
from trading.execution.errors import BadTicket
from trading.execution.grid import collared, on_grid, one_of, ticks_of
from trading.fills import Oco, OrderSpec, Trail
from trading.fills.orders import SOURCES, TIMES
from trading.fills.triggers import trailed

if TYPE_CHECKING:
    from trading.execution.tickets import Ticket

BUY: Final = 1
TAKES: Final = {  # kind of entry -> what is said of it
    "market": frozenset[str](),
    "limit": frozenset({"limit_price", "time_in_force", "visible_quantity"}),
    "stop": frozenset({"trigger_price"}),
    "stop_limit": frozenset({"trigger_price", "limit_price"}),
    "trailing": frozenset(
        {"entry_trail_bps", "entry_trail_distance", "entry_trail_activation_price", "entry_trail_source"}
    ),
    "oco": frozenset({"limit_price", "trigger_price"}),
}
KINDS: Final = tuple(TAKES)
_USUAL: Final = {"time_in_force": "GTC", "entry_trail_bps": 0, "entry_trail_source": "last"}


def entry_of(ticket: Ticket, instrument: Instrument, steps: int, *, last: int, collar_bps: int) -> OrderSpec | Oco:
    """The entry of `steps`, with the market at `last` ticks.

    Raises BadTicket for a kind or a word that is unknown, for what this kind does not take, and for a price off the
    grid or above the collar.
    """
    _require_its_own(ticket)
    if ticket.kind == "market":
        return OrderSpec("limit", BUY, steps, limit_ticks=collared(last, collar_bps), time_in_force="IOC")
    if ticket.kind == "limit":
        return _limit(ticket, instrument, steps, collared(last, collar_bps))
    if ticket.kind == "trailing":
        return _trailing(ticket, instrument, steps, last, collar_bps)
    trigger = ticks_of(ticket.trigger_price, "trigger_price", instrument)
    most = collared(trigger, collar_bps)
    if ticket.kind == "oco":
        below = ticks_of(ticket.limit_price, "limit_price", instrument)
        return Oco(
            OrderSpec("limit", BUY, steps, limit_ticks=_below(below, last, instrument)),
            OrderSpec("stop_limit", BUY, steps, limit_ticks=most, stop_ticks=trigger),
        )
    limit = most if ticket.kind == "stop" else ticks_of(ticket.limit_price, "limit_price", instrument)
    _require_at_most(limit, most, instrument)
    return OrderSpec("stop_limit", BUY, steps, limit_ticks=limit, stop_ticks=trigger)


def sized(entry: OrderSpec | Oco, steps: int) -> OrderSpec | Oco:
    """The same entry for another size."""
    if isinstance(entry, Oco):
        return Oco(replace(entry.one, steps=steps), replace(entry.other, steps=steps))
    return replace(entry, steps=steps)


def trail_of(
    prefix: str, bps: int, distance: Decimal | None, activation: Decimal | None, source: str, instrument: Instrument
) -> Trail | None:
    """How something trails, None where no distance is said. prefix: what the fields' names begin with.

    Raises BadTicket for a distance in both ways, an activation or a source without one, a source that nobody measures.
    """
    one_of(f"{prefix}trail_source", source, SOURCES)
    if bps and distance is not None:
        said = _("A distance is said in one way, not both: %(field)s or %(limit)s.")
        raise BadTicket(said, field=f"{prefix}trail_bps", limit=f"{prefix}trail_distance")
    if not bps and distance is None:
        if activation is not None or source != _USUAL["entry_trail_source"]:
            odd = "trail_activation_price" if activation is not None else "trail_source"
            said = _("%(field)s means nothing without a distance: say %(limit)s.")
            raise BadTicket(said, field=f"{prefix}{odd}", limit=f"{prefix}trail_bps")
        return None
    return Trail(
        delta_ticks=on_grid(f"{prefix}trail_distance", distance, instrument.tick) if distance is not None else 0,
        delta_bps=bps,
        activation_ticks=on_grid(f"{prefix}trail_activation_price", activation, instrument.tick) if activation else 0,
        source=source,
    )


def _require_its_own(ticket: Ticket) -> None:
    one_of("kind", ticket.kind, KINDS)
    one_of("time_in_force", ticket.time_in_force, TIMES)
    for field in sorted(set().union(*TAKES.values()) - TAKES[ticket.kind]):
        if getattr(ticket, field) != _USUAL.get(field):
            takes = ", ".join(sorted(TAKES[ticket.kind]))
            said = _("An entry of the kind %(kind)s takes no %(field)s.")
            raise BadTicket(said, kind=ticket.kind, field=field, limit=takes)


def _limit(ticket: Ticket, instrument: Instrument, steps: int, most: int) -> OrderSpec:
    limit = ticks_of(ticket.limit_price, "limit_price", instrument)
    _require_at_most(limit, most, instrument)
    shown = ticket.visible_quantity
    visible = 0 if shown is None else on_grid("visible_quantity", shown, instrument.step)
    if visible and ticket.time_in_force not in {"GTC", "GTX"}:
        said = _("Only an order that waits shows a part of itself: %(field)s is %(limit)s.")
        raise BadTicket(said, field="time_in_force", limit="GTC, GTX", nearest="GTC")
    time = ticket.time_in_force
    return OrderSpec("limit", BUY, steps, limit_ticks=limit, time_in_force=time, visible_steps=visible)


def _trailing(ticket: Ticket, instrument: Instrument, steps: int, last: int, collar_bps: int) -> OrderSpec:
    trail = trail_of(
        "entry_",
        ticket.entry_trail_bps,
        ticket.entry_trail_distance,
        ticket.entry_trail_activation_price,
        ticket.entry_trail_source,
        instrument,
    )
    if trail is None:
        raise BadTicket(_("This kind of order needs %(field)s."), field="entry_trail_bps")
    begins = trail.activation_ticks or last
    if begins > last:
        told = f"{instrument.price_of(last):f}"
        said = _("A trailing entry begins below the market: %(field)s is %(limit)s at most.")
        raise BadTicket(said, field="entry_trail_activation_price", limit=told, nearest=told)
    most = collared(trailed(BUY, begins, trail.delta_ticks, trail.delta_bps), collar_bps)
    return OrderSpec("trailing", BUY, steps, limit_ticks=most, trail=trail)


def _below(limit: int, last: int, instrument: Instrument) -> int:
    """The limit of a pair's leg, which waits below the market. Raises BadTicket."""
    if limit >= last:
        nearest = instrument.price_of(max(last - 1, 1))
        said = _("Of a pair one waits below the market, one above it: %(field)s is below %(limit)s.")
        raise BadTicket(said, field="limit_price", limit=f"{instrument.price_of(last):f}", nearest=f"{nearest:f}")
    return limit


def _require_at_most(limit: int, most: int, instrument: Instrument) -> None:
    if limit > most:
        told = f"{instrument.price_of(most):f}"
        said = _("The limit price is too far above the market: %(limit)s at most.")
        raise BadTicket(said, field="limit_price", limit=told, nearest=told)
