"""When a stop triggers: at its stop price, or at a distance that trails the best price seen. Pure."""

from __future__ import annotations

from trading.sandbox.venue.amounts import BPS
from trading.sandbox.venue.orders import Order, Ticket


def trail(order: Order, last: int) -> None:
    """Let a trailing stop remember the best price since it could trail: highest for a stop below, lowest above."""
    ticket = order.ticket
    if not ticket.trailing_bps:
        return
    if not order.extreme:
        order.extreme = last if reached_activation(ticket, last) else 0
    elif drops(ticket):
        order.extreme = max(order.extreme, last)
    else:
        order.extreme = min(order.extreme, last)


def reached_activation(ticket: Ticket, last: int) -> bool:
    """Whether a trailing stop with a stop price starts to trail."""
    return not ticket.stop or (last <= ticket.stop if falls(ticket) else last >= ticket.stop)


def stop_of(order: Order) -> int:
    """The price at which a stop triggers, 0 while a trailing one does not trail yet."""
    ticket = order.ticket
    if not ticket.trailing_bps:
        return ticket.stop
    if not order.extreme:
        return 0
    distance = order.extreme * ticket.trailing_bps // BPS
    return order.extreme - distance if drops(ticket) else order.extreme + distance


def falls(ticket: Ticket) -> bool:
    """Whether the stop price is reached by a falling price: by a stop loss that sells, a take profit that buys."""
    return ticket.kind.startswith("STOP_LOSS") == (ticket.side == "SELL")


def drops(ticket: Ticket) -> bool:
    """Whether it triggers on a falling price: as its stop price says, but what trails sells on a fall from the top."""
    return ticket.side == "SELL" if ticket.trailing_bps else falls(ticket)


def reached(ticket: Ticket, stop: int, price: int) -> bool:
    """Whether `price` triggers a stop at `stop`."""
    if not stop:
        return False
    return price <= stop if drops(ticket) else price >= stop
