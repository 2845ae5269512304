"""The practice exchange trades at the prices of the market that is shown: closed candles are handed to it."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from trading.connections.errors import SandboxUnavailable
from trading.connections.selectors import practises
from trading.connections.services import show_bars
from trading.marketdata.selectors import feed_state, market_pairs, prices_at

log = structlog.get_logger(__name__)


def show_market(slots_ms: Sequence[int]) -> int:
    """Hand the candles of these slots to the sandbox; how many. None where no connection of the tenant trades there.

    A bar that it knows already changes nothing there, so that telling it twice does no harm. Without the sandbox
    nothing happens: its prices stand still until it is back.
    """
    if not practises():
        return 0
    feed = feed_state()
    names = set(market_pairs(feed.source, feed.timeframe))
    bars = []
    for slot_ms in sorted(slots_ms):
        for instrument, prices in prices_at(names, feed.timeframe, slot_ms=slot_ms).values():
            opened, high, low, close = (format(instrument.price_of(ticks), "f") for ticks in prices)
            bar = {"symbol": f"{instrument.base}{instrument.quote}", "open_ms": slot_ms, "volume": "0"}
            bars.append({**bar, "open": opened, "high": high, "low": low, "close": close})
    try:
        show_bars(bars)
    except SandboxUnavailable as error:
        log.warning("the practice exchange did not hear of new candles", reason=error.sentence())
        return 0
    return len(bars)
