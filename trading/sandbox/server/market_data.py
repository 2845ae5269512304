"""Public endpoints: time, markets, prices, books, trades, candles."""

from __future__ import annotations

from typing import Any

import orjson

from trading.sandbox.server.calls import Call, endpoint
from trading.sandbox.venue import intake, refusals
from trading.sandbox.venue.amounts import text, worth
from trading.sandbox.venue.book import depth
from trading.sandbox.venue.intake import Params
from trading.sandbox.venue.market_events import INTERVALS, aggregate_event, candles, day, kline
from trading.sandbox.venue.markets import DELISTED, Market
from trading.sandbox.venue.state import Venue


@endpoint("GET", "/api/v3/ping", ws="ping")
def ping(_call: Call) -> Any:
    """Nothing, to show that somebody is there."""
    return {}


@endpoint("GET", "/api/v3/time", ws="time")
def time(call: Call) -> Any:
    """The exchange's time."""
    return {"serverTime": call.now_ms}


@endpoint("GET", "/api/v3/exchangeInfo", weight=20, ws="exchangeInfo")
def exchange_info(call: Call) -> Any:
    """Every market that is not delisted, or some."""
    infos = call.exchange.market_infos()
    head = orjson.dumps(
        {
            "timezone": "UTC",
            "serverTime": call.now_ms,
            "rateLimits": call.exchange.limits.listed(),
            "exchangeFilters": [],
        }
    )
    listed = b",".join(infos[market.symbol] for market in _chosen(call))
    return b'%s,"symbols":[%s]}' % (head[:-1], listed)


@endpoint("GET", "/api/v3/ticker/price", weight=lambda p: 2 if p.get("symbol") else 4, ws="ticker.price")
def price(call: Call) -> Any:
    """The last price of one market, of some, or of all."""
    return _one_or_all(
        call, lambda market: {"symbol": market.symbol, "price": text(call.venue.books[market.symbol].last)}
    )


@endpoint("GET", "/api/v3/ticker/bookTicker", weight=lambda p: 2 if p.get("symbol") else 4, ws="ticker.book")
def book_ticker(call: Call) -> Any:
    """The best bid and ask of one market, of some, or of all."""
    return _one_or_all(call, lambda market: best(call.venue, market))


@endpoint("GET", "/api/v3/depth", weight=lambda p: 5 if intake.whole(p, "limit", 100) <= 100 else 25, ws="depth")
def order_book(call: Call) -> Any:
    """The book of a market."""
    market, book = call.market, call.book
    limit = intake.whole(call.params, "limit", 100)
    return {
        "lastUpdateId": call.exchange.update_id(market.symbol),
        "bids": [[text(at), text(size)] for at, size in depth(market, book, True, limit)],
        "asks": [[text(at), text(size)] for at, size in depth(market, book, False, limit)],
    }


def best(venue: Venue, market: Market) -> dict[str, Any]:
    """The best bid and ask of a market, as the ticker shows them."""
    book = venue.books[market.symbol]
    bid, ask = (next(iter(depth(market, book, buys, 1)), (0, 0)) for buys in (True, False))
    return {
        "symbol": market.symbol,
        "bidPrice": text(bid[0]),
        "bidQty": text(bid[1]),
        "askPrice": text(ask[0]),
        "askQty": text(ask[1]),
    }


@endpoint("GET", "/api/v3/trades", weight=25, ws="trades.recent")
def recent_trades(call: Call) -> Any:
    """The last trades of a market, oldest first."""
    prints = list(call.book.prints)[-(min(intake.whole(call.params, "limit", 500), 1000) or 500) :]
    return [
        {
            "id": trade.id,
            "price": text(trade.price),
            "qty": text(trade.quantity),
            "quoteQty": text(worth(trade.price, trade.quantity)),
            "time": trade.at_ms,
            "isBuyerMaker": trade.buyer_is_maker,
            "isBestMatch": True,
        }
        for trade in prints
    ]


endpoint("GET", "/api/v3/historicalTrades", weight=25, ws="trades.historical")(recent_trades)


@endpoint("GET", "/api/v3/aggTrades", weight=4, ws="trades.aggregate")
def aggregate_trades(call: Call) -> Any:
    """The last trades of a market, each on its own, from an id or a time on."""
    limit = min(intake.whole(call.params, "limit", 500), 1000) or 500
    first, start, end = (intake.whole(call.params, name, 0) for name in ("fromId", "startTime", "endTime"))
    rows = [trade for trade in call.book.prints if trade.id >= first and start <= trade.at_ms <= (end or trade.at_ms)]
    names = ("a", "p", "q", "f", "l", "T", "m", "M")
    events = [
        aggregate_event(call.market.symbol, trade) for trade in (rows[:limit] if first or start else rows[-limit:])
    ]
    return [{name: event[name] for name in names} for event in events]


@endpoint("GET", "/api/v3/klines", weight=2, ws="klines")
def klines(call: Call) -> Any:
    """Candles of a market."""
    market = call.market
    interval = INTERVALS.get(intake.required(call.params, "interval"))
    if interval is None:
        raise refusals.invalid_choice(-1120, "interval")
    limit = min(intake.whole(call.params, "limit", 500), 1000) or 500
    start, end = (intake.whole(call.params, name, 0) for name in ("startTime", "endTime"))
    bars = candles(call.venue.books[market.symbol], interval, start, end or 2**62)
    return [kline(bar, interval) for bar in (bars[:limit] if start else bars[-limit:])]


endpoint("GET", "/api/v3/uiKlines", weight=2, ws="uiKlines")(klines)


@endpoint("GET", "/api/v3/avgPrice", weight=2, ws="avgPrice")
def average_price(call: Call) -> Any:
    """The price that the filters measure by: the last one."""
    return {"mins": 5, "price": text(call.book.last), "closeTime": call.now_ms}


@endpoint("GET", "/api/v3/ticker/24hr", weight=lambda p: 2 if p.get("symbol") else 80, ws="ticker.24hr")
def ticker(call: Call) -> Any:
    """The last 24 hours of one market, of some, or of all."""

    def row(market: Market) -> dict[str, Any]:
        figures = day(market, call.venue.books[market.symbol], call.now_ms)
        return figures | best(call.venue, market)

    return _one_or_all(call, row)


def _one_or_all(call: Call, row: Any) -> Any:
    if call.params.get("symbol"):
        return row(call.market)
    return [row(market) for market in _chosen(call)]


def _chosen(call: Call) -> list[Market]:
    """The markets that `symbol` or `symbols` name, else all that are not delisted. Raises Refusal."""
    markets = call.venue.markets
    if call.params.get("symbol"):
        return [call.market]
    if not (raw := call.params.get("symbols")):
        return [market for market in markets.values() if market.status != DELISTED]
    return [intake.market_of(markets, {"symbol": symbol}) for symbol in _symbols(raw)]


def _symbols(raw: str) -> Params | list[str]:
    try:
        symbols = orjson.loads(raw)
    except orjson.JSONDecodeError:
        symbols = None
    if not isinstance(symbols, list) or not all(isinstance(each, str) for each in symbols):
        raise refusals.illegal("symbols", '^\\["[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}\\]$')
    return symbols
