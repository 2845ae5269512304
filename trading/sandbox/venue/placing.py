"""Placing and cancelling: what is checked, what is held, and which way an order goes. Pure.

`place` and `cancel` are an action each. A trade may trigger stops, so `run_stops` follows wherever something traded.
"""

from __future__ import annotations

from dataclasses import replace

from trading.sandbox.venue import matching, refusals
from trading.sandbox.venue.accounts import Account
from trading.sandbox.venue.amounts import PPM, share_up, worth
from trading.sandbox.venue.filters import check
from trading.sandbox.venue.orders import CANCELED, EXPIRED, FILLED, STOP_KINDS, Order, Ticket
from trading.sandbox.venue.state import OrderList, Venue
from trading.sandbox.venue.stops import reached, stop_of

ROOM_PPM = 20_000  # a market buy that waits for a bar holds so much above the last price


def place(venue: Venue, account: Account, ticket: Ticket, at_ms: int) -> Order:
    """Check and accept one order, and let it trade. Raises Refusal, and then nothing has changed."""
    ticket = examined(venue, account, ticket)
    hold = required(venue, account, ticket)
    client_id = kept_client_id(venue, account, ticket.client_id)
    order = venue.accept(account, ticket, client_id, at_ms, hold)
    if venue.in_bars or order.waits:
        venue.rest(order)
    else:
        matching.work(venue, order, at_ms)
        run_stops(venue, ticket.symbol, at_ms)
    return order


def cancel(venue: Venue, order: Order, at_ms: int, cancel_id: str = "") -> list[Order]:
    """Cancel an open order, and the other leg of its list. Returns what was cancelled."""
    ended = [order]
    if order.list_id >= 0 and (orders := venue.lists[order.list_id]).open:
        ended += [venue.orders[each] for each in orders.order_ids if each != order.id and venue.orders[each].is_open]
        venue.end_list(orders, at_ms)
    for each in ended:
        venue.close(each, CANCELED, at_ms, cancel_id or made_client_id(venue))
    return ended


def examined(venue: Venue, account: Account, ticket: Ticket, *, waits: bool = False) -> Ticket:
    """`ticket` with its quantity known, or Refusal: filters, prices that are wrong for the kind, a repeated id.

    waits: it is placed later, when another order has filled, so today's price says nothing about its kind.
    """
    market, book = venue.markets[ticket.symbol], venue.books[ticket.symbol]
    buys = ticket.side == "BUY"
    check(market, book.last, account, ticket)
    if waits:
        return ticket
    if ticket.kind in STOP_KINDS and not ticket.trailing_bps and reached(ticket, ticket.stop, book.last):
        raise refusals.new_order_rejected("Stop price would trigger immediately.")
    if ticket.kind == "LIMIT_MAKER" and _would_take(venue, market.symbol, buys, ticket.price):
        raise refusals.new_order_rejected("Order would immediately match and take.")
    if is_repeated(venue, account, ticket.client_id):
        raise refusals.new_order_rejected("Duplicate order sent.")
    if ticket.quote_quantity and not venue.in_bars:
        quantity = matching.quantity_for(venue, account.key, market.symbol, buys, ticket.quote_quantity)
        if not quantity:
            raise refusals.filter_failure("LOT_SIZE")
        return replace(ticket, quantity=quantity)
    return ticket


def _would_take(venue: Venue, symbol: str, buys: bool, price: int) -> bool:
    """Whether a limit would trade at once: with the book, or in bar mode with the last price."""
    if not venue.in_bars:
        return matching.would_take(venue, symbol, buys, price)
    last = venue.books[symbol].last
    return price >= last if buys else price <= last


def required(venue: Venue, account: Account, ticket: Ticket) -> int:
    """What the order must hold, once the account was seen to have it. Raises Refusal where it cannot pay."""
    market = venue.markets[ticket.symbol]
    buys = ticket.side == "BUY"
    hold = need = held_by(venue, ticket)
    if ticket.kind == "MARKET" and not venue.in_bars:
        need = matching.cost_of(venue, account.key, market.symbol, buys, ticket.quantity) if buys else ticket.quantity
        hold = 0
    if need > account.free[market.quote if buys else market.base]:
        raise refusals.insufficient_balance()
    return hold


def held_by(venue: Venue, ticket: Ticket) -> int:
    """What an order holds while it waits: the base of a sale; the quote of a buy, in bar mode with its fee."""
    market, book = venue.markets[ticket.symbol], venue.books[ticket.symbol]
    if ticket.side == "SELL":
        return ticket.quantity or ticket.quote_quantity * PPM // book.last
    if ticket.quote_quantity:
        cost = ticket.quote_quantity
    elif ticket.price:
        cost = worth(ticket.price, ticket.quantity)
    else:
        cost = share_up(worth(ticket.stop or book.last, ticket.quantity), PPM + ROOM_PPM, PPM)
    return cost + (share_up(cost, max(market.taker_ppm, market.maker_ppm), PPM) if venue.in_bars else 0)


def run_stops(venue: Venue, symbol: str, at_ms: int) -> None:
    """Trigger every stop that the last price has reached, oldest first, until none is left.

    What waited for an order that has just filled is placed before.
    """
    book = venue.books[symbol]
    while book.stops or venue.due:
        while venue.due:
            follow_up(venue, venue.due.pop(0), at_ms)
        due = next((order for order in book.stops.values() if reached(order.ticket, stop_of(order), book.last)), None)
        if due is None:
            return
        venue.trigger(due, at_ms)
        matching.claim(venue, due, at_ms)
        matching.work(venue, due, at_ms)


def follow_up(venue: Venue, orders: OrderList, at_ms: int) -> None:
    """The first order of a list has ended: place what waits for it, or end that where it was not filled."""
    if not orders.open:
        return
    if venue.orders[orders.first].status != FILLED:
        end_followers(venue, orders, at_ms)
    elif released(venue, orders, at_ms):
        for order in [venue.orders[each] for each in orders.followers]:
            ticket = order.ticket
            if order.waits:
                venue.rest(order)
            elif ticket.kind == "LIMIT_MAKER" and _would_take(venue, ticket.symbol, order.buys, ticket.price):
                venue.close(order, EXPIRED, at_ms)
            elif order.is_open:
                matching.work(venue, order, at_ms)


def released(venue: Venue, orders: OrderList, at_ms: int) -> bool:
    """Place what waited for the first order of a list; a pair holds once. False where it cannot be paid: it expires."""
    followers = [venue.orders[each] for each in orders.followers]
    hold = max(held_by(venue, order.ticket) for order in followers)
    account = venue.accounts[orders.account]
    if hold > account.free[venue.pays_with(followers[0])]:
        end_followers(venue, orders, at_ms)
        return False
    for order in followers:
        venue.release(order, 0 if order is not followers[0] else hold, at_ms)
    return True


def end_followers(venue: Venue, orders: OrderList, at_ms: int) -> None:
    """What waits for the first order of a list is not placed any more."""
    venue.end_list(orders, at_ms)
    for each in orders.followers:
        if venue.orders[each].is_open:
            venue.close(venue.orders[each], EXPIRED, at_ms)


def is_repeated(venue: Venue, account: Account, client_id: str) -> bool:
    """Whether the account must not use this client order id again."""
    rule = account.habits.client_ids or venue.habits.client_ids
    if not client_id or rule in {"ignored", "none"}:
        return False
    earlier = account.by_client_id.get(client_id, ())
    return any(order.is_open for order in earlier) if rule == "unique-open" else bool(earlier)


def kept_client_id(venue: Venue, account: Account, sent: str) -> str:
    """The client order id that the exchange keeps: the one sent, or one of its own."""
    keeps = (account.habits.client_ids or venue.habits.client_ids) != "none"
    return sent if sent and keeps else made_client_id(venue)


def made_client_id(venue: Venue) -> str:
    """An id of the exchange's own making."""
    return f"sandbox{venue.last_order_id + 1:015d}"
