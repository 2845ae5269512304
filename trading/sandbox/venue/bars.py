"""Bar mode: how waiting orders meet a whole bar. Pure.

The rule, in the order in which it is applied to each bar after the order was accepted:

1. The open decides. Market orders and limit orders that do not wait (IOC, FOK) fill at the open, slipped; one whose
   limit the slipped open breaks expires. A stop that the open has passed fills at the open, slipped: a gap is not
   filled at the stop. A limit order that the open has passed fills at the open.
2. Stops that the bar touches fill at their stop price, slipped.
3. Limit orders that the bar trades through (touching is not enough) fill at their limit.

A stop with a limit that its slipped price breaks rests as a limit order from the next bar on.

So where a bar holds both stop and target, the stop comes first. Slippage is rounded to the worse tick, and takers pay
it; fees are in the quote currency, rounded up. Orders fill whole. A buy that cannot be paid expires.
"""

from __future__ import annotations

from dataclasses import replace

from trading.sandbox.venue import matching
from trading.sandbox.venue.amounts import BPS, UNIT, down_to, share_up, text, worth
from trading.sandbox.venue.book import Book, Candle
from trading.sandbox.venue.fees import fee_of
from trading.sandbox.venue.markets import TRADING, Market
from trading.sandbox.venue.orders import EXPIRED, FILLED, GTC, Order
from trading.sandbox.venue.state import Venue
from trading.sandbox.venue.stops import falls, reached, stop_of


def meet_bar(venue: Venue, symbol: str, bar: Candle, at_ms: int) -> None:
    """Let every waiting order of a market meet a bar, and move the price to its close."""
    market, book = venue.markets[symbol], venue.books[symbol]
    if market.status == TRADING:
        orders = list(book.waiting.values())
        limits = [
            order for order in orders if not order.waits
        ]  # what a stop becomes in this bar waits for the next one
        for step, those in ((_at_the_open, orders), (_stop_inside, orders), (_limit_inside, limits)):
            for order in those:
                if order.is_open:
                    step(venue, market, order, bar, at_ms)
    _close_at(venue, market, book, bar, at_ms)


def _at_the_open(venue: Venue, market: Market, order: Order, bar: Candle, at_ms: int) -> None:
    if order.waits:
        if reached(order.ticket, stop_of(order), bar.open):
            _stop(venue, market, order, bar.open, at_ms)
    elif not order.limit or order.ticket.time_in_force != GTC:
        price = slipped(market, order.buys, bar.open, venue.slippage_bps)
        if _breaks(order, price):
            venue.close(order, EXPIRED, at_ms)
        else:
            _fill(venue, market, order, price, at_ms, is_maker=False)
    elif bar.open < order.limit if order.buys else bar.open > order.limit:
        _fill(venue, market, order, bar.open, at_ms, is_maker=True)


def _stop_inside(venue: Venue, market: Market, order: Order, bar: Candle, at_ms: int) -> None:
    stop = stop_of(order) if order.waits else 0
    if reached(order.ticket, stop, bar.low if falls(order.ticket) else bar.high):
        _stop(venue, market, order, stop, at_ms)


def _limit_inside(venue: Venue, market: Market, order: Order, bar: Candle, at_ms: int) -> None:
    if bar.low < order.limit if order.buys else bar.high > order.limit:
        _fill(venue, market, order, order.limit, at_ms, is_maker=True)


def _stop(venue: Venue, market: Market, order: Order, at: int, at_ms: int) -> None:
    """Trigger a stop at a price: it fills there, slipped, unless it carries a limit that this breaks."""
    venue.trigger(order, at_ms)
    matching.claim(venue, order, at_ms)
    price = slipped(market, order.buys, at, venue.slippage_bps)
    if order.limit and _breaks(order, price):
        venue.rest(order)
    else:
        _fill(venue, market, order, price, at_ms, is_maker=False)


def slipped(market: Market, buys: bool, price: int, slippage_bps: int) -> int:
    """`price` made worse by the slippage, rounded to the worse tick, never below one tick."""
    slip = share_up(price // market.tick, slippage_bps, BPS) * market.tick
    return price + slip if buys else max(price - slip, market.tick)


def _fill(venue: Venue, market: Market, order: Order, price: int, at_ms: int, *, is_maker: bool) -> None:
    """Fill an order whole, or let it expire where its account cannot pay."""
    matching.claim(venue, order, at_ms)
    if order.ticket.quote_quantity:
        order.quantity = down_to(order.ticket.quote_quantity * UNIT // price, market.step)
    quote = worth(price, order.left)
    fee, _ = fee_of(venue, order, order.left, quote, is_maker)
    account = venue.accounts[order.account]
    needed = quote + fee if order.buys else order.left
    if not order.left or needed > account.free[venue.pays_with(order)] + order.locked:
        venue.close(order, EXPIRED, at_ms)
        return
    number = venue.print(order.ticket.symbol, price, order.left, at_ms, buyer_is_maker=order.buys == is_maker)
    matching.enter(venue, order, number, price, order.left, at_ms, is_maker=is_maker, counter=0)
    venue.close(order, FILLED, at_ms)


def _close_at(venue: Venue, market: Market, book: Book, bar: Candle, at_ms: int) -> None:
    book.price = bar.close
    venue.note("quoted", at_ms, symbol=market.symbol, price=text(bar.close))
    number = venue.print(market.symbol, bar.close, market.step, at_ms, buyer_is_maker=False)
    venue.note("printed", at_ms, symbol=market.symbol, price=text(bar.close), qty=text(market.step), tradeId=number)


def _breaks(order: Order, price: int) -> bool:
    return bool(order.limit) and (price > order.limit if order.buys else price < order.limit)


def on_tick(market: Market, bar: Candle) -> Candle:
    """The bar with its prices on the nearest tick (half to even)."""
    prices = {name: _nearest(getattr(bar, name), market.tick) for name in ("open", "high", "low", "close")}
    return replace(bar, **prices)


def _nearest(price: int, tick: int) -> int:
    ticks, rest = divmod(price, tick)
    up = 2 * rest > tick or (2 * rest == tick and ticks % 2 == 1)
    return max(ticks + up, 1) * tick
