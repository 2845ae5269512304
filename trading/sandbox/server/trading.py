"""Signed endpoints for orders: place, look up, cancel, list."""

from __future__ import annotations

from typing import Any

from trading.sandbox.server.calls import SIGNED, TRADE, Call, endpoint
from trading.sandbox.venue import bodies, intake, refusals
from trading.sandbox.venue.intake import Params
from trading.sandbox.venue.orders import NEW, PARTIAL, Order
from trading.sandbox.venue.placing import cancel, examined, place, required

ORDER = "/api/v3/order"
OPEN_ORDERS = "/api/v3/openOrders"


@endpoint("POST", ORDER, security=TRADE, orders=1, ws="order.place")
def new_order(call: Call) -> Any:
    """Place one order."""
    ticket = intake.ticket_of(call.venue.markets, call.params)
    order = place(call.venue, call.account, ticket, call.now_ms)
    usual = "FULL" if ticket.kind in {"LIMIT", "MARKET"} else "ACK"
    return bodies.placed(order, call.params.get("newOrderRespType") or usual)


@endpoint("POST", f"{ORDER}/test", security=TRADE, ws="order.test")
def test_order(call: Call) -> Any:
    """Check one order, and place nothing."""
    ticket = examined(call.venue, call.account, intake.ticket_of(call.venue.markets, call.params))
    required(call.venue, call.account, ticket)
    return {}


@endpoint("GET", ORDER, weight=4, security=SIGNED, ws="order.status")
def look_up(call: Call) -> Any:
    """One order by its id, or the newest one with a client order id."""
    found = find(call, call.params, refusals.no_such_order())
    if not call.sees(found.at_ms):
        raise refusals.no_such_order()
    return bodies.looked_up(found)


@endpoint("DELETE", ORDER, security=TRADE, ws="order.cancel")
def cancel_order(call: Call) -> Any:
    """Cancel one open order."""
    order = cancellable(call, call.params, "orderId", "origClientOrderId")
    cancel(call.venue, order, call.now_ms, intake.client_id(call.params, "newClientOrderId"))
    return bodies.cancelled(order)


@endpoint("GET", OPEN_ORDERS, weight=lambda p: 6 if p.get("symbol") else 80, security=SIGNED, ws="openOrders.status")
def open_orders(call: Call) -> Any:
    """The account's open orders, of one market or of all."""
    symbol = call.market.symbol if call.params.get("symbol") else ""
    return [bodies.looked_up(order) for order in call.seen(_open(call, symbol))]


@endpoint("DELETE", OPEN_ORDERS, security=TRADE, ws="openOrders.cancelAll")
def cancel_open_orders(call: Call) -> Any:
    """Cancel every open order of a market."""
    orders = _open(call, call.market.symbol)
    if not orders:
        raise refusals.unknown_order_to_cancel()
    for order in orders:
        if order.is_open:  # the other leg of its list may have taken it along
            cancel(call.venue, order, call.now_ms)
    return [bodies.cancelled(order) for order in orders]


@endpoint("GET", "/api/v3/allOrders", weight=20, security=SIGNED, ws="allOrders")
def all_orders(call: Call) -> Any:
    """Every order of a market: from an id on, or from a time on, oldest first; else the newest ones."""
    orders = call.seen(call.account.orders[call.market.symbol])
    first = intake.whole(call.params, "orderId", 0)
    return [bodies.looked_up(order) for order in page(call, orders, first)]


@endpoint("GET", "/api/v3/myTrades", weight=20, security=SIGNED, ws="myTrades")
def my_trades(call: Call) -> Any:
    """The account's trades of a market: of one order, from an id on, or from a time on, oldest first."""
    trades = [trade for trade in call.account.trades[call.market.symbol] if call.sees(trade.at_ms)]
    if order_id := intake.whole(call.params, "orderId", 0):
        trades = [trade for trade in trades if trade.order_id == order_id]
    first = intake.whole(call.params, "fromId", 0)
    return [bodies.my_trade(trade) for trade in page(call, trades, first)]


def page(call: Call, rows: list[Any], first: int) -> list[Any]:
    """The rows that startTime, endTime, limit and the first id select, as Binance does it."""
    start, end = (intake.whole(call.params, name, 0) for name in ("startTime", "endTime"))
    limit = min(intake.whole(call.params, "limit", 500), 1000) or 500
    if start and end and end - start > 86_400_000:
        raise refusals.Refusal(-1127, "More than 24 hours between startTime and endTime.")
    if first:
        rows = [row for row in rows if row.id >= first]
    rows = [row for row in rows if start <= row.at_ms <= (end or row.at_ms)]
    return rows[:limit] if first or start else rows[-limit:]


def find(call: Call, params: Params, absent: refusals.Refusal, by_id: str = "orderId", by_client: str = "") -> Order:
    """The account's order in that market by the exchange's id or by ours. Raises `absent`, or Refusal."""
    symbol = intake.market_of(call.venue.markets, params).symbol
    by_client = by_client or "origClientOrderId"
    number, client_id = intake.whole(params, by_id, 0), params.get(by_client, "")
    if not number and not client_id:
        raise refusals.one_of_missing(by_client, by_id)
    order = call.venue.orders.get(number) if number else None
    if not number:
        earlier = call.account.by_client_id.get(client_id, ())
        order = next((each for each in reversed(earlier) if each.ticket.symbol == symbol), None)
    if order is None or order.account != call.account.key or order.ticket.symbol != symbol:
        raise absent
    if number and client_id and order.client_id != client_id:
        raise absent
    return order


def cancellable(call: Call, params: Params, by_id: str, by_client: str) -> Order:
    """The open order that is to be cancelled. Raises Refusal."""
    order = find(call, params, refusals.unknown_order_to_cancel(), by_id, by_client)
    if not order.is_open:
        raise refusals.unknown_order_to_cancel()
    only = params.get("cancelRestrictions", "")
    if only and order.status != {"ONLY_NEW": NEW, "ONLY_PARTIALLY_FILLED": PARTIAL}.get(only):
        raise refusals.Refusal(-2011, "Order was not canceled due to cancel restrictions.")
    return order


def _open(call: Call, symbol: str) -> list[Order]:
    return [order for order in call.account.open.values() if symbol in {"", order.ticket.symbol}]
