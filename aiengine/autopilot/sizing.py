"""What ways of sizing look at, read for all wishes of a slot at once, and only where one of them looks at anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from aiengine.autopilot.types import Wish
from trading.execution.selectors import results_of_bots
from trading.risk.types import METHODS, Measures, Results


def told_to_sizing(wishes: Sequence[Wish], slot_ms: int) -> Callable[[Wish], dict[str, Any]]:
    """For each wish, the `measures` and `results` of its proposal. Two queries at most, none for the usual sizing."""
    looking = [wish for wish in wishes if METHODS[wish.bot.sizing.method].candles(wish.bot.sizing)]
    counting = {w.bot.public_id: METHODS[w.bot.sizing.method].positions(w.bot.sizing) for w in wishes}
    counting = {bot_id: count for bot_id, count in counting.items() if count}
    measures: dict[tuple[str, str], Measures] = {}
    if looking:
        from strategies.signals.measuring import measures_at  # arrays: only where a bot is sized by candles

        asked = [(wish.instrument_id, wish.bot.sizing) for wish in looking]
        measures = measures_at(asked, looking[0].bot.timeframe, slot_ms=slot_ms)
    results = results_of_bots(counting) if counting else {}
    return lambda wish: {
        "measures": measures.get((wish.instrument_id, str(wish.bot.sizing.told())), Measures()),
        "results": results.get(wish.bot.public_id, Results()),
    }
