"""A venue on a real socket that answers as it was recorded, and remembers what it was asked."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from cryptouniverse.kernel.market import Side
from cryptouniverse.kernel.secret import Secret
from trading.exchanges.budget_shared import close_budgets
from trading.exchanges.budget_terms import Answer, Ask, Told
from trading.exchanges.circuits import forget_circuits
from trading.exchanges.market_shelf import forget_listings
from trading.exchanges.services import order_venue
from trading.exchanges.types import OrderKind, OrderRequest, OrderVenue
from trading.exchanges.venues.profile import VenueLimits

API_KEY, SECRET = "canary-key-7f3a", "canary-secret-91bd"
NOW_MS = 1_736_424_000_000
ORDER_TYPES = ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT"]
FILTERS = [
    {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000.00", "tickSize": "0.01"},
    {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"},
    {"filterType": "MARKET_LOT_SIZE", "minQty": "0", "maxQty": "120.5", "stepSize": "0"},
    {"filterType": "NOTIONAL", "minNotional": "5.0", "maxNotional": "9000000", "applyMinToMarket": True},
    {
        "filterType": "PERCENT_PRICE_BY_SIDE",
        "bidMultiplierUp": "5",
        "bidMultiplierDown": "0.2",
        "askMultiplierUp": "6",
        "askMultiplierDown": "0.3",
        "avgPriceMins": 5,
    },
    {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
]


def listed(base: str, quote: str, *, status: str = "TRADING", types: list[str] | None = None) -> dict[str, Any]:
    """One symbol of /exchangeInfo."""
    return {
        "symbol": base + quote,
        "status": status,
        "baseAsset": base,
        "baseAssetPrecision": 8,
        "quoteAsset": quote,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "orderTypes": ORDER_TYPES if types is None else types,
        "isSpotTradingAllowed": True,
        "filters": FILTERS,
        "permissionSets": [["SPOT"]],
    }


INFO = {
    "timezone": "UTC",
    "rateLimits": [
        {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000},
        {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 1000},
    ],
    "exchangeFilters": [],
    "symbols": [
        listed("BTC", "USDT"),
        listed("LTC", "BTC"),
        listed("BNB", "BTC", types=["LIMIT", "MARKET"]),
        listed("COINALPHA", "HBOT"),
        listed("OLD", "USDT", status="BREAK"),
    ],
}


@dataclass
class OpenBudget:
    """A budget that grants everything and remembers what it was asked and told."""

    limits: VenueLimits = field(default_factory=lambda: VenueLimits(6000, 100))
    asks: list[Ask] = field(default_factory=list)
    learned: list[Told] = field(default_factory=list)

    async def ask(self, ask: Ask) -> Answer:
        self.asks.append(ask)
        return Answer(True)

    async def learn(self, told: Told) -> None:
        self.learned.append(told)


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire."""

    method: str
    path: str
    params: dict[str, str]
    query: str
    headers: dict[str, str]

    @property
    def is_signed_with_the_secret(self) -> bool:
        """Whether the signature is that of all that stands before it."""
        body, _, signature = self.query.rpartition("&signature=")
        return hmac.compare_digest(hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).hexdigest(), signature)


@dataclass
class Replay:
    """Answers by (method, path): a value is (status, body), or what a function of the request makes of it."""

    answers: dict[tuple[str, str], Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers.setdefault(("GET", "/api/v3/exchangeInfo"), (200, INFO))
        self.answers.setdefault(("GET", "/api/v3/time"), (200, {"serverTime": NOW_MS}))

    def of(self, path: str) -> list[Asked]:
        """The requests to `path`."""
        return [each for each in self.asked if each.path == path]

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        query = request.rel_url.raw_query_string or (await request.read()).decode()
        asked = Asked(request.method, request.path, dict(parse_qsl(query)), query, dict(request.headers))
        self.asked.append(asked)
        answer = self.answers.get((request.method, request.path), (404, {"code": -1, "msg": "no such route"}))
        if callable(answer):
            answer = answer(asked)
            if asyncio.iscoroutine(answer):
                answer = await answer
        if isinstance(answer, web.StreamResponse):
            return answer
        status, body = answer
        text = body if isinstance(body, str) else json.dumps(body)
        kind = "text/html" if isinstance(body, str) else "application/json"
        return web.Response(status=status, text=text, content_type=kind, headers=self.headers)


@asynccontextmanager
async def serving(replay: Callable[[web.Request], Awaitable[web.StreamResponse]]):
    """The venue's address while it answers."""
    runner = web.ServerRunner(web.Server(replay, access_log=None), shutdown_timeout=0.01)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def ours_at(address: str, **more: Any) -> OrderVenue:
    """An account of ours at `address`, with a budget that grants everything."""
    keys = {"api_key": Secret(API_KEY), "secret": Secret(SECRET), "budget": OpenBudget()}
    return order_venue(base_url=address, **{"venue": "binance", **keys, **more})


@asynccontextmanager
async def account(replay: Replay, *, venue: str = "binance", **more: Any):
    """An OrderVenue whose venue is `replay`."""
    forget_listings()
    forget_circuits()
    async with serving(replay) as address:
        keys = {"api_key": Secret(API_KEY), "secret": Secret(SECRET)}
        ours = order_venue(venue=venue, base_url=address, **{**keys, **more})
        try:
            yield ours
        finally:
            await ours.close()
            await close_budgets()


def at_venue(replay: Replay, act: Callable[[Any], Awaitable[Any]], **more: Any) -> Any:
    """What `act` makes of an account at `replay`."""

    async def played() -> Any:
        async with account(replay, **more) as ours:
            return await act(ours)

    return asyncio.run(played())


def an_order(**changes: Any) -> OrderRequest:
    """A limit order for 0.5 BTC at 60000.10, signed at NOW_MS for five seconds."""
    fields: dict[str, Any] = {
        "client_order_id": "cu-ABC123",
        "symbol": "BTC/USDT",
        "side": Side.BUY,
        "kind": OrderKind.LIMIT,
        "quantity": Decimal("0.50000"),
        "signed_at_ms": NOW_MS,
        "window_ms": 4000,
        "limit_price": Decimal("60000.10"),
    }
    return OrderRequest(**{**fields, **changes})
