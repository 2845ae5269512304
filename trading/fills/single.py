"""One order in one bar. A bar has three moments, in this order; every order and every group is looked at in each.

1. OPEN: what the open decides. A market order, and an order that takes (IOC, FOK, a limit that crossed the last price
   when it was placed, a trigger that was met on close) gets the open, slipped. A trigger that the open has reached is
   met there: a gap fills at the open, slipped, never at the stop. A resting limit that the open has passed fills at the
   open, which is better, without slippage.
2. STOPS: stops (`stop`, `stop_limit`, `trailing`) that the bar touches are met at their level, slipped.
3. LIMITS: take profits that the bar touches are met at their level, slipped; resting limits that it trades through fill
   at their limit. Touching a limit is not enough: others may be first in the queue.

So where a bar holds a stop and a target, the stop comes first.

What is met becomes a market order, or a limit order for which the pessimistic path is assumed. It takes at the price of
the trigger, slipped, if its limit allows that. Else IOC and FOK expire, and GTC rests: met at the open, it stands for
the rest of the bar; met inside, nothing of this bar is left for it, and it works from the next bar on.

Orders fill whole: there are no partial fills by volume. Takers pay slippage and the taker's fee.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from trading.fills.orders import (
    CLOSE,
    FOK,
    IOC,
    POST_ONLY,
    STOP,
    STOP_LIMIT,
    TRAILING,
    Bar,
    OrderSpec,
    Trail,
    trigger_way,
)
from trading.fills.rules import slipped
from trading.fills.states import EXPIRED, FILLED, WORKING, OrderState
from trading.fills.triggers import better_of, breaks, passed, reached, touched, trailed
from trading.fills.types import Costs

OPEN: Final = 0
STOPS: Final = 1
LIMITS: Final = 2
MOMENTS: Final = (OPEN, STOPS, LIMITS)


@dataclass(frozen=True, slots=True)
class Fill:
    """What an order got in a bar. maker: it pays the maker's fee. leg: which order of the group, as `legs_of` counts.

    In a bracket leg 0 is the entry, 1 the stop (and the time stop), 2 and on its targets. cause: "order", or of a
    bracket "entry", "stop", "target", "time_stop". moment: OPEN, STOPS or LIMITS. met: the price before slippage.
    """

    ticks: int
    steps: int
    maker: bool
    leg: int = 0
    cause: str = "order"
    moment: int = OPEN
    met: int = 0


Change = tuple[OrderState, Fill | None]


def begin(spec: OrderSpec, last: int) -> OrderState:
    """The state of an order that is placed when the market stands at `last` ticks, before it meets its first bar.

    Against `last` it is decided whether a limit takes (a post-only one then expires) and whether a stop trails already.
    """
    state = OrderState()
    if way := trigger_way(spec):
        if spec.trail is None:
            return replace(state, stop=spec.stop_ticks)
        return _follow(spec, spec.trail, state, last) if _activated(spec, spec.trail, last) else state
    takes = spec.limit_ticks == 0 or (way == 0 and not passed(-spec.side, spec.limit_ticks, last))
    takes = takes or spec.time_in_force in {IOC, FOK}
    if takes and spec.time_in_force == POST_ONLY:
        return replace(state, status=EXPIRED)
    return replace(state, takes=takes)


def meet(spec: OrderSpec, state: OrderState, moment: int, bar: Bar, costs: Costs) -> Change:
    """What happens to a working order at one moment of a bar; the same state where nothing does."""
    way = trigger_way(spec)
    if way and not state.triggered:
        at = _met_at(spec, state, way, moment, bar)
        return _take(spec, replace(state, triggered=True), at, moment, costs) if at else (state, None)
    if moment == OPEN and state.takes:
        return _take(spec, state, bar.open, moment, costs)
    if moment == OPEN and passed(spec.side, spec.limit_ticks, bar.open):
        return _filled(spec, state, bar.open, bar.open, moment, maker=True)
    if moment == LIMITS and passed(spec.side, spec.limit_ticks, bar.low if spec.side > 0 else bar.high):
        return _filled(spec, state, spec.limit_ticks, spec.limit_ticks, moment, maker=True)
    return state, None


def roll(spec: OrderSpec, state: OrderState, bar: Bar, *, whole: bool = True) -> OrderState:
    """The state after a bar: one more lived, and a trailing stop moved by it, after it was held against it.

    whole: the order worked from the bar's open on; else it knows of the bar's close alone.
    """
    if state.status != WORKING:
        return state
    state = replace(state, bars=state.bars + 1)
    trail = spec.trail
    if trail is None or state.triggered:
        return state
    way = spec.side
    if state.extreme:
        state = _follow(spec, trail, state, best_of(trail, way, bar, whole=whole))
    elif first := _activation(spec, trail, bar, whole=whole):
        state = _follow(spec, trail, state, first)
    if trail.on_close_only and reached(way, state.stop, bar.close):
        return replace(state, triggered=True, takes=True)
    return state


def best_of(trail: Trail | None, way: int, bar: Bar, *, whole: bool) -> int:
    """The best price of a bar for a stop of this way, as far as its trail looks."""
    if not whole or (trail is not None and trail.source == CLOSE):
        return bar.close
    return bar.low if way > 0 else bar.high


def _met_at(spec: OrderSpec, state: OrderState, way: int, moment: int, bar: Bar) -> int:
    """The price at which its trigger is met at this moment, or 0."""
    if spec.trail is not None and spec.trail.on_close_only:
        return 0
    if moment == OPEN:
        return bar.open if reached(way, state.stop, bar.open) else 0
    inside = STOPS if spec.kind in {STOP, STOP_LIMIT, TRAILING} else LIMITS
    return state.stop if moment == inside and touched(way, state.stop, bar.high, bar.low) else 0


def _take(spec: OrderSpec, state: OrderState, at: int, moment: int, costs: Costs) -> Change:
    """It takes what is there at `at`: filled, expired, or resting because its limit does not allow that."""
    price = slipped(spec.side, at, costs.slippage_bps)
    if not breaks(spec.side, spec.limit_ticks, price):
        return _filled(spec, state, price, at, moment, maker=False)
    if spec.time_in_force in {IOC, FOK}:
        return replace(state, status=EXPIRED, takes=False), None
    return replace(state, takes=False), None


def _filled(spec: OrderSpec, state: OrderState, price: int, met: int, moment: int, *, maker: bool) -> Change:
    done = replace(state, status=FILLED, takes=False, filled=spec.steps)
    return done, Fill(price, spec.steps, maker, moment=moment, met=met)


def _follow(spec: OrderSpec, trail: Trail, state: OrderState, price: int) -> OrderState:
    extreme = better_of(spec.side, state.extreme, price)
    level = trailed(spec.side, extreme, trail.delta_ticks, trail.delta_bps)
    return replace(state, extreme=extreme, stop=better_of(spec.side, state.stop, level))


def _activated(spec: OrderSpec, trail: Trail, price: int) -> bool:
    way = trail.activation_way or -spec.side
    return not trail.activation_ticks or reached(way, trail.activation_ticks, price)


def _activation(spec: OrderSpec, trail: Trail, bar: Bar, *, whole: bool) -> int:
    """The best price that is certain after the stop began to trail in this bar, or 0 where it did not.

    Reached by the open, or on the way to its best price: the best price. Reached the other way: the activation's own
    price or the close, for the bar's best price may have come before.
    """
    if trail.source == CLOSE or not whole:
        return bar.close if _activated(spec, trail, bar.close) else 0
    way = trail.activation_way or -spec.side
    if not touched(way, trail.activation_ticks, bar.high, bar.low):
        return 0
    if way == -spec.side or reached(way, trail.activation_ticks, bar.open):
        return best_of(trail, spec.side, bar, whole=True)
    return better_of(spec.side, trail.activation_ticks, bar.close)
