"""Book mode: the price moves, by itself or through a bar, and resting orders and stops meet it. Pure."""

from __future__ import annotations

from dataclasses import replace

from trading.sandbox.venue.amounts import text, up_to
from trading.sandbox.venue.book import Book, Candle, quotes
from trading.sandbox.venue.markets import TRADING, Market
from trading.sandbox.venue.matching import Quotes, settle_maker
from trading.sandbox.venue.placing import run_stops
from trading.sandbox.venue.state import Venue
from trading.sandbox.venue.stops import stop_of


def open_market(venue: Venue, market: Market, at_ms: int) -> None:
    """Add a market, or give one that is there other filters and fees. Its price stays, if it has one."""
    if earlier := venue.markets.get(market.symbol):
        market = replace(market, price=earlier.price)
    else:
        venue.books[market.symbol] = Book(price=market.price, last=market.price)
    if venue.markets.get(market.symbol) != market:
        venue.markets[market.symbol] = market
        venue.note("market", at_ms, market=market.facts())


def move_price(venue: Venue, symbol: str, price: int, at_ms: int) -> None:
    """The market jumps to `price`: the market maker quotes around it and takes the orders that are in its way.

    Nothing trades while the market is closed.
    """
    market, book = venue.markets[symbol], venue.books[symbol]
    price = max(price - price % market.tick, market.tick)
    book.price = price
    venue.note("quoted", at_ms, symbol=symbol, price=text(price))
    if market.status != TRADING:
        return
    for buys in (True, False):
        _take_crossed(venue, market, book, buys, at_ms)
    _show(venue, market, price, at_ms)
    run_stops(venue, symbol, at_ms)


def walk_bar(venue: Venue, symbol: str, bar: Candle, at_ms: int) -> None:
    """Walk a bar: open, then low, high, close of a bar that rises, else high, low, close.

    To the open the market jumps, as over a gap; from there on it passes every price, and so every stop in between.
    """
    rises = bar.close >= bar.open
    move_price(venue, symbol, bar.open, at_ms)
    for price in (bar.low, bar.high, bar.close) if rises else (bar.high, bar.low, bar.close):
        _pass_to(venue, symbol, price, at_ms)


def _pass_to(venue: Venue, symbol: str, price: int, at_ms: int) -> None:
    """Move on to `price` without leaving out a stop on the way."""
    tick = venue.markets[symbol].tick
    while True:
        book = venue.books[symbol]
        here = book.price
        low, high = min(here, price), max(here, price)
        stops = {up_to(stop_of(order), tick) if price > here else stop_of(order) for order in book.stops.values()}
        between = [stop for stop in stops if low < stop < high]
        if not between:
            break
        move_price(venue, symbol, min(between) if price > here else max(between), at_ms)
        if book.price == here:
            break
    if venue.books[symbol].price != price:
        move_price(venue, symbol, price, at_ms)


def _take_crossed(venue: Venue, market: Market, book: Book, buys: bool, at_ms: int) -> None:
    """The market maker trades with resting bids (or asks) that its new quotes cross, at their price, best first."""
    house = Quotes(quotes(market, book.price, not buys))
    while (order := book.best(buys)) and house.price:
        price = order.ticket.price
        if (price < house.price) if buys else (price > house.price):
            return
        quantity = min(order.left, house.size)
        number = venue.print(market.symbol, price, quantity, at_ms, buyer_is_maker=buys)
        settle_maker(venue, order, number, price, quantity, at_ms, counter=0)
        house.take(quantity)


def _show(venue: Venue, market: Market, price: int, at_ms: int) -> None:
    """Print a trade of others at the new price, so that it is the last one."""
    number = venue.print(market.symbol, price, market.step, at_ms, buyer_is_maker=False)
    venue.note("printed", at_ms, symbol=market.symbol, price=text(price), qty=text(market.step), tradeId=number)
