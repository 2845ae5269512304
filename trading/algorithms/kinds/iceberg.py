"""Iceberg: one visible slice after the other rests at the limit; the last takes a rest that would be too small.

After slices that came back with nothing filled the distance doubles each time, so that refusals make no storm.
"""

from __future__ import annotations

from itertools import takewhile
from typing import Final

from cryptouniverse.kernel.market import INT64_MAX
from cryptouniverse.kernel.words import gettext_noop as _
from trading.algorithms.chance import drawn
from trading.algorithms.parameters import Whole, refuse
from trading.algorithms.planned import SEED
from trading.algorithms.types import CHILDREN_MAX, SECOND_MS, Ask, Kind, Over, Parent, State, Wait, Wish

DURATION_MAX_S: Final = 30 * 86_400
DOUBLINGS_MAX: Final = 10


def _ask(parent: Parent, state: State, now_ms: int, traded_steps: int) -> Ask:
    end_ms = parent.start_ms + parent.whole("duration_s") * SECOND_MS if parent.whole("duration_s") else None
    if end_ms is not None and now_ms >= end_ms:
        return Over()
    if state.in_flight_steps:
        return Wait(state.next_ms)
    again_ms = now_ms + parent.whole("delay_s") * SECOND_MS
    if now_ms < (ready_ms := _ready_ms(parent, state)):
        return Wait(ready_ms)
    return Wish(_slice(parent, len(state.children)), parent.total_steps, state.slot, again_ms, end_ms)


def _slice(parent: Parent, index: int) -> int:
    """The size of a slice: visible_steps, give or take vary_pct, never below the venue's minimum."""
    visible, vary = parent.whole("visible_steps"), parent.whole("vary_pct")
    low, high = -(-visible * (100 - vary) // 100), visible * (100 + vary) // 100
    return drawn(parent, "slice", index, max(low, parent.min_steps), max(high, parent.min_steps))


def _ready_ms(parent: Parent, state: State) -> int:
    """When the next slice may come: a delay after the last, longer after each that came back empty."""
    if not state.children:
        return parent.start_ms
    empty = sum(1 for _child in takewhile(lambda child: not child.filled, reversed(state.children)))
    return state.children[-1].at_ms + (parent.whole("delay_s") * SECOND_MS << min(empty, DOUBLINGS_MAX))


def _check(parent: Parent) -> None:
    if parent.limit_ticks is None:
        refuse("limit_ticks", f"1 … {INT64_MAX}", 1)
    least = max(parent.min_steps, -(-2 * parent.total_steps // CHILDREN_MAX))  # by chance a slice may be half as large
    if parent.whole("visible_steps") < least:
        refuse("visible_steps", f"≥ {least}", least)


KIND = Kind(
    name="iceberg",
    title=_("Iceberg"),
    meaning=_("One small visible order after the other, at the limit"),
    parameters=(
        Whole("visible_steps", _("The size that is seen, in steps"), 1, INT64_MAX, needed=True),
        Whole("vary_pct", _("How far sizes vary by chance, in per cent"), 0, 50, default=0),
        Whole("delay_s", _("Seconds between two slices, at least"), 1, 3_600, default=1),
        Whole("duration_s", _("Seconds after which nothing more is sent; none: until it is done"), 1, DURATION_MAX_S),
        SEED,
    ),
    examples=({"visible_steps": 100, "vary_pct": 20}, {"visible_steps": 250, "duration_s": 1_800}),
    check=_check,
    ask=_ask,
)
