"""What stored candles say to ways of sizing that look at them, read for a whole slot at once."""

from __future__ import annotations

from collections.abc import Iterable

from cryptouniverse.kernel.market import Timeframe
from strategies.catalog.measuring import measured
from trading.marketdata.selectors import bars_of_many
from trading.risk.types import METHODS, Measures, Sizing


def measures_at(
    wanted: Iterable[tuple[str, Sizing]], timeframe: Timeframe, *, slot_ms: int
) -> dict[tuple[str, str], Measures]:
    """(instrument id, method with its numbers as text) -> what its candles up to `slot_ms` say. One query.

    Methods that look at no candles are left out.
    """
    asked = {(instrument_id, str(sizing.told())): (instrument_id, sizing) for instrument_id, sizing in wanted}
    needed = {key: METHODS[sizing.method].candles(sizing) for key, (_, sizing) in asked.items()}
    needed = {key: count for key, count in needed.items() if count}
    if not needed:
        return {}
    start_ms = slot_ms - max(needed.values()) * timeframe.ms
    names = sorted({asked[key][0] for key in needed})
    bars = bars_of_many(names, timeframe, start_ms=start_ms, end_ms=slot_ms + timeframe.ms)
    found = {}
    for key, count in needed.items():
        name, sizing = asked[key]
        since = int(bars[name].open_ms.searchsorted(slot_ms - count * timeframe.ms, side="right"))
        found[key] = measured(bars[name][since:], sizing)  # its own stretch, whatever else is asked for in the slot
    return found
