"""Signed endpoints for orders that hang together: OCO, OTO and OTOCO lists, and cancel-replace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trading.sandbox.server.calls import SIGNED, TRADE, Call, endpoint
from trading.sandbox.server.trading import cancellable
from trading.sandbox.venue import bodies, intake, refusals
from trading.sandbox.venue.intake import Params
from trading.sandbox.venue.lists import place_chain, place_pair
from trading.sandbox.venue.orders import Order, Ticket
from trading.sandbox.venue.placing import cancel, place
from trading.sandbox.venue.refusals import Refusal
from trading.sandbox.venue.state import OrderList

LIST = "/api/v3/orderList"
# How the parameters of a leg end, after `above` or `below`, and what an order calls them.
_LEG = {
    "Price": "price",
    "StopPrice": "stopPrice",
    "TimeInForce": "timeInForce",
    "ClientOrderId": "newClientOrderId",
    "IcebergQty": "icebergQty",
    "TrailingDelta": "trailingDelta",
}
_COMMON = ("symbol", "side", "quantity", "timestamp", "recvWindow", "newOrderRespType")
_OWN = {"Side": "side", "Quantity": "quantity"}  # what the orders of an OTO have each for itself


@endpoint("POST", f"{LIST}/oco", security=TRADE, orders=2, ws="orderList.place.oco")
def new_pair(call: Call) -> Any:
    """Place an OCO list: an order above the market and one below it."""
    legs = []
    for prefix in ("above", "below"):
        kind = intake.required(call.params, f"{prefix}Type")
        legs.append(_leg(call, {name: f"{prefix}{ending}" for ending, name in _LEG.items()}, kind))
    return _placed(call, legs[0], legs[1])


@endpoint("POST", "/api/v3/order/oco", security=TRADE, orders=2, ws="orderList.place")
def new_pair_of_old(call: Call) -> Any:
    """Place an OCO list as it was asked for before there was `above` and `below`."""
    intake.required(call.params, "stopPrice")
    limit = _leg(call, {"price": "price", "newClientOrderId": "limitClientOrderId"}, "LIMIT_MAKER")
    has_limit = bool(call.params.get("stopLimitPrice"))
    names = {"stopPrice": "stopPrice", "newClientOrderId": "stopClientOrderId"}
    if has_limit:
        names |= {"price": "stopLimitPrice", "timeInForce": "stopLimitTimeInForce"}
    stop = _leg(call, names, "STOP_LOSS_LIMIT" if has_limit else "STOP_LOSS")
    return _placed(call, limit, stop) if limit.side == "SELL" else _placed(call, stop, limit)


@endpoint("POST", f"{LIST}/oto", security=TRADE, orders=2, ws="orderList.place.oto")
def new_chain(call: Call) -> Any:
    """Place an order, and one that is placed when it has filled."""
    first = _part(call, "working", _OWN)
    return _chained(call, first, [_part(call, "pending", _OWN)])


@endpoint("POST", f"{LIST}/otoco", security=TRADE, orders=3, ws="orderList.place.otoco")
def new_chain_of_three(call: Call) -> Any:
    """Place an order, and a pair that is placed when it has filled."""
    first = _part(call, "working", _OWN)
    shared = {f"pending{ending}": name for ending, name in _OWN.items()}
    return _chained(call, first, [_part(call, f"pending{where}", {}, shared) for where in ("Above", "Below")])


@endpoint("DELETE", LIST, security=TRADE, ws="orderList.cancel")
def cancel_pair(call: Call) -> Any:
    """Cancel both orders of a list."""
    symbol = call.market.symbol
    pair = _find(call, refusals.unknown_order_to_cancel())
    if not pair.open or pair.symbol != symbol:
        raise refusals.unknown_order_to_cancel()
    first = next(order for order in _orders(call, pair) if order.is_open)
    cancel(call.venue, first, call.now_ms)
    return _body(call, pair) | {"orderReports": [bodies.cancelled(order) for order in _orders(call, pair)]}


@endpoint("GET", LIST, weight=4, security=SIGNED, ws="orderList.status")
def look_up_pair(call: Call) -> Any:
    """One list by its id or its client id."""
    return _body(call, _find(call, Refusal(-2013, "Order list does not exist.")))


@endpoint("GET", "/api/v3/allOrderList", weight=20, security=SIGNED, ws="allOrderLists")
def all_pairs(call: Call) -> Any:
    """The account's lists, oldest first."""
    limit = min(intake.whole(call.params, "limit", 500), 1000) or 500
    first = intake.whole(call.params, "fromId", 0)
    return [_body(call, pair) for pair in _mine(call) if pair.id >= first][-limit:]


@endpoint("GET", "/api/v3/openOrderList", weight=6, security=SIGNED, ws="openOrderLists.status")
def open_pairs(call: Call) -> Any:
    """The account's lists of which both orders are open."""
    return [_body(call, pair) for pair in _mine(call) if pair.open]


@endpoint("POST", "/api/v3/order/cancelReplace", security=TRADE, orders=1, ws="order.cancelReplace")
def cancel_replace(call: Call) -> Any:
    """Cancel one order and place another, in one action."""
    mode = intake.required(call.params, "cancelReplaceMode")
    if mode not in {"STOP_ON_FAILURE", "ALLOW_FAILURE"}:
        raise Refusal(-1145, "Invalid cancelReplaceMode.")
    ticket = intake.ticket_of(call.venue.markets, call.params)
    cancelled, cancel_failed = _attempt(lambda: _cancel_first(call))
    if cancel_failed and mode == "STOP_ON_FAILURE":
        raise _failure(-2022, "Order cancel-replace failed.", 400, cancelled, None, "FAILURE", "NOT_ATTEMPTED")
    placed, place_failed = _attempt(lambda: _place_then(call, ticket))
    results = "FAILURE" if cancel_failed else "SUCCESS", "FAILURE" if place_failed else "SUCCESS"
    if cancel_failed and place_failed:
        raise _failure(-2022, "Order cancel-replace failed.", 400, cancelled, placed, *results)
    if cancel_failed or place_failed:
        raise _failure(-2021, "Order cancel-replace partially failed.", 409, cancelled, placed, *results)
    return _both(cancelled, placed, *results)


def _cancel_first(call: Call) -> Any:
    order = cancellable(call, call.params, "cancelOrderId", "cancelOrigClientOrderId")
    cancel(call.venue, order, call.now_ms, intake.client_id(call.params, "cancelNewClientOrderId"))
    return bodies.cancelled(order)


def _place_then(call: Call, ticket: Ticket) -> Any:
    order = place(call.venue, call.account, ticket, call.now_ms)
    return bodies.placed(order, call.params.get("newOrderRespType") or "FULL")


def _attempt(step: Any) -> tuple[Any, bool]:
    """What a step answers, or the body of its refusal; and whether it was refused."""
    try:
        return step(), False
    except Refusal as refusal:
        return refusal.body(), True


def _both(cancelled: Any, placed: Any, cancel_result: str, place_result: str) -> dict[str, Any]:
    return {
        "cancelResult": cancel_result,
        "newOrderResult": place_result,
        "cancelResponse": cancelled,
        "newOrderResponse": placed,
    }


def _failure(code: int, message: str, status: int, *parts: Any) -> Refusal:
    return Refusal(code, message, status, _both(*parts))


def _leg(call: Call, names: Mapping[str, str], kind: str) -> Ticket:
    """One order of a list, out of the list's parameters. names: an order's parameter, and what the list calls it."""
    params: Params = {name: call.params[name] for name in _COMMON if name in call.params}
    own = {name: call.params[sent] for name, sent in names.items() if call.params.get(sent)}
    return intake.ticket_of(call.venue.markets, {**params, **own}, kind)


def _part(call: Call, prefix: str, more: Mapping[str, str], shared: Mapping[str, str] | None = None) -> Ticket:
    """One order of an OTO. shared: parameters of the list that count for it, and what an order calls them."""
    kind = intake.required(call.params, f"{prefix}Type")
    names = {name: f"{prefix}{ending}" for ending, name in {**_LEG, **more}.items()}
    names |= {name: sent for sent, name in (shared or {}).items()}
    for name in ("side", "quantity"):
        intake.required(call.params, names[name])
    return _leg(call, names, kind)


def _placed(call: Call, above: Ticket, below: Ticket) -> Any:
    list_client_id = intake.client_id(call.params, "listClientOrderId")
    return _made(call, place_pair(call.venue, call.account, above, below, list_client_id, call.now_ms))


def _chained(call: Call, first: Ticket, then: list[Ticket]) -> Any:
    list_client_id = intake.client_id(call.params, "listClientOrderId")
    return _made(call, place_chain(call.venue, call.account, first, then, list_client_id, call.now_ms))


def _made(call: Call, pair: OrderList) -> Any:
    response = call.params.get("newOrderRespType") or "RESULT"
    return _body(call, pair) | {"orderReports": [bodies.placed(order, response) for order in _orders(call, pair)]}


def _body(call: Call, pair: OrderList) -> dict[str, Any]:
    return {
        "orderListId": pair.id,
        "contingencyType": pair.contingency,
        "listStatusType": "EXEC_STARTED" if pair.open else "ALL_DONE",
        "listOrderStatus": "EXECUTING" if pair.open else "ALL_DONE",
        "listClientOrderId": pair.client_id,
        "transactionTime": pair.at_ms,
        "symbol": pair.symbol,
        "orders": [
            {"symbol": pair.symbol, "orderId": order.id, "clientOrderId": order.client_id}
            for order in _orders(call, pair)
        ],
    }


def _orders(call: Call, pair: OrderList) -> list[Order]:
    return [call.venue.orders[each] for each in pair.order_ids]


def _mine(call: Call) -> list[OrderList]:
    return [pair for pair in call.venue.lists.values() if pair.account == call.account.key and call.sees(pair.at_ms)]


def _find(call: Call, absent: Refusal) -> OrderList:
    number = intake.whole(call.params, "orderListId", 0)
    client_id = call.params.get("origClientOrderId") or call.params.get("listClientOrderId") or ""
    if not number and not client_id:
        raise refusals.one_of_missing("orderListId", "origClientOrderId")
    for pair in reversed(_mine(call)):
        if pair.id == number if number else pair.client_id == client_id:
            return pair
    raise absent
