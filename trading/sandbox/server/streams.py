"""Streams: who listens to what, and what they are told when the exchange's facts are written down."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any

import orjson
from aiohttp import web

from trading.sandbox.server.exchange import Exchange
from trading.sandbox.server.faults import STREAM
from trading.sandbox.server.market_data import best
from trading.sandbox.venue.book import depth
from trading.sandbox.venue.market_events import (
    INTERVALS,
    Event,
    aggregate_event,
    candles,
    changes,
    day,
    kline_event,
    mini_event,
    ticker_event,
    trade_event,
)
from trading.sandbox.venue.state import Fact
from trading.sandbox.venue.user_events import user_events

FLUSH_S = 0.1
LEVELS = 1000
_BREAK = b""


class Connection:
    """One open WebSocket. What is sent waits in a queue, so that a slow reader holds nobody up."""

    def __init__(self, socket: web.WebSocketResponse, *, combined: bool = False) -> None:
        self.socket = socket
        self.combined = combined
        self.streams: set[str] = set()
        self.accounts: dict[str, int | None] = {}  # account: the number of its subscription, None for a listen key
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._held: bytes | None = None

    def send(self, message: Any) -> None:
        """Queue one message."""
        self._put(orjson.dumps(message))

    def send_event(self, account: str, event: Event, fault: str) -> None:
        """Queue an event of the account's stream, with what a fault makes of it."""
        number = self.accounts[account]
        content = orjson.dumps(event if number is None else {"subscriptionId": number, "event": event})
        if fault == "stream_break":
            self._put(_BREAK)
        elif fault == "stream_out_of_order" and self._held is None:
            self._held = content  # goes out behind the next one
        elif fault != "stream_drop":
            for _ in range(2 if fault == "stream_duplicate" else 1):
                self._put(content)
            if self._held is not None:
                self._put(self._held)
                self._held = None

    def send_stream(self, name: str, event: Any) -> None:
        """Queue an event of a market stream."""
        self.send({"stream": name, "data": event} if self.combined else event)

    def _put(self, content: bytes) -> None:
        self._queue.put_nowait(content)

    def end(self) -> None:
        """Close the connection once what waits was sent."""
        self._put(_BREAK)

    async def write(self) -> None:
        """Send what is queued, until the connection ends."""
        while content := await self._queue.get():
            await self.socket.send_str(content.decode())
        await self.socket.close()


class Streams:
    """All connections of one exchange."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.connections: set[Connection] = set()
        self._shown: dict[str, int] = {}
        self._depths: dict[str, tuple[int, dict[int, int], dict[int, int]]] = {}
        self._dirty: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        exchange.listeners.append(self.tell)

    def tell(self, facts: list[Fact]) -> None:
        """Tell every listener what these facts mean for it."""
        if not self.connections:
            return
        for account, event in user_events(self.exchange.venue, facts):
            self._tell_account(account, event)
        if touched := {fact["symbol"] for fact in facts if "symbol" in fact}:
            self._show_trades(touched)
            self._dirty |= touched
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(FLUSH_S, self._flush)

    def _tell_account(self, account: str, event: Event) -> None:
        for connection in self.connections:
            if account in connection.accounts:
                struck = self.exchange.faults.strike(STREAM, account) if self.exchange.faults else {}
                self.exchange.note_faults(struck, account, "stream", str(event.get("c", "")))
                connection.send_event(account, event, next(iter(struck), ""))

    def follow(self, connection: Connection, names: list[str]) -> None:
        """Let a connection listen to market streams."""
        connection.streams |= set(names)
        for name in names:
            symbol = name.partition("@")[0].upper()
            if symbol in self.exchange.venue.books:
                self._shown.setdefault(symbol, self.exchange.venue.books[symbol].last_trade_id)
                if "@depth" in name and symbol not in self._depths:
                    self._depths[symbol] = (self.exchange.update_id(symbol), *self._sides(symbol))

    def _listeners(self) -> dict[str, list[Connection]]:
        listeners: dict[str, list[Connection]] = defaultdict(list)
        for connection in self.connections:
            for name in connection.streams:
                listeners[name].append(connection)
        return listeners

    def _show_trades(self, symbols: set[str]) -> None:
        listeners = self._listeners()
        for symbol in symbols & self._shown.keys():
            book, low = self.exchange.venue.books[symbol], symbol.lower()
            if book.last_trade_id < self._shown[symbol]:
                self._shown[symbol] = 0  # the exchange was reset
            fresh = [trade for trade in book.prints if trade.id > self._shown[symbol]]
            self._shown[symbol] = book.last_trade_id
            for trade in fresh:
                for name, event in (("trade", trade_event), ("aggTrade", aggregate_event)):
                    for connection in listeners.get(f"{low}@{name}", ()):
                        connection.send_stream(f"{low}@{name}", event(symbol, trade))

    def _flush(self) -> None:
        """Show what became of the books, tickers and candles since the last time."""
        self._timer = None
        symbols, self._dirty = self._dirty, set()
        events: dict[str, Any] = {}
        for name, connections in self._listeners().items():
            symbol, _, kind = name.partition("@")
            events[name] = events.get(name) or self._event(name, symbol.upper(), kind, symbols)
            for connection in connections:
                if events[name]:
                    connection.send_stream(name, events[name])
        for symbol in symbols & self._depths.keys():
            self._depths[symbol] = (self.exchange.update_id(symbol), *self._sides(symbol))

    def _event(self, name: str, symbol: str, kind: str, symbols: set[str]) -> Any:
        """What a stream says now; nothing where nothing happened."""
        venue, now = self.exchange.venue, self.exchange.now_ms()
        if name in {"!ticker@arr", "!miniTicker@arr"}:
            single = name[1:].partition("@")[0]
            return [self._event("", each, single, symbols) for each in sorted(symbols & venue.markets.keys())]
        if symbol not in symbols or symbol not in venue.markets:
            return None
        market, book = venue.markets[symbol], venue.books[symbol]
        if kind == "bookTicker":
            row = best(venue, market)
            short = {"s": "symbol", "b": "bidPrice", "B": "bidQty", "a": "askPrice", "A": "askQty"}
            return {"u": self.exchange.update_id(symbol)} | {key: row[each] for key, each in short.items()}
        if kind == "ticker":
            return ticker_event(day(market, book, now), best(venue, market), now)
        if kind == "miniTicker":
            return mini_event(day(market, book, now), now)
        if kind.startswith("kline_") and (length := INTERVALS.get(kind[6:])):
            bars = candles(book, length, 0, 2**62)
            return kline_event(symbol, kind[6:], bars[-1], now) if bars else None
        return self._depth_event(symbol, kind, now) if kind.startswith("depth") else None

    def _depth_event(self, symbol: str, kind: str, now: int) -> Any:
        bids, asks = self._sides(symbol)
        number = self.exchange.update_id(symbol)
        if levels := kind.partition("@")[0].removeprefix("depth"):
            market, book = self.exchange.venue.markets[symbol], self.exchange.venue.books[symbol]
            sides = (depth(market, book, buys, int(levels)) for buys in (True, False))
            tops = [changes({}, dict(side)) for side in sides]
            return {"lastUpdateId": number, "bids": tops[0][::-1], "asks": tops[1]}
        before, old_bids, old_asks = self._depths[symbol]
        return {
            "e": "depthUpdate",
            "E": now,
            "s": symbol,
            "U": before + 1,
            "u": number,
            "b": changes(old_bids, bids),
            "a": changes(old_asks, asks),
        }

    def _sides(self, symbol: str) -> tuple[dict[int, int], dict[int, int]]:
        market, book = self.exchange.venue.markets[symbol], self.exchange.venue.books[symbol]
        return dict(depth(market, book, True, LEVELS)), dict(depth(market, book, False, LEVELS))
