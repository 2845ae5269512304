"""The sandbox exchange as a process, and accounts of ours on it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from cryptouniverse.kernel.market import Side
from cryptouniverse.kernel.secret import Secret
from tests.trading.venue_stage import OpenBudget
from trading.exchanges.circuits import forget_circuits
from trading.exchanges.market_shelf import forget_listings
from trading.exchanges.services import order_venue
from trading.exchanges.types import OrderKind, OrderRequest

UNLIMITED = ("--weight-per-minute", "0", "--orders-per-10s", "0", "--orders-per-day", "0")


@pytest.fixture(scope="module")
def exchange(tmp_path_factory) -> Iterator[Any]:
    """One sandbox for the module, without limits."""
    from tests.sandbox.program import running

    with running(tmp_path_factory.mktemp("sandbox"), *UNLIMITED) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(exchange):
    """A sandbox as on its first day, with the account alice."""
    exchange.control("reset", {})
    exchange.account("alice")
    forget_listings()
    forget_circuits()
    return exchange


@asynccontextmanager
async def ours_on(sandbox: Any, key: str = "alice", **more: Any):
    """The account's OrderVenue."""
    keys = {"api_key": Secret(key), "secret": Secret(f"{key}-secret"), "budget": OpenBudget()}
    venue = order_venue(venue="binance", base_url=sandbox.url, **{**keys, **more})
    try:
        yield venue
    finally:
        await venue.close()


def on_sandbox(sandbox: Any, act: Callable[[Any], Awaitable[Any]], **more: Any) -> Any:
    """What `act` makes of the account."""

    async def played() -> Any:
        async with ours_on(sandbox, **more) as ours:
            return await act(ours)

    return asyncio.run(played())


def now_ms() -> int:
    """The wall's time: the sandbox has no other."""
    return time.time_ns() // 1_000_000


def a_buy(client_order_id: str = "cu-1", **changes: Any) -> OrderRequest:
    """A limit order far below the market, signed now for five seconds."""
    fields: dict[str, Any] = {
        "client_order_id": client_order_id,
        "symbol": "BTC/USDT",
        "side": Side.BUY,
        "kind": OrderKind.LIMIT,
        "quantity": Decimal("0.01"),
        "signed_at_ms": now_ms(),
        "window_ms": 5000,
        "limit_price": Decimal(30000),
    }
    return OrderRequest(**{**fields, **changes})


def a_sale(client_order_id: str = "cu-s", **changes: Any) -> OrderRequest:
    """A market order that sells."""
    more = {"side": Side.SELL, "kind": OrderKind.MARKET, "limit_price": None, **changes}
    return a_buy(client_order_id, **more)
