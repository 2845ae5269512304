"""A venue's peculiarities in one class. The base is any venue that ccxt knows and nobody tried: it promises nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from trading.exchanges.capabilities import VenueCapability
from trading.exchanges.outcomes import Answers
from trading.exchanges.parsing import Unified, exact_or_none, market_of
from trading.exchanges.types import ExchangeMarket, KeyRights, OrderKind, OrderRequest, Rejected, TimeInForce

Params = dict[str, Any]
Page = Callable[[str, Callable[[Any, Params], Awaitable[Any]]], Awaitable[Any]]  # (name of the call, call) -> answer
PAUSE_S = 60  # what a venue that does not say how long is given
Put = Callable[[Any], None]
LISTENING_WITHIN_S = 15
NO_ANSWERS = Answers(refusals={}, key_refused={}, not_there={}, not_open={})


@dataclass(frozen=True, slots=True)
class VenueLimits:
    """What an address may use: weight a minute; and what an account may: orders in ten seconds."""

    weight_a_minute: int
    orders_in_10_s: int


class VenueProfile:
    """What ccxt's unified calls leave to each venue. Subclasses override what they know."""

    answers: ClassVar[Answers] = NO_ANSWERS
    limits: ClassVar[VenueLimits] = VenueLimits(weight_a_minute=60, orders_in_10_s=10)
    weights: ClassVar[Mapping[str, int]] = {}
    options: ClassVar[Mapping[str, object]] = {"defaultType": "spot"}

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def capability(self) -> VenueCapability:
        """The venue's row of the capability table: nothing is verified."""
        return VenueCapability(self.name)

    def weight(self, call: str) -> int:
        """What `call` costs of the weight budget."""
        return self.weights.get(call, 1)

    def signed(self, *, at_ms: int, window_ms: int) -> Params:
        """Parameters that sign a request at `at_ms` and bound it; none where the venue has no window."""
        return {}

    def create_params(self, request: OrderRequest) -> Params:
        """Parameters of an order beyond ccxt's own arguments."""
        params: Params = {"clientOrderId": request.client_order_id}
        if request.time_in_force is TimeInForce.GTX:
            params["postOnly"] = True
        elif request.kind is OrderKind.LIMIT and request.time_in_force is not TimeInForce.GTC:
            params["timeInForce"] = request.time_in_force.value
        if request.stop_price is not None:
            params["stopLossPrice"] = format(request.stop_price, "f")
        return params

    async def place_pair(self, client: Any, request: OrderRequest, signed: Params) -> list[Unified]:
        """Send the request and the limit order of its pair as one, once: both orders, the request's first."""
        raise NotImplementedError(f"{self.name} takes no pairs")

    def refusal(self, request: OrderRequest, market: Unified) -> Rejected | None:
        """Why ccxt or the venue would refuse it, as far as its market tells."""
        return None

    def client_order_id(self, order: Unified) -> str:
        """Ours, in an order as ccxt gives it."""
        return str(order.get("clientOrderId") or "")

    def limit_price(self, order: Unified) -> object:
        """The limit of an order as ccxt gives it; None without one."""
        return order.get("price") if "limit" in str(order.get("type")) else None

    def market(self, market: Unified) -> ExchangeMarket:
        """A pair with all limits that the venue states."""
        return market_of(market)

    async def find(self, page: Page, symbol: str, client_order_id: str) -> Unified | None:
        """The newest order with this client id; here by looking through what the venue lists."""
        listed = await page("open_orders", lambda client, params: client.fetch_open_orders(symbol, params=params))
        listed += await page("orders", lambda client, params: client.fetch_orders(symbol, params=params))
        ours = [order for order in listed if self.client_order_id(order) == client_order_id]
        return max(ours, key=lambda order: order["timestamp"] or 0, default=None)

    async def orders_since(self, page: Page, symbol: str, since_ms: int, now_ms: int) -> list[Unified]:
        """Every order created at or after `since_ms`."""
        return list(
            await page("orders", lambda client, params: client.fetch_orders(symbol, since=since_ms, params=params))
        )

    async def trades_since(self, page: Page, symbol: str, since_ms: int, now_ms: int) -> list[Unified]:
        """Every trade at or after `since_ms`."""
        return list(
            await page("trades", lambda client, params: client.fetch_my_trades(symbol, since=since_ms, params=params))
        )

    async def rights(self, page: Page) -> KeyRights:
        """What the key may do: the venue does not tell."""
        return KeyRights(trade=None, withdraw=None, transfer=None, ip_restricted=None)

    async def listen(self, client: Any, up: Callable[[], None], put: Put) -> None:
        """Give every report of the user stream to `put`, until the stream breaks, which raises. up: says that it is up.

        Here by ccxt's own watching, which keeps the last state of each order only.
        """

        async def follow(watch: Callable[[], Awaitable[list[Unified]]], kind: str) -> None:
            while True:
                for report in await watch():
                    put((kind, report))

        up()
        await asyncio.gather(follow(client.watch_orders, "order"), follow(client.watch_my_trades, "trade"))

    def reported(self, client: Any, report: Any) -> list[tuple[str, Unified]]:
        """A report as ("order" or "trade", ccxt's dictionary) pairs."""
        return [report]

    def used(self, headers: Mapping[str, str]) -> tuple[int | None, int | None]:
        """(weight used this minute at our address, orders in the last ten seconds), as an answer's headers say."""
        return None, None

    def pause(self, status: int, headers: Mapping[str, str], words: str) -> tuple[int, bool]:
        """(ms for which an answer wants us away, whether everything is refused until then); (0, False) for none."""
        if status not in {418, 429}:
            return 0, False
        stated = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
        after_s = int(stated) if stated.isdecimal() else PAUSE_S
        return max(after_s, 1) * 1000, status == 418

    def limits_in(self, body: object) -> VenueLimits | None:
        """The limits that an answer states; None where it states none."""
        return None

    def has_price(self, price: object) -> bool:
        """Whether `price` is one: 0 and nothing are not."""
        return exact_or_none(price) is not None
