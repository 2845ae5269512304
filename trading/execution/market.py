"""The market as orders meet it: what time it is there, how old its last price is, and the candles so far."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Bars
from trading.execution.over_time import BarsSince
from trading.marketdata.selectors import bars_of
from trading.marketdata.types import FeedState


def market_now_ms(feed: FeedState) -> int:
    """The market's time, UTC ms: its last candle has just closed. A replayed one lives at its own pace."""
    return feed.cursor_ms + feed.timeframe.ms


def price_age_s(feed: FeedState, *, by_the_wall: bool) -> Decimal:
    """How old the last price is. by_the_wall: for real money, where a replayed price is as old as its candle."""
    expected_s = 1 / feed.speed if feed.speed else Decimal(0)
    age_s = Decimal(int((clock.now() - feed.updated_at).total_seconds())) - expected_s
    if by_the_wall:
        age_s = max(age_s, Decimal(clock.to_ms(clock.now()) - market_now_ms(feed)) / 1000)
    return max(age_s, Decimal(0))


def bars_until_now(instrument_id: str, feed: FeedState) -> BarsSince:
    """The market's candles of an instrument from a moment until now."""

    def since(start_ms: int) -> Bars:
        return bars_of(instrument_id, feed.timeframe, start_ms=start_ms, end_ms=market_now_ms(feed))

    return since
