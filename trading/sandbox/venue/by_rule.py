"""The seam to the product's fill rules: the sandbox's orders as those rules know them, and back. Pure.

The one module of the sandbox that imports `trading.fills`: in bar mode the price of an order is the product's rule and
no copy of it. What the order holds, pays and tells stays the sandbox's own, and so does all of book mode.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trading.fills.groups import BarWalk
from trading.fills.orders import (
    LIMIT,
    MARKET,
    POST_ONLY,
    STOP,
    STOP_LIMIT,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
    TRAILING,
    Bar,
    Oco,
    OrderSpec,
    Oto,
    Trail,
)
from trading.fills.single import MOMENTS, Fill, begin
from trading.fills.states import CANCELLED, EXPIRED, PENDING, WORKING, OrderState
from trading.fills.triggers import trailed
from trading.fills.types import BUY, SELL, Costs
from trading.sandbox.venue.orders import PENDING_NEW, STOP_KINDS, Order, Ticket

if TYPE_CHECKING:
    from trading.sandbox.venue.book import Candle
    from trading.sandbox.venue.markets import Market

_KINDS: Final = {
    "MARKET": MARKET,
    "LIMIT": LIMIT,
    "LIMIT_MAKER": LIMIT,
    "STOP_LOSS": STOP,
    "STOP_LOSS_LIMIT": STOP_LIMIT,
    "TAKE_PROFIT": TAKE_PROFIT,
    "TAKE_PROFIT_LIMIT": TAKE_PROFIT_LIMIT,
}


def spec_of(ticket: Ticket, market: Market) -> OrderSpec:
    """A ticket as the fill rules know it, in the market's ticks and steps.

    A trailing order is a trailing stop; its stopPrice is where it begins to trail, which a STOP_LOSS reaches against
    itself and a TAKE_PROFIT in its favour. Of an order by quote amount only the price counts: it has one step here.
    """
    side = BUY if ticket.side == "BUY" else SELL
    kind, stop, trail = _KINDS[ticket.kind], ticket.stop // market.tick, None
    if ticket.trailing_bps:
        way = side if kind in {STOP, STOP_LIMIT} else -side
        trail = Trail(delta_bps=ticket.trailing_bps, activation_ticks=stop, activation_way=way)
        kind, stop = TRAILING, 0
    return OrderSpec(
        kind=kind,
        side=side,
        steps=max(ticket.quantity // market.step, 1),
        limit_ticks=ticket.price // market.tick,
        stop_ticks=stop,
        time_in_force=POST_ONLY if ticket.kind == "LIMIT_MAKER" else ticket.time_in_force,
        trail=trail,
        visible_steps=ticket.iceberg // market.step,
    )


def started(order: Order, market: Market, last: int) -> None:
    """Give an order that starts to work, with the market at `last`, what the rules remember of it."""
    take_up(order, market, begin(spec_of(order.ticket, market), max(last // market.tick, 1)))


def state_of(order: Order, market: Market) -> OrderState:
    """What the rules remember of an open order."""
    if order.status == PENDING_NEW:
        return OrderState(status=PENDING)
    spec, extreme = spec_of(order.ticket, market), order.extreme // market.tick
    stop = spec.stop_ticks
    if spec.trail and extreme:
        stop = trailed(spec.side, extreme, spec.trail.delta_ticks, spec.trail.delta_bps)
    triggered = order.ticket.kind in STOP_KINDS and order.working
    return OrderState(WORKING, triggered, order.takes, extreme, stop)


def take_up(order: Order, market: Market, state: OrderState) -> None:
    """Keep what the rules remember of an order."""
    order.takes, order.extreme = state.takes, state.extreme * market.tick


def walk_of(tickets: list[Ticket], states: list[OrderState], market: Market, bar: Candle, costs: Costs) -> BarWalk:
    """Orders on their way through a bar: one; two of which one cancels the other; or one, and what follows it.

    Which of these it is, the states and their number say: what is pending follows the first.
    """
    specs = [spec_of(ticket, market) for ticket in tickets]
    prices = Bar(*(price // market.tick for price in (bar.open, bar.high, bar.low, bar.close)))
    whole: OrderSpec | Oco | Oto
    if len(specs) == 1:
        whole = specs[0]
    elif len(specs) == 2 and PENDING not in {state.status for state in states}:
        whole = Oco(*specs)
    else:
        whole = Oto(specs[0], Oco(*specs[1:]) if len(specs) == 3 else specs[1])
    return BarWalk(whole, tuple(states), prices, costs)


__all__ = [
    "CANCELLED",
    "EXPIRED",
    "MOMENTS",
    "PENDING",
    "WORKING",
    "BarWalk",
    "Costs",
    "Fill",
    "OrderState",
    "spec_of",
    "started",
    "state_of",
    "take_up",
    "walk_of",
]
