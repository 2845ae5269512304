"""The whole state again from the facts of the journal. Pure.

What the live steps do and note, this does over from the notes alone; a test holds that both states are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from trading.sandbox.venue.accounts import Account, Habits, Rights
from trading.sandbox.venue.amounts import units
from trading.sandbox.venue.book import Book, Candle, Print
from trading.sandbox.venue.markets import Market
from trading.sandbox.venue.orders import FILLED, GTC, NEW, Order, Ticket, Trade
from trading.sandbox.venue.state import OCO, Fact, OrderList, Venue
from trading.sandbox.venue.stops import trail


def rebuilt(venue: Venue, facts: Iterable[Fact]) -> Venue:
    """`venue`, which is new, as it was when the last of `facts` was noted."""
    for fact in facts:
        if step := _STEPS.get(fact["kind"]):
            step(venue, fact)
    return venue


def _market(venue: Venue, fact: Fact) -> None:
    market = Market.parsed(fact["market"])
    venue.markets[market.symbol] = market
    venue.books.setdefault(market.symbol, Book(price=market.price, last=market.price))


def _account(venue: Venue, fact: Fact) -> None:
    key = fact["account"]
    account = venue.accounts.get(key)
    if account is None:
        account = Account(key, len(venue.accounts) + 1, fact["at_ms"])
        venue.accounts[key] = account
    account.rights = Rights(**fact["rights"])
    account.habits = Habits(**fact["habits"])
    account.revoked = fact["revoked"]
    account.fee_asset = fact["fee_asset"]


def _habits(venue: Venue, fact: Fact) -> None:
    venue.habits = Habits(**fact["habits"])


def _moved(venue: Venue, fact: Fact) -> None:
    account = venue.accounts[fact["account"]]
    account.updated_ms = fact["at_ms"]
    for asset, (free, locked, *_) in fact["assets"].items():
        account.move(asset, units(free), units(locked))


def _quoted(venue: Venue, fact: Fact) -> None:
    venue.books[fact["symbol"]].price = units(fact["price"])


def _printed(venue: Venue, fact: Fact) -> None:
    _print(venue, fact, buyer_is_maker=False)


def _print(venue: Venue, fact: Fact, *, buyer_is_maker: bool) -> None:
    book = venue.books[fact["symbol"]]
    book.show(Print(fact["tradeId"], units(fact["price"]), units(fact["qty"]), fact["at_ms"], buyer_is_maker))
    for order in book.stops.values():
        trail(order, book.last)


def _accepted(venue: Venue, fact: Fact) -> None:
    ticket, at_ms = Ticket.recalled(fact), fact["at_ms"]
    order = venue.file(
        Order(
            fact["orderId"],
            fact["account"],
            ticket,
            fact["clientOrderId"],
            at_ms,
            at_ms,
            ticket.quantity,
            fact.get("status", NEW),
        )
    )
    order.locked = units(fact["locked"])
    _rest(venue, order)


def _rest(venue: Venue, order: Order) -> None:
    """Where an order stands if it rests; one that does not is withdrawn by the facts that follow."""
    if venue.in_bars or order.waits or (order.limit and order.ticket.time_in_force == GTC):
        venue.rest(order)


def _released(venue: Venue, fact: Fact) -> None:
    order = venue.orders[fact["orderId"]]
    order.status, order.updated_ms, order.locked = NEW, fact["at_ms"], units(fact["locked"])
    venue.begin(order, fact["at_ms"])
    _rest(venue, order)


def _moved_stop(venue: Venue, fact: Fact) -> None:
    order = venue.orders[fact["orderId"]]
    order.takes, order.extreme = fact["takes"], units(fact["extreme"])


def _held(venue: Venue, fact: Fact) -> None:
    venue.orders[fact["orderId"]].locked = units(fact["locked"])


def _triggered(venue: Venue, fact: Fact) -> None:
    order = venue.orders[fact["orderId"]]
    venue.withdraw(order)
    venue.queue(order, fact["at_ms"])
    order.updated_ms = fact["at_ms"]
    _rest(venue, order)


def _traded(venue: Venue, fact: Fact) -> None:
    order = venue.orders[fact["orderId"]]
    book = venue.books[fact["symbol"]]
    if fact["tradeId"] > book.last_trade_id:
        _print(venue, fact, buyer_is_maker=order.buys == fact["maker"])
    order.executed, order.spent, order.locked = (units(fact[name]) for name in ("executed", "spent", "locked"))
    order.updated_ms, order.status = fact["at_ms"], fact["status"]
    if order.status == FILLED:
        order.quantity = order.executed
    trade = Trade(
        fact["tradeId"],
        order.id,
        order.list_id,
        order.account,
        fact["symbol"],
        order.ticket.side,
        units(fact["price"]),
        units(fact["qty"]),
        units(fact["quoteQty"]),
        units(fact["fee"]),
        fact["feeAsset"],
        fact["maker"],
        fact["at_ms"],
    )
    order.trades.append(trade)
    venue.accounts[order.account].trades[fact["symbol"]].append(trade)


def _closed(venue: Venue, fact: Fact) -> None:
    order = venue.orders[fact["orderId"]]
    venue.withdraw(order)
    order.status, order.updated_ms, order.locked = fact["status"], fact["at_ms"], 0
    order.cancel_id = fact.get("cancelId", "")
    venue.accounts[order.account].open.pop(order.id, None)


def _list_opened(venue: Venue, fact: Fact) -> None:
    orders = OrderList(
        fact["orderListId"],
        fact["account"],
        fact["symbol"],
        fact["listClientOrderId"],
        tuple(fact["orderIds"]),
        fact["at_ms"],
        fact.get("contingency", OCO),
    )
    venue.lists[orders.id] = orders
    venue.last_list_id = orders.id
    for each in orders.order_ids:
        venue.orders[each].list_id = orders.id


def _list_closed(venue: Venue, fact: Fact) -> None:
    venue.lists[fact["orderListId"]].open = False


def _bar(venue: Venue, fact: Fact) -> None:
    prices = (units(fact[name]) for name in ("open", "high", "low", "close", "volume"))
    venue.books[fact["symbol"]].bars.append(Candle(fact["open_ms"], *prices))


_STEPS: dict[str, Callable[[Venue, dict[str, Any]], None]] = {
    "market": _market,
    "account_opened": _account,
    "account_changed": _account,
    "habits": _habits,
    "moved": _moved,
    "quoted": _quoted,
    "printed": _printed,
    "order_accepted": _accepted,
    "order_held": _held,
    "order_released": _released,
    "order_moved": _moved_stop,
    "order_triggered": _triggered,
    "trade": _traded,
    "order_closed": _closed,
    "list_opened": _list_opened,
    "list_closed": _list_closed,
    "bar": _bar,
}
