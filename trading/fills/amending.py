"""New terms for what protects a position, while it is held. Pure.

The stop that stands is never loosened by this unless a new one is said, so the level that a trail has reached stays. A
new stop, or a new trail, starts the trail anew, from the next bar on: the best price before it counts no more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from trading.fills.checks import beyond, check_moves, check_targets, wrong_side
from trading.fills.orders import Bracket
from trading.fills.states import BracketState
from trading.fills.triggers import reached


@dataclass(frozen=True, slots=True)
class Said:
    """Which parts of a protection are said anew; the others go on as they are."""

    stop: bool = False
    targets: bool = False
    trail: bool = False
    break_even: bool = False


def amend(spec: Bracket, state: BracketState, wanted: Bracket, last: int, said: Said) -> tuple[Bracket, BracketState]:
    """The bracket with what is wanted of it, and where it stands then, with the market at `last` ticks.

    wanted: the same entry, with targets for exactly what is left where they are said. Raises OutOfBounds, WrongSide,
    SharesDoNotAddUp or OrderContradicts.
    """
    side = spec.side
    stop = wanted.stop_ticks if said.stop else state.stop
    if said.stop and (reached(-side, stop, last) or stop < 1):
        raise wrong_side("stop_ticks", stop, last, max(last - side, 1))
    if said.targets:
        check_targets(wanted.targets, side, last, state.left)
    due = wanted.time_stop_bars
    if due != spec.time_stop_bars and 0 < due <= state.bars:
        raise beyond("time_stop_bars", due, state.bars + 1, state.bars + 1)
    new = replace(
        spec,
        stop_ticks=wanted.stop_ticks if said.stop else spec.stop_ticks,
        targets=wanted.targets if said.targets else spec.targets,
        trail=wanted.trail if said.trail else spec.trail,
        break_even=wanted.break_even if said.break_even else spec.break_even,
        time_stop_bars=due,
    )
    check_moves(new)
    return new, replace(
        state,
        stop=stop,
        hit=0 if said.targets else state.hit,
        extreme=0 if said.stop or said.trail else state.extreme,
        even=state.even and not said.break_even,
    )
