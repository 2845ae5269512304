"""The control face under /sandbox/: accounts, markets, prices, bars, faults, the journal. JSON in, JSON out."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any

import orjson
from aiohttp import web

from trading.sandbox.server.exchange import Exchange, markets_from
from trading.sandbox.server.limits import Limits
from trading.sandbox.server.streams import Streams
from trading.sandbox.venue import bodies, candles, opening, walking
from trading.sandbox.venue.amounts import text, units

Answer = Callable[[Exchange, Any, list[str]], Any]


class Control:
    """Answers the control requests. token: what X-Sandbox-Token must be; "" lets everybody in."""

    def __init__(self, exchange: Exchange, streams: Streams, token: str) -> None:
        self._exchange = exchange
        self._streams = streams
        self._token = token

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """The reply to one control request."""
        if self._token and not hmac.compare_digest(request.headers.get("X-Sandbox-Token", ""), self._token):
            return _json({"error": "X-Sandbox-Token is missing or wrong"}, 403)
        name, *rest = request.path.removeprefix("/sandbox/").split("/")
        if (request.method, name) == ("POST", "streams"):
            return _json(self._break_streams())
        answer = _ANSWERS.get((request.method, name))
        if answer is None:
            return _json({"error": f"there is no {request.method} {request.path}"}, 404)
        try:
            content = await request.read()
            asked = orjson.loads(content) if content else dict(request.query)
            return _json(self._act(answer, name, asked, rest))
        except KeyError as error:
            return _json({"error": f"there is no {error}, or it is missing"}, 404)
        except (ValueError, TypeError, AttributeError) as error:
            return _json({"error": str(error)}, 400)

    def _act(self, answer: Answer, name: str, asked: Any, rest: list[str]) -> Any:
        """Do what is asked, as one action; what was done before a complaint is written down too."""
        try:
            return answer(self._exchange, asked, rest)
        finally:
            self._exchange.venue.settle(self._exchange.now_ms(), f"control {name}")
            self._exchange.commit()

    def _break_streams(self) -> Any:
        """Close every WebSocket, as an exchange does once a day."""
        for connection in self._streams.connections:
            connection.end()
        return {"closed": len(self._streams.connections)}


def _open_account(exchange: Exchange, asked: Any, _rest: list[str]) -> Any:
    account = opening.open_account(exchange.venue, asked, exchange.now_ms())
    if secret := asked.get("secret"):
        exchange.keep_secret(account.key, str(secret))
    return _account(exchange, asked, [account.key])


def _account(exchange: Exchange, _asked: Any, rest: list[str]) -> Any:
    account = exchange.venue.accounts[rest[0]]
    return {
        "api_key": account.key,
        "revoked": account.revoked,
        "balances": {
            asset: {"free": text(account.free[asset]), "locked": text(account.locked[asset])}
            for asset in account.assets()
        },
        "open_orders": [bodies.looked_up(order) for order in account.open.values()],
    }


def _markets(exchange: Exchange, asked: Any, rest: list[str]) -> Any:
    if len(rest) == 2 and rest[1] == "status":
        opening.set_status(exchange.venue, rest[0], str(asked["status"]).upper(), exchange.now_ms())
    else:
        for market in markets_from(asked if isinstance(asked, list) else [asked]):
            walking.open_market(exchange.venue, market, exchange.now_ms())
    return {"markets": [market.facts() for market in exchange.venue.markets.values()]}


def _price(exchange: Exchange, asked: Any, _rest: list[str]) -> Any:
    for each in asked if isinstance(asked, list) else [asked]:
        symbol, price = each["symbol"], units(str(each["price"]))
        if price <= 0:
            raise ValueError("a price is above zero")
        walking.move_price(exchange.venue, symbol, price, exchange.now_ms())
    return {"prices": {symbol: text(book.last) for symbol, book in exchange.venue.books.items()}}


def _bars(exchange: Exchange, asked: Any, rest: list[str]) -> Any:
    if rest == ["next"]:
        if exchange.player is None:
            raise ValueError("there are no candles: start with --candles FOLDER")
        return {"walked": sum(exchange.player.step() for _ in range(int(asked.get("count", 1))))}
    bars = [candles.parsed(each) for each in (asked if isinstance(asked, list) else [asked])]
    walked = 0
    for symbol, bar in bars:
        now = exchange.now_ms()
        walked += candles.post_bar(exchange.venue, symbol, bar, now)
        exchange.venue.settle(now, "bar")
        exchange.commit()
    return {"walked": walked}


def _faults(exchange: Exchange, asked: Any, _rest: list[str]) -> Any:
    scope = asked.get("account") or ""
    if scope:
        opening.open_account(exchange.venue, asked | {"api_key": exchange.venue.accounts[scope].key}, exchange.now_ms())
    else:
        opening.set_habits(exchange.venue, asked, exchange.now_ms())
    faults, seed = asked.get("faults", []), int(asked.get("seed", exchange.options.seed))
    exchange.faults.replace(scope, faults, seed)
    exchange.venue.note("faults", exchange.now_ms(), scope=scope, seed=seed, faults=faults)
    return {"faults": faults}


def _limits(exchange: Exchange, asked: Any, _rest: list[str]) -> Any:
    before = exchange.limits
    exchange.limits = Limits(  # what was counted so far is forgotten
        int(asked.get("weight_per_minute", before.weight_per_minute)),
        int(asked.get("orders_per_10s", before.orders_per_10s)),
        int(asked.get("orders_per_day", before.orders_per_day)),
    )
    return {"limits": exchange.limits.listed()}


def _reset(exchange: Exchange, _asked: Any, _rest: list[str]) -> Any:
    exchange.reset()
    return {}


def _journal(exchange: Exchange, asked: Any, _rest: list[str]) -> Any:
    return exchange.journal.after(int(asked.get("after", 0)), int(asked.get("limit", 10_000)))


def _health(exchange: Exchange, _asked: Any, _rest: list[str]) -> Any:
    venue = exchange.venue
    return {
        "ok": True,
        "mode": "bar" if venue.in_bars else "book",
        "home": str(exchange.options.home),
        "server_ms": exchange.now_ms(),
        "last_fact": exchange.journal.last,
        "accounts": len(venue.accounts),
        "orders": len(venue.orders),
        "prices": {symbol: text(book.last) for symbol, book in venue.books.items()},
    }


_ANSWERS: dict[tuple[str, str], Answer] = {
    ("POST", "accounts"): _open_account,
    ("PATCH", "accounts"): _open_account,
    ("GET", "accounts"): _account,
    ("POST", "markets"): _markets,
    ("POST", "price"): _price,
    ("POST", "bars"): _bars,
    ("POST", "faults"): _faults,
    ("POST", "limits"): _limits,
    ("POST", "reset"): _reset,
    ("GET", "journal"): _journal,
    ("GET", "health"): _health,
}


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
