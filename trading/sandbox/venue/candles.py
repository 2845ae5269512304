"""Bars from outside: checked, counted once, and walked the way the mode wants it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trading.sandbox.venue.amounts import text, units
from trading.sandbox.venue.bars import meet_bar, on_tick
from trading.sandbox.venue.book import Candle
from trading.sandbox.venue.state import Venue
from trading.sandbox.venue.walking import walk_bar

_PRICES = ("open", "high", "low", "close")


def parsed(raw: Mapping[str, Any]) -> tuple[str, Candle]:
    """The symbol and the bar of a JSON object, prices as decimal strings. Raises ValueError, KeyError."""
    open_, high, low, close = (units(str(raw[name])) for name in _PRICES)
    return str(raw["symbol"]), Candle(int(raw["open_ms"]), open_, high, low, close, units(str(raw.get("volume", "0"))))


def post_bar(venue: Venue, symbol: str, bar: Candle, at_ms: int) -> bool:
    """Walk a bar, unless it was walked before. Raises ValueError for one that cannot be, or that comes too late."""
    market, book = venue.markets[symbol], venue.books[symbol]
    if not 0 < bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high or bar.volume < 0:
        raise ValueError(f"{symbol} {bar.open_ms}: low, open, close and high are not in order")
    if book.bars and bar.open_ms <= book.bars[-1].open_ms:
        if any(each.open_ms == bar.open_ms for each in book.bars):
            return False
        raise ValueError(f"{symbol} {bar.open_ms}: a later bar was walked already")
    bar = on_tick(market, bar)
    figures = {name: text(getattr(bar, name)) for name in (*_PRICES, "volume")}
    venue.note("bar", at_ms, symbol=symbol, open_ms=bar.open_ms, **figures)
    book.bars.append(bar)
    (meet_bar if venue.in_bars else walk_bar)(venue, symbol, bar, at_ms)
    return True
