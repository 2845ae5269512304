"""Binance spot: what it can do, what its codes mean, how it pages. Sources: its REST and WebSocket documentation, and
the tests that replay its answers (tests/trading/test_exchanges_binance*.py)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final

from cryptouniverse.kernel.market import Side
from trading.exchanges.capabilities import IdsUnique, Proof, VenueCapability
from trading.exchanges.parsing import Unified, exact, exact_or_none
from trading.exchanges.types import (
    ExchangeMarket,
    KeyRights,
    OrderKind,
    OrderRequest,
    PriceBand,
    Rejected,
    TimeInForce,
)
from trading.exchanges.venues.binance_answers import ANSWERS, KIND_NOT_OFFERED
from trading.exchanges.venues.profile import LISTENING_WITHIN_S, Page, Params, Put, VenueLimits, VenueProfile

DAY_MS = 86_400_000
PAGE = 1000
WINDOWS_MAX = 45
WINDOW_MS_MAX = 60_000

CAPABILITY = VenueCapability(
    venue="binance",
    client_id_on_create=Proof.PROVEN,
    client_id_on_fetch=Proof.PROVEN,
    client_id_form=Proof.PROVEN,
    client_ids_unique=Proof.PROVEN,
    native_stop=Proof.PROVEN,
    oco=Proof.PROVEN,
    trailing=Proof.PROVEN,
    iceberg=Proof.PROVEN,
    post_only=Proof.PROVEN,
    amend=Proof.PROVEN,
    validity_window=Proof.PROVEN,
    user_stream=Proof.PROVEN,
    client_id_length=36,
    client_id_alphabet=r"[.A-Z:/a-z0-9_-]",
    ids_unique=IdsUnique.OPEN,
    window_ms_max=WINDOW_MS_MAX,
    trail_bps=(10, 2000),
)
_TYPES: Final = {
    OrderKind.MARKET: "MARKET",
    OrderKind.LIMIT: "LIMIT",
    OrderKind.STOP: "STOP_LOSS",
    OrderKind.STOP_LIMIT: "STOP_LOSS_LIMIT",
    OrderKind.TRAILING: "STOP_LOSS_LIMIT",
}
LIST_SUFFIX: Final = "-l"  # of the client id of an order list


class Binance(VenueProfile):
    """Binance spot over ccxt."""

    answers = ANSWERS
    limits = VenueLimits(weight_a_minute=6000, orders_in_10_s=100)
    weights: ClassVar[Mapping[str, int]] = {
        "create": 1,
        "create_pair": 1,
        "cancel": 1,
        "order": 4,
        "open_orders": 80,
        "orders": 20,
        "trades": 20,
        "balances": 20,
        "rights": 1,
        "time": 1,
        "price": 2,
        "markets": 20,
    }
    options: ClassVar[Mapping[str, object]] = {
        "defaultType": "spot",
        "fetchMarkets": {"types": ["spot"]},
        "fetchMargins": False,
        "fetchCurrencies": False,
        "warnOnFetchOpenOrdersWithoutSymbol": False,
        "recvWindow": 5000,
    }

    def __init__(self) -> None:
        super().__init__("binance")

    @property
    def capability(self) -> VenueCapability:
        """Binance's row."""
        return CAPABILITY

    def signed(self, *, at_ms: int, window_ms: int) -> Params:
        """ccxt's sign() puts its own time first and lets these take its place."""
        return {"timestamp": at_ms, "recvWindow": min(window_ms, WINDOW_MS_MAX)}

    def create_params(self, request: OrderRequest) -> Params:
        """FULL, so that the fills come with the answer."""
        params: Params = {"newClientOrderId": request.client_order_id, "newOrderRespType": "FULL"}
        if request.time_in_force is TimeInForce.GTX:
            params["postOnly"] = True
        elif request.kind in {OrderKind.LIMIT, OrderKind.STOP_LIMIT, OrderKind.TRAILING}:
            params["timeInForce"] = request.time_in_force.value
        if request.kind is OrderKind.TRAILING:
            params |= _trailing(request)
        elif request.stop_price is not None:
            params["stopLossPrice"] = format(request.stop_price, "f")
        if request.visible_quantity is not None:
            params["icebergQty"] = format(request.visible_quantity, "f")
        return params

    async def place_pair(self, client: Any, request: OrderRequest, signed: Params) -> list[Unified]:
        """An OCO list: the stop away from the market on one side, a limit that only makes on the other."""
        stop, limit = ("below", "above") if request.side is Side.SELL else ("above", "below")
        market = client.market(request.symbol)
        params: Params = {
            "symbol": market["id"],
            "side": request.side.value.upper(),
            "quantity": format(request.quantity, "f"),
            "listClientOrderId": request.client_order_id + LIST_SUFFIX,
            f"{stop}Type": _TYPES[request.kind],
            f"{stop}StopPrice": format(_there(request.stop_price), "f"),
            f"{stop}ClientOrderId": request.client_order_id,
            f"{limit}Type": "LIMIT_MAKER",
            f"{limit}Price": format(_there(request.pair_price), "f"),
            f"{limit}ClientOrderId": request.pair_id,
            "newOrderRespType": "FULL",
        }
        if request.limit_price is not None:
            params |= {f"{stop}Price": format(request.limit_price, "f"), f"{stop}TimeInForce": "GTC"}
        answer = await client.private_post_orderlist_oco({**params, **signed})
        orders = [client.parse_order(report, market) for report in answer["orderReports"]]
        return sorted(orders, key=lambda order: order["clientOrderId"] != request.client_order_id)

    def refusal(self, request: OrderRequest, market: Unified) -> Rejected | None:
        """An order type that the pair does not list: ccxt would raise before it sends."""
        kinds = {"LIMIT_MAKER" if request.time_in_force is TimeInForce.GTX else _TYPES[request.kind]}
        if request.pair_price is not None:
            kinds.add("LIMIT_MAKER")
        if not kinds <= set(market["info"].get("orderTypes", kinds)):
            return Rejected(code="kind_not_offered", message=KIND_NOT_OFFERED)
        return None

    def client_order_id(self, order: Unified) -> str:
        """A cancel's answer has the cancel's own id in `clientOrderId` and the order's in `origClientOrderId`."""
        return str(order["info"].get("origClientOrderId") or order.get("clientOrderId") or "")

    def limit_price(self, order: Unified) -> object:
        """As sent: ccxt puts the average into `price` where there is none."""
        info = order["info"]
        kind = str(info.get("type") or info.get("o") or "")
        return info.get("price") or info.get("p") if "LIMIT" in kind else None

    def market(self, market: Unified) -> ExchangeMarket:
        """With the band and the number of orders, which ccxt leaves in the filters."""
        filters = {each["filterType"]: each for each in market["info"].get("filters", ())}
        base = super().market(market)
        fields = {name: getattr(base, name) for name in ExchangeMarket.__dataclass_fields__}
        most = exact_or_none(filters.get("NOTIONAL", {}).get("maxNotional"))
        orders = filters.get("MAX_NUM_ORDERS", {}).get("maxNumOrders")
        return ExchangeMarket(
            **{
                **fields,
                "max_notional": most or base.max_notional,
                "band": _band(filters),
                "open_orders_max": int(orders) if orders else None,
            }
        )

    async def find(self, page: Page, symbol: str, client_order_id: str) -> Unified | None:
        """By the id itself."""
        params = {"origClientOrderId": client_order_id}
        found: Unified = await page("order", lambda client, more: client.fetch_order(None, symbol, {**params, **more}))
        return found

    async def orders_since(self, page: Page, symbol: str, since_ms: int, now_ms: int) -> list[Unified]:
        """Days up to the first order, then by number, which has no limit in time."""
        return await _rows(
            page,
            "orders",
            lambda client, params: client.fetch_orders(symbol, params={"limit": PAGE, **params}),
            number="orderId",
            since_ms=since_ms,
            now_ms=now_ms,
        )

    async def trades_since(self, page: Page, symbol: str, since_ms: int, now_ms: int) -> list[Unified]:
        """Days up to the first trade, then by number."""
        return await _rows(
            page,
            "trades",
            lambda client, params: client.fetch_my_trades(symbol, params={"limit": PAGE, **params}),
            number="fromId",
            since_ms=since_ms,
            now_ms=now_ms,
        )

    async def rights(self, page: Page) -> KeyRights:
        """As /sapi/v1/account/apiRestrictions has them."""
        told = await page("rights", lambda client, params: client.sapi_get_account_apirestrictions(params))
        transfers = (told.get("permitsUniversalTransfer"), told.get("enableInternalTransfer"))
        return KeyRights(
            trade=told.get("enableSpotAndMarginTrading"),
            withdraw=told.get("enableWithdrawals"),
            transfer=None if transfers == (None, None) else any(transfers),
            ip_restricted=told.get("ipRestrict"),
        )

    async def listen(self, client: Any, up: Callable[[], None], put: Put) -> None:
        """Every executionReport itself: ccxt's caches would merge what came between two looks.

        A message that cannot be read, or the end of the subscription on a line that stays open, breaks the stream.
        """

        def guarded(ws: Any, message: Any) -> None:
            try:
                handle(ws, message)
            except Exception:  # noqa: BLE001 - else ccxt's receiving ends in silence, and the line stays open
                ws.reject(ConnectionError("a message could not be read"))

        handle = client.handle_message
        client.handle_message = guarded
        client.handle_order_update = lambda _ws, message: put(message)
        client.handle_balance = lambda _ws, _message: None
        client.handle_event_stream_terminated = lambda ws, _message: ws.reject(ConnectionError("it was terminated"))
        async with asyncio.timeout(LISTENING_WITHIN_S):
            try:
                await client.authenticate({"type": "spot"})
            except KeyError as error:  # ccxt 4.5.90 deletes the subscription twice, which hides why it was refused
                raise error.__context__ or error from None
        broken = client.watch(client.urls["api"]["ws"]["ws-api"]["spot"], "orders", None, "spot")
        up()
        await broken  # nothing resolves it: it ends when ccxt finds the line dead

    def reported(self, client: Any, report: Any) -> list[tuple[str, Unified]]:
        """The trade of an executionReport, if it has one, and the order's state."""
        order = ("order", client.parse_ws_order(report))
        return [("trade", client.parse_ws_trade(report)), order] if report.get("x") == "TRADE" else [order]

    def used(self, headers: Mapping[str, str]) -> tuple[int | None, int | None]:
        """X-MBX-USED-WEIGHT-1M and X-MBX-ORDER-COUNT-10S."""
        low = {name.lower(): value for name, value in headers.items()}
        return _whole(low.get("x-mbx-used-weight-1m")), _whole(low.get("x-mbx-order-count-10s"))

    def limits_in(self, body: object) -> VenueLimits | None:
        """`rateLimits` of /exchangeInfo."""
        if not isinstance(body, dict) or not isinstance(body.get("rateLimits"), list):
            return None
        stated = {(each.get("rateLimitType"), each.get("interval")): each for each in body["rateLimits"] if each}
        weight, orders = stated.get(("REQUEST_WEIGHT", "MINUTE")), stated.get(("ORDERS", "SECOND"))
        if weight is None or orders is None or (weight["intervalNum"], orders["intervalNum"]) != (1, 10):
            return None
        return VenueLimits(weight_a_minute=int(weight["limit"]), orders_in_10_s=int(orders["limit"]))


async def _rows(
    page: Page,
    call: str,
    ask: Callable[[Any, Params], Awaitable[Any]],
    *,
    number: str,
    since_ms: int,
    now_ms: int,
) -> list[Unified]:
    """All rows from `since_ms` on: days up to the first that has any, since no window may be longer; then by number."""

    async def rows_at(position: Params) -> dict[str, Unified]:
        listed = await page(call, lambda client, params: ask(client, {**position, **params}))
        return {row["id"]: row for row in listed}

    is_far = now_ms - since_ms > WINDOWS_MAX * DAY_MS  # then the whole history costs less than its empty days
    rows = await rows_at({number: 1}) if is_far else {}
    start = since_ms
    while not rows and start <= now_ms and not is_far:
        rows = await rows_at({"startTime": start, "endTime": start + DAY_MS - 1})
        start += DAY_MS
    # A short page that reaches to now is all there is.
    whole = len(rows) < PAGE and (start > now_ms or is_far)
    while rows and not whole:
        more = await rows_at({number: max(map(int, rows)) + 1})
        whole = len(more) < PAGE or more.keys() <= rows.keys()
        rows |= more
    kept = [row for row in rows.values() if (row["timestamp"] or 0) >= since_ms]
    return sorted(kept, key=lambda row: (row["timestamp"], int(row["id"])))


def _trailing(request: OrderRequest) -> Params:
    """A trailing order as ccxt takes it, in percent; with a price to begin at it is a take profit that trails."""
    percent = format(Decimal(request.trail_bps).scaleb(-2), "f")
    if request.stop_price is None:
        return {"trailingPercent": percent, "stopLossOrTakeProfit": "stopLoss"}
    begins = format(request.stop_price, "f")
    return {"trailingPercent": percent, "stopLossOrTakeProfit": "takeProfit", "trailingTriggerPrice": begins}


def _there(price: Decimal | None) -> Decimal:
    if price is None:
        raise ValueError("a pair needs both prices")
    return price


def _band(filters: Mapping[str, Any]) -> PriceBand | None:
    if sided := filters.get("PERCENT_PRICE_BY_SIDE"):
        names = ("bidMultiplierDown", "bidMultiplierUp", "askMultiplierDown", "askMultiplierUp")
        return PriceBand(*(exact(sided[name]) for name in names))
    if plain := filters.get("PERCENT_PRICE"):
        low, high = exact(plain["multiplierDown"]), exact(plain["multiplierUp"])
        return PriceBand(low, high, low, high)
    return None


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
