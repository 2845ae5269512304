"""Candles, 24-hour figures and the messages of the market streams, in Binance's shape. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from trading.sandbox.venue.amounts import UNIT, text
from trading.sandbox.venue.book import Book, Candle, Print
from trading.sandbox.venue.markets import Market

DAY_MS: Final = 86_400_000
INTERVALS: Final = {
    "1s": 1000,
    "1m": 60_000,
    "3m": 180_000,
    "5m": 300_000,
    "15m": 900_000,
    "30m": 1_800_000,
    "1h": 3_600_000,
    "2h": 7_200_000,
    "4h": 14_400_000,
    "6h": 21_600_000,
    "8h": 28_800_000,
    "12h": 43_200_000,
    "1d": DAY_MS,
    "3d": 3 * DAY_MS,
    "1w": 7 * DAY_MS,
    "1M": 30 * DAY_MS,
}
Event = dict[str, Any]


def candles(book: Book, interval_ms: int, start_ms: int, end_ms: int) -> list[Candle]:
    """The market's candles: of the bars that were posted, else of its trades; oldest first."""
    merged: list[Candle] = []
    for bar in book.bars or book.minutes:
        open_ms = bar.open_ms - bar.open_ms % interval_ms
        if not start_ms <= open_ms <= end_ms:
            continue
        if merged and merged[-1].open_ms == open_ms:
            last = merged[-1]
            last.high, last.low, last.close = max(last.high, bar.high), min(last.low, bar.low), bar.close
            last.volume += bar.volume
        else:
            merged.append(Candle(open_ms, bar.open, bar.high, bar.low, bar.close, bar.volume))
    return merged


def kline(bar: Candle, interval_ms: int) -> list[Any]:
    """A candle as /api/v3/klines lists it."""
    quote = text(_quote_volume(bar))
    half = text(bar.volume // 2)
    return [
        bar.open_ms,
        text(bar.open),
        text(bar.high),
        text(bar.low),
        text(bar.close),
        text(bar.volume),
        bar.open_ms + interval_ms - 1,
        quote,
        1,
        half,
        text(_quote_volume(bar) // 2),
        "0",
    ]


def day(market: Market, book: Book, now_ms: int) -> Event:
    """The figures of the last 24 hours, as /api/v3/ticker/24hr shows them, without bid and ask."""
    end_ms = book.bars[-1].open_ms if book.bars else now_ms
    bars = candles(book, INTERVALS["1m"], end_ms - DAY_MS, end_ms) or [
        Candle(now_ms, book.last, book.last, book.last, book.last, 0)
    ]
    first, volume = bars[0].open, sum(bar.volume for bar in bars)
    quote = sum(_quote_volume(bar) for bar in bars)
    change = book.last - first
    last = book.prints[-1].quantity if book.prints else 0
    return {
        "symbol": market.symbol,
        "priceChange": text(change),
        "priceChangePercent": text(change * 100 * UNIT // first)[:-5],
        "weightedAvgPrice": text(quote * UNIT // volume if volume else book.last),
        "prevClosePrice": text(first),
        "lastPrice": text(book.last),
        "lastQty": text(last),
        "openPrice": text(first),
        "highPrice": text(max(bar.high for bar in bars)),
        "lowPrice": text(min(bar.low for bar in bars)),
        "volume": text(volume),
        "quoteVolume": text(quote),
        "openTime": end_ms - DAY_MS,
        "closeTime": end_ms,
        "firstId": 1 if book.last_trade_id else -1,
        "lastId": book.last_trade_id or -1,
        "count": book.last_trade_id,
    }


def trade_event(symbol: str, trade: Print) -> Event:
    """A trade of the stream SYMBOL@trade."""
    return {
        "e": "trade",
        "E": trade.at_ms,
        "s": symbol,
        "t": trade.id,
        "p": text(trade.price),
        "q": text(trade.quantity),
        "T": trade.at_ms,
        "m": trade.buyer_is_maker,
        "M": True,
    }


def aggregate_event(symbol: str, trade: Print) -> Event:
    """A trade of the stream SYMBOL@aggTrade: each stands alone."""
    event = trade_event(symbol, trade)
    del event["t"]
    return event | {"e": "aggTrade", "a": trade.id, "f": trade.id, "l": trade.id}


def kline_event(symbol: str, interval: str, bar: Candle, now_ms: int) -> Event:
    """The candle of the stream SYMBOL@kline_INTERVAL."""
    length = INTERVALS[interval]
    return {
        "e": "kline",
        "E": now_ms,
        "s": symbol,
        "k": {
            "t": bar.open_ms,
            "T": bar.open_ms + length - 1,
            "s": symbol,
            "i": interval,
            "f": -1,
            "L": -1,
            "o": text(bar.open),
            "c": text(bar.close),
            "h": text(bar.high),
            "l": text(bar.low),
            "v": text(bar.volume),
            "n": 1,
            "x": now_ms >= bar.open_ms + length,
            "q": text(_quote_volume(bar)),
            "V": text(bar.volume // 2),
            "Q": text(_quote_volume(bar) // 2),
            "B": "0",
        },
    }


def ticker_event(figures: Event, best: Event, now_ms: int) -> Event:
    """The message of SYMBOL@ticker."""
    short = {
        "s": "symbol",
        "p": "priceChange",
        "P": "priceChangePercent",
        "w": "weightedAvgPrice",
        "x": "prevClosePrice",
        "c": "lastPrice",
        "Q": "lastQty",
        "o": "openPrice",
        "h": "highPrice",
        "l": "lowPrice",
        "v": "volume",
        "q": "quoteVolume",
        "O": "openTime",
        "C": "closeTime",
        "F": "firstId",
        "L": "lastId",
        "n": "count",
    }
    sides = {"b": best["bidPrice"], "B": best["bidQty"], "a": best["askPrice"], "A": best["askQty"]}
    return {"e": "24hrTicker", "E": now_ms} | {key: figures[name] for key, name in short.items()} | sides


def mini_event(figures: Event, now_ms: int) -> Event:
    """The message of SYMBOL@miniTicker."""
    short = {
        "s": "symbol",
        "c": "lastPrice",
        "o": "openPrice",
        "h": "highPrice",
        "l": "lowPrice",
        "v": "volume",
        "q": "quoteVolume",
    }
    return {"e": "24hrMiniTicker", "E": now_ms} | {key: figures[name] for key, name in short.items()}


def changes(before: dict[int, int], after: dict[int, int]) -> list[list[str]]:
    """What a side of the book has become: price and size of each level that is new, other, or gone (size 0)."""
    levels: Iterable[int] = sorted({*before, *after})
    return [[text(at), text(after.get(at, 0))] for at in levels if before.get(at) != after.get(at)]


def _quote_volume(bar: Candle) -> int:
    return bar.volume * (bar.high + bar.low) // (2 * UNIT)
