"""How far a market has come that kept runs go over."""

from __future__ import annotations

from collections.abc import Iterable

from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import feed_state, instruments


def shown_until(ids: Iterable[str], end_ms: int) -> int:
    """`end_ms`, or where a simulated market has come to if one of these is listed there: its later candles are stored
    already and have not happened.
    """
    try:
        feed = feed_state()
    except NoMarket:
        return end_ms
    if feed.simulated and any(one.simulated for one in instruments(ids).values()):
        return min(end_ms, feed.cursor_ms + feed.timeframe.ms)
    return end_ms
