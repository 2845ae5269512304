"""From facts to the messages of the user data stream, in Binance's shape. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from trading.sandbox.venue.amounts import text
from trading.sandbox.venue.orders import CANCELED, EXPIRED_IN_MATCH, FILLED, NEW, Order
from trading.sandbox.venue.state import Fact, Venue

Event = dict[str, Any]
_EXECUTION = {CANCELED: "CANCELED", EXPIRED_IN_MATCH: "TRADE_PREVENTION"}


def user_events(venue: Venue, facts: Iterable[Fact]) -> Iterator[tuple[str, Event]]:
    """(account, message) for each fact that an account's stream tells."""
    for fact in facts:
        kind = fact["kind"]
        if kind in {"order_accepted", "order_released", "trade", "order_closed"}:
            order = venue.orders[fact["orderId"]]
            if event := _report(order, fact):
                yield order.account, event
        elif kind == "moved":
            yield from _positions(fact)
        elif kind in {"list_opened", "list_closed"}:
            yield fact["account"], _list_status(venue, fact)
        elif kind == "account_changed" and fact["revoked"]:
            yield fact["account"], {"e": "eventStreamTerminated", "E": fact["at_ms"]}


def _report(order: Order, fact: Fact) -> Event | None:
    """The executionReport of a fact; none for the end of a filled order, which its last trade has told."""
    if fact["kind"] == "order_accepted":
        return _execution(order, fact, "NEW", fact.get("status", NEW))
    if fact["kind"] == "order_released":
        return _execution(order, fact, "NEW", NEW)
    if fact["kind"] == "trade":
        return _execution(order, fact, "TRADE", fact["status"]) | {
            "l": fact["qty"],
            "L": fact["price"],
            "Y": fact["quoteQty"],
            "n": fact["fee"],
            "N": fact["feeAsset"],
            "t": fact["tradeId"],
            "m": fact["maker"],
            "w": False,
            "z": fact["executed"],
            "Z": fact["spent"],
        }
    if fact["status"] == FILLED:
        return None
    report = _execution(order, fact, _EXECUTION.get(fact["status"], "EXPIRED"), fact["status"])
    report |= {"z": text(order.executed), "Z": text(order.spent), "w": False}
    if fact["status"] == CANCELED:
        report |= {"c": order.cancel_id, "C": order.client_id}
    return report


def _execution(order: Order, fact: Fact, execution: str, status: str) -> Event:
    ticket = order.ticket
    return {
        "e": "executionReport",
        "E": fact["at_ms"],
        "s": ticket.symbol,
        "c": order.client_id,
        "S": ticket.side,
        "o": ticket.kind,
        "f": ticket.time_in_force,
        "q": text(order.quantity),
        "p": text(ticket.price),
        "P": text(ticket.stop),
        "F": text(ticket.iceberg),
        "g": order.list_id,
        "C": "",
        "x": execution,
        "X": status,
        "r": "NONE",
        "i": order.id,
        "l": text(0),
        "z": text(0),
        "L": text(0),
        "n": "0",
        "N": None,
        "T": fact["at_ms"],
        "t": -1,
        "I": order.id * 2,
        "w": order.working,
        "m": False,
        "M": False,
        "O": order.at_ms,
        "Z": text(0),
        "Y": text(0),
        "Q": text(ticket.quote_quantity),
        "W": order.working_ms or order.at_ms,
        "V": "EXPIRE_MAKER",
    }


def _positions(fact: Fact) -> Iterator[tuple[str, Event]]:
    at_ms = fact["at_ms"]
    if fact["because"].startswith("control accounts"):
        for asset, (free, *_) in fact["assets"].items():
            yield fact["account"], {"e": "balanceUpdate", "E": at_ms, "a": asset, "d": free, "T": at_ms}
    holds = [{"a": asset, "f": free, "l": locked} for asset, (*_, free, locked) in fact["assets"].items()]
    yield fact["account"], {"e": "outboundAccountPosition", "E": at_ms, "u": at_ms, "B": holds}


def _list_status(venue: Venue, fact: Fact) -> Event:
    orders = venue.lists[fact["orderListId"]]
    is_open = fact["kind"] == "list_opened"
    legs = [venue.orders[each] for each in orders.order_ids]
    return {
        "e": "listStatus",
        "E": fact["at_ms"],
        "s": orders.symbol,
        "g": orders.id,
        "c": orders.contingency,
        "l": "EXEC_STARTED" if is_open else "ALL_DONE",
        "L": "EXECUTING" if is_open else "ALL_DONE",
        "r": "NONE",
        "C": orders.client_id,
        "T": fact["at_ms"],
        "O": [{"s": orders.symbol, "i": leg.id, "c": leg.client_id} for leg in legs],
    }
