"""The way of an order through bars: start it, let it meet each bar, cancel it. Pure.

    check(spec, last)                                 # refuses what contradicts itself or the market (checks.py)
    state = start(spec, last)                         # when it is placed, with the market at `last` ticks
    state, fills = step(spec, state, bar, costs)      # for each bar after that, oldest first, none twice
    state = cancel(state)

`last` is the close before the first bar. The state is all that is remembered: `state.as_json()` and `read_state` take
it over a restart. The rules of what fills when are in single.py, groups.py and brackets.py.
"""

from __future__ import annotations

from dataclasses import replace

from trading.fills.brackets import step_bracket
from trading.fills.groups import BarWalk, begin_group, ended, state_of, states_of
from trading.fills.orders import Bar, Bracket, OrderSpec, Spec
from trading.fills.rules import fee_minor, notional_minor
from trading.fills.single import Fill
from trading.fills.states import BracketState, GroupState, OrderState, State
from trading.fills.types import Costs


def start(spec: Spec, last: int) -> State:
    """The state of a spec that is placed with the market at `last` ticks; it is not checked here."""
    if isinstance(spec, Bracket):
        return BracketState(entry=state_of(spec.entry, begin_group(spec.entry, last)))
    return state_of(spec, begin_group(spec, last))


def step(spec: Spec, state: State, bar: Bar, costs: Costs) -> tuple[State, tuple[Fill, ...]]:
    """The state after a bar and what was filled in it, in the order in which it happened.

    A state that is not open stays as it is. Raises TypeError for a state of another kind of spec.
    """
    if not state.is_open:
        return state, ()
    if isinstance(spec, Bracket) and isinstance(state, BracketState):
        bracket, fills = step_bracket(spec, state, bar, costs)
        return bracket, tuple(fills)
    mixed = isinstance(spec, OrderSpec) != isinstance(state, OrderState)
    if not isinstance(spec, Bracket) and not isinstance(state, BracketState) and not mixed:
        walk = BarWalk(spec, states_of(state), bar, costs)
        walk.through()
        return state_of(spec, tuple(walk.states)), tuple(walk.fills)
    raise TypeError(f"{type(state).__name__} is not a state of {type(spec).__name__}")


def cancel(state: State) -> State:
    """The state with every order cancelled that waits or works.

    What a bracket holds is not sold by this: it loses its stop and targets. The caller reads `left` before, for that is
    what somebody else has to protect now.
    """
    if isinstance(state, BracketState):
        return replace(state, entry=_ended(state.entry), left=0)
    return _ended(state)


def _ended(state: OrderState | GroupState) -> OrderState | GroupState:
    legs = ended(states_of(state))
    return legs[0] if isinstance(state, OrderState) else GroupState(legs)


def cost_of(fill: Fill, minor_per_tick_step: int, costs: Costs) -> tuple[int, int]:
    """(notional, fee) of a fill in minor units. Raises FillOverflow beyond 64 bits."""
    notional = notional_minor(fill.ticks, fill.steps, minor_per_tick_step)
    return notional, fee_minor(notional, costs.maker_ppm if fill.maker else costs.taker_ppm)
