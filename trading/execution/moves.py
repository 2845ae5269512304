"""What moves and ends the stop of a bot's position: its entry is recorded as a bracket, as one by hand is. Pure."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from cryptouniverse.kernel.market import Instrument
from trading.execution.types import IntentDraft
from trading.fills import Bracket, BreakEven, OrderSpec, Target, Trail
from trading.fills.orders import IOC, LIMIT
from trading.fills.reading import as_json


class Moves(NamedTuple):
    """trail_bps: the stop follows the best price at this distance. break_even_bps: after such a move it goes to the
    entry plus fees. time_stop_candles: the position is sold after so many. 0: not so.
    """

    trail_bps: int
    break_even_bps: int
    time_stop_candles: int


def with_moves(draft: IntentDraft, moves: Moves, instrument: Instrument, *, last: Decimal) -> IntentDraft:
    """`draft`, an entry with its stop, as a bracket with these moves. What it fills at and costs stays the same."""
    ticks, steps = instrument.ticks_nearest, instrument.steps_down(draft.quantity)
    bracket = Bracket(
        entry=OrderSpec(LIMIT, 1, steps, limit_ticks=ticks(draft.limit_price or last), time_in_force=IOC),
        stop_ticks=ticks(draft.stop_price or last),
        targets=(Target(ticks(draft.target_price), steps),) if draft.target_price else (),
        trail=Trail(delta_bps=moves.trail_bps) if moves.trail_bps else None,
        break_even=BreakEven(after_bps=moves.break_even_bps) if moves.break_even_bps else None,
        time_stop_bars=moves.time_stop_candles,
    )
    return replace(draft, spec=json.dumps({"order": as_json(bracket), "last": ticks(last)}))
