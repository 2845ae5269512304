"""The candles that closed in a slot, for the instruments that bots watch or portfolios hold."""

from __future__ import annotations

from collections.abc import Collection

from cryptouniverse.kernel.market import Timeframe
from trading.execution.types import Candle
from trading.marketdata.selectors import bars_of_many, instruments
from trading.portfolio.selectors import instruments_held


def candles_at(timeframe: Timeframe, slot_ms: int, *, instrument_ids: Collection[str]) -> dict[str, Candle]:
    """Instrument id -> its candle of slot `slot_ms`. Instruments without one are left out: they have no price now."""
    listed = instruments(sorted({*instrument_ids, *instruments_held()}))
    bars = bars_of_many(listed, timeframe, start_ms=slot_ms, end_ms=slot_ms + timeframe.ms)
    return {
        name: Candle(listed[name], int(b.open[0]), int(b.high[0]), int(b.low[0]), int(b.close[0]))
        for name, b in bars.items()
        if len(b)
    }
