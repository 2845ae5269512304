"""A bracket in one bar: its entry, and what protects the position. Pure.

The entry is an order like any other (single.py). What it was entered with works at once:

- Of a pair, the leg that fills or is triggered first is the entry; the other ends.
- A trailing entry ends once the market has come to the bracket's stop: nothing is entered beyond where it is given up.
- Entered at the open, the position meets the whole bar. Entered inside, only its stop can still be met in that bar,
  wherever the bar touches it; targets work from the next bar on, for their price may have come before the entry.
- Of what the open decides, a gap through the stop comes first, then the time stop, then targets that the open has
  passed. Inside the bar the stop comes before the targets.
- What moves the stop (trailing, break-even) moves it after the bar, for the next one, and never loosens it.
- The stop closes all that is left; targets close their parts, nearest first.
"""

from __future__ import annotations

from dataclasses import replace

from trading.fills.groups import BarWalk, state_of, states_of
from trading.fills.orders import TRAILING, Bar, Bracket, legs_of
from trading.fills.rules import slipped
from trading.fills.single import LIMITS, OPEN, STOPS, Fill, best_of
from trading.fills.states import EXPIRED, WORKING, BracketState
from trading.fills.triggers import better_of, break_even, breaks, moved, passed, reached, touched, trailed
from trading.fills.types import Costs

ENTRY_LEG, STOP_LEG, TARGET_LEG = 0, 1, 2


def step_bracket(spec: Bracket, state: BracketState, bar: Bar, costs: Costs) -> tuple[BracketState, list[Fill]]:
    """The bracket after a bar, and what it got there."""
    fills: list[Fill] = []
    fresh, whole = False, True
    if state.entry.is_open:
        walk = BarWalk(spec.entry, states_of(state.entry), bar, costs)
        walk.through()
        state = replace(state, entry=state_of(spec.entry, tuple(walk.states)))
        if not walk.fills:
            return _unless_given_up(spec, state, bar), fills
        fill = replace(walk.fills[0], cause="entry", leg=ENTRY_LEG)
        fills.append(fill)
        state = _entered(spec, state, fill, costs)
        fresh, whole = True, fill.moment == OPEN
    if not state.left:
        return state, fills
    exits = Exits(spec, state, bar, costs)
    exits.walk(fresh=fresh, whole=whole)
    return _rolled(spec, exits.state, bar, costs, whole=whole), fills + exits.fills


class Exits:
    """A position on its way through one bar."""

    def __init__(self, spec: Bracket, state: BracketState, bar: Bar, costs: Costs) -> None:
        self.spec, self.state, self.bar, self.costs = spec, state, bar, costs
        self.closing = -spec.side
        self.fills: list[Fill] = []

    def walk(self, *, fresh: bool, whole: bool) -> None:
        """Let the position meet the bar. fresh: it was entered in it; whole: at its open."""
        bar, stop = self.bar, self.state.stop
        if whole:
            self._at_open(fresh=fresh)
        if self.state.left and touched(self.closing, stop, bar.high, bar.low):
            self._close(stop, "stop", STOPS)
        if whole:
            extreme = bar.low if self.closing > 0 else bar.high
            while (target := self._next_target()) and passed(self.closing, target, extreme):
                self._hit(target, target, LIMITS, maker=True)

    def _at_open(self, *, fresh: bool) -> None:
        at, due = self.bar.open, self.spec.time_stop_bars
        if reached(self.closing, self.state.stop, at):
            self._close(at, "stop", OPEN)
        elif due and not fresh and self.state.bars >= due:
            self._close(at, "time_stop", OPEN)
        while (target := self._next_target()) and passed(self.closing, target, at):
            if not fresh:
                self._hit(at, at, OPEN, maker=True)
                continue
            price = slipped(self.closing, at, self.costs.slippage_bps)  # placed at this very open, it takes
            self._hit(target if breaks(self.closing, target, price) else price, at, OPEN, maker=False)

    def _next_target(self) -> int:
        targets, hit = self.spec.targets, self.state.hit
        return targets[hit].ticks if self.state.left and hit < len(targets) else 0

    def _close(self, at: int, cause: str, moment: int) -> None:
        price = slipped(self.closing, at, self.costs.slippage_bps)
        self.fills.append(Fill(price, self.state.left, False, STOP_LEG, cause, moment, at))
        self.state = replace(self.state, left=0)

    def _hit(self, price: int, met: int, moment: int, *, maker: bool) -> None:
        hit = self.state.hit
        steps = min(self.spec.targets[hit].steps, self.state.left)  # less where some of it was sold otherwise
        self.fills.append(Fill(price, steps, maker, TARGET_LEG + hit, "target", moment, met))
        self.state = replace(self.state, left=self.state.left - steps, hit=hit + 1)


def _entered(spec: Bracket, state: BracketState, fill: Fill, costs: Costs) -> BracketState:
    ppm = costs.maker_ppm if fill.maker else costs.taker_ppm
    state = replace(state, entry_ticks=fill.ticks, entry_ppm=ppm, left=fill.steps, stop=spec.stop_ticks)
    return _trailed(spec, state, fill.met)


def _unless_given_up(spec: Bracket, state: BracketState, bar: Bar) -> BracketState:
    """The bracket that has not been entered in this bar; its entry is over where it trails and the stop was reached."""
    trails = any(leg.kind == TRAILING for leg in legs_of(spec.entry))
    if not trails or not touched(-spec.side, spec.stop_ticks, bar.high, bar.low):
        return state
    waiting = (replace(each, status=EXPIRED) if each.status == WORKING else each for each in states_of(state.entry))
    return replace(state, entry=state_of(spec.entry, tuple(waiting)))


def _rolled(spec: Bracket, state: BracketState, bar: Bar, costs: Costs, *, whole: bool) -> BracketState:
    if not state.left:
        return state
    closing = -spec.side
    state = _trailed(spec, replace(state, bars=state.bars + 1), best_of(spec.trail, closing, bar, whole=whole))
    rule = spec.break_even
    if rule is None or state.even:
        return state
    far = best_of(None, closing, bar, whole=whole)
    by_move = rule.after_bps and reached(-closing, moved(-closing, state.entry_ticks, rule.after_bps), far)
    if not by_move and not (rule.after_target and state.hit >= rule.after_target):
        return state
    level = break_even(-closing, state.entry_ticks, state.entry_ppm, costs.taker_ppm)
    return replace(state, even=True, stop=better_of(closing, state.stop, level))


def _trailed(spec: Bracket, state: BracketState, price: int) -> BracketState:
    """The stop after the market was seen at `price`: it trails once the activation was reached."""
    trail, closing = spec.trail, -spec.side
    if trail is None or not (
        state.extreme or not trail.activation_ticks or reached(-closing, trail.activation_ticks, price)
    ):
        return state
    extreme = better_of(closing, state.extreme, price)
    level = trailed(closing, extreme, trail.delta_ticks, trail.delta_bps)
    return replace(state, extreme=extreme, stop=better_of(closing, state.stop, level))
