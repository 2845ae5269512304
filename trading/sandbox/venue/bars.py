"""Bar mode: how waiting orders meet a whole bar. Pure.

What fills when, and at which price, is the product's rule and not written here: `trading.fills` (single.py, groups.py),
reached through by_rule.py. Here the orders of a market are walked through the bar's three moments, all of them through
one before any meets the next, oldest first; and what they get is paid, held and told.

Fees are in the quote currency, rounded up. Orders fill whole. A fill that cannot be paid does not happen: its order
expires, and what waits for it with it.
"""

from __future__ import annotations

from dataclasses import replace

from trading.sandbox.venue import by_rule, matching
from trading.sandbox.venue.amounts import UNIT, down_to, text, worth
from trading.sandbox.venue.book import Book, Candle
from trading.sandbox.venue.fees import fee_of
from trading.sandbox.venue.markets import TRADING, Market
from trading.sandbox.venue.orders import EXPIRED, FILLED, PENDING_NEW, Order
from trading.sandbox.venue.placing import end_followers, released
from trading.sandbox.venue.state import Venue


def meet_bar(venue: Venue, symbol: str, bar: Candle, at_ms: int) -> None:
    """Let every waiting order of a market meet a bar, and move the price to its close."""
    market, book = venue.markets[symbol], venue.books[symbol]
    if market.status == TRADING:
        walks = [Walk(venue, market, orders, bar, at_ms) for orders in _together(venue, book)]
        for moment in by_rule.MOMENTS:
            for walk in walks:
                walk.meet(moment)
        for walk in walks:
            walk.close()
    venue.due.clear()
    _close_at(venue, market, book, bar, at_ms)


def _together(venue: Venue, book: Book) -> list[list[Order]]:
    """The waiting orders, oldest first, each with those that hang together with it."""
    found: dict[int, list[Order]] = {}
    for order in book.waiting.values():
        if order.list_id < 0 or not (orders := venue.lists[order.list_id]).open:
            found[order.id] = [order]
        else:
            ids = [each for each in orders.order_ids if venue.orders[each].is_open]
            found.setdefault(ids[0], [venue.orders[each] for each in ids])
    return list(found.values())


class Walk:
    """One order, or the orders of one list, on their way through a bar."""

    def __init__(self, venue: Venue, market: Market, orders: list[Order], bar: Candle, at_ms: int) -> None:
        self._venue, self._market, self._orders, self._at_ms = venue, market, orders, at_ms
        states = [by_rule.state_of(order, market) for order in orders]
        costs = by_rule.Costs(slippage_bps=venue.slippage_bps)
        self._walk = by_rule.walk_of([order.ticket for order in orders], states, market, bar, costs)

    def meet(self, moment: int) -> None:
        """Let the orders meet one moment of the bar, and book what it does to them."""
        before = list(self._walk.states)
        fills = {fill.leg: fill for fill in self._walk.at(moment)}
        changed = [leg for leg, state in enumerate(self._walk.states) if state != before[leg]]
        for leg in sorted(changed, key=lambda leg: not (self._is_first(leg) or leg in fills or self._met(leg, before))):
            order, state = self._orders[leg], self._walk.states[leg]
            # What could not be paid has expired here, whatever the walk goes on to tell of it.
            if not order.is_open or (before[leg].status == by_rule.PENDING and not self._released(order)):
                continue
            if self._met(leg, before):
                self._venue.trigger(order, self._at_ms)
                matching.claim(self._venue, order, self._at_ms)
            if leg in fills:
                self._fill(order, fills[leg])
            elif state.status in {by_rule.EXPIRED, by_rule.CANCELLED}:
                self._venue.close(order, EXPIRED, self._at_ms)
            elif self._met(leg, before):
                self._venue.rest(order)

    def close(self) -> None:
        """The bar is over: what the rules remember of the orders that are still open is kept."""
        self._walk.close()
        for order, state in zip(self._orders, self._walk.states, strict=True):
            if order.is_open and state.status == by_rule.WORKING:
                self._venue.remember(order, state.takes, state.extreme * self._market.tick, self._at_ms)

    def _is_first(self, leg: int) -> bool:
        order = self._orders[leg]
        return order.list_id >= 0 and self._venue.lists[order.list_id].first == order.id

    def _met(self, leg: int, before: list[by_rule.OrderState]) -> bool:
        return self._walk.states[leg].triggered and not before[leg].triggered

    def _released(self, order: Order) -> bool:
        """Place an order whose first one has filled, or end it; whether it is placed."""
        venue, orders = self._venue, self._venue.lists[order.list_id]
        if order.status == PENDING_NEW:
            if venue.orders[orders.first].status != FILLED:
                end_followers(venue, orders, self._at_ms)
            elif released(venue, orders, self._at_ms):
                for each in orders.followers:
                    venue.rest(venue.orders[each])
        return order.is_open

    def _fill(self, order: Order, fill: by_rule.Fill) -> None:
        """Fill an order whole, or let it expire where its account cannot pay."""
        venue, market, at_ms = self._venue, self._market, self._at_ms
        matching.claim(venue, order, at_ms)
        price = fill.ticks * market.tick
        if order.ticket.quote_quantity:
            order.quantity = down_to(order.ticket.quote_quantity * UNIT // price, market.step)
        quote = worth(price, order.left)
        fee, _ = fee_of(venue, order, order.left, quote, fill.maker)
        needed = quote + fee if order.buys else order.left
        if not order.left or needed > venue.accounts[order.account].free[venue.pays_with(order)] + order.locked:
            venue.close(order, EXPIRED, at_ms)
            return
        symbol = order.ticket.symbol
        number = venue.print(symbol, price, order.left, at_ms, buyer_is_maker=order.buys == fill.maker)
        matching.enter(venue, order, number, price, order.left, at_ms, is_maker=fill.maker, counter=0)
        venue.close(order, FILLED, at_ms)


def _close_at(venue: Venue, market: Market, book: Book, bar: Candle, at_ms: int) -> None:
    book.price = bar.close
    venue.note("quoted", at_ms, symbol=market.symbol, price=text(bar.close))
    number = venue.print(market.symbol, bar.close, market.step, at_ms, buyer_is_maker=False)
    venue.note("printed", at_ms, symbol=market.symbol, price=text(bar.close), qty=text(market.step), tradeId=number)


def on_tick(market: Market, bar: Candle) -> Candle:
    """The bar with its prices on the nearest tick (half to even)."""
    prices = {name: _nearest(getattr(bar, name), market.tick) for name in ("open", "high", "low", "close")}
    return replace(bar, **prices)


def _nearest(price: int, tick: int) -> int:
    ticks, rest = divmod(price, tick)
    up = 2 * rest > tick or (2 * rest == tick and ticks % 2 == 1)
    return max(ticks + up, 1) * tick
