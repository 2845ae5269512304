"""Orders that hang together, in one bar: OCO and OTO. Pure.

At each moment of the bar (single.py) every leg is looked at, stops before the others. A leg that fills or is triggered
ends the other leg of its pair, in the same moment, so a pair never fills twice; where a bar holds both, the stop is the
one. What waits for a first order is placed when that has filled: at the open, and it meets the whole bar; inside the
bar, and only its stops can still be met there, for the rest of the bar's prices may have come before. If the first
order ends unfilled, what waits for it ends too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from trading.fills.orders import STOP, STOP_LIMIT, TRAILING, Bar, Oco, OrderSpec, Oto, legs_of
from trading.fills.single import LIMITS, MOMENTS, OPEN, STOPS, Fill, begin, meet, roll
from trading.fills.states import CANCELLED, FILLED, PENDING, WORKING, GroupState, OrderState
from trading.fills.types import Costs

States = tuple[OrderState, ...]


class BarWalk:
    """The legs of one spec on their way through one bar."""

    def __init__(self, spec: OrderSpec | Oco | Oto, states: States, bar: Bar, costs: Costs) -> None:
        self.legs = legs_of(spec)
        self.states = list(states)
        self.fills: list[Fill] = []
        self._bar, self._costs = bar, costs
        self._waiting = tuple(range(1, len(self.legs))) if isinstance(spec, Oto) else ()
        if isinstance(spec, Oco):
            self._pair: tuple[int, ...] = (0, 1)
        else:
            self._pair = self._waiting if len(self._waiting) == 2 else ()
        self._late: set[int] = set()  # met or placed inside this bar: they rest from the next one on

    def through(self) -> None:
        """Walk the whole bar."""
        for moment in MOMENTS:
            self.at(moment)
        self.close()

    def at(self, moment: int) -> list[Fill]:
        """Let the legs meet one moment of the bar, and return what they got in it."""
        before = len(self.fills)
        for leg in sorted(range(len(self.legs)), key=lambda leg: not _is_stop(self.legs[leg])):
            self._visit(leg, moment)
        return self.fills[before:]

    def close(self) -> None:
        """The bar is over: what moves after it moves."""
        self.states = [
            roll(spec, state, self._bar, whole=leg not in self._late)
            for leg, (spec, state) in enumerate(zip(self.legs, self.states, strict=True))
        ]

    def _visit(self, leg: int, moment: int) -> None:
        before = self.states[leg]
        if before.status != WORKING or (moment == LIMITS and leg in self._late):
            return
        state, fill = meet(self.legs[leg], before, moment, self._bar, self._costs)
        self.states[leg] = state
        met = state.triggered and not before.triggered
        if met and moment != OPEN:
            self._late.add(leg)
        if fill is not None:
            self.fills.append(replace(fill, leg=leg))
        if leg in self._pair and (met or not state.is_open):
            self._end(each for each in self._pair if each != leg)
        if self._waiting and leg == 0 and not state.is_open:
            self._follow_up(state, fill, moment)

    def _follow_up(self, first: OrderState, fill: Fill | None, moment: int) -> None:
        """The first order has ended: place what waits for it, or end that too."""
        if first.status != FILLED or fill is None:
            self._end(self._waiting)
            return
        by_rank = sorted(self._waiting, key=lambda leg: not _is_stop(self.legs[leg]))
        for leg in by_rank:
            self.states[leg] = begin(self.legs[leg], fill.met)
        if moment != OPEN:
            self._late.update(self._waiting)
        for leg in by_rank:
            self._visit(leg, OPEN if moment == OPEN else STOPS)

    def _end(self, legs: Iterable[int]) -> None:
        for leg in legs:
            if self.states[leg].is_open:
                self.states[leg] = replace(self.states[leg], status=CANCELLED, takes=False)


def begin_group(spec: OrderSpec | Oco | Oto, last: int) -> States:
    """The states of the legs when the market stands at `last`: those that wait for another order are pending."""
    if isinstance(spec, Oto):
        return begin(spec.first, last), *(OrderState(status=PENDING) for _ in legs_of(spec.then))
    return tuple(begin(leg, last) for leg in legs_of(spec))


def states_of(state: OrderState | GroupState) -> States:
    """The states of the legs."""
    return (state,) if isinstance(state, OrderState) else state.legs


def state_of(spec: OrderSpec | Oco | Oto, states: States) -> OrderState | GroupState:
    """The states of the legs as the state of the whole."""
    return states[0] if isinstance(spec, OrderSpec) else GroupState(states)


def ended(states: States) -> States:
    """The states with all that is open cancelled."""
    return tuple(replace(each, status=CANCELLED, takes=False) if each.is_open else each for each in states)


def _is_stop(spec: OrderSpec) -> bool:
    return spec.kind in {STOP, STOP_LIMIT, TRAILING}
