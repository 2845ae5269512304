"""A market's book: the resting orders of its users by price and time, and the market maker's quotes around a price.

The market maker quotes anew after every action, so it is always last in the queue at its price. Pure.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from trading.sandbox.venue.amounts import PPM, UNIT, down_to, up_to
from trading.sandbox.venue.markets import Market
from trading.sandbox.venue.orders import Order

MINUTE_MS = 60_000

Level = tuple[int, int]  # price, quantity
_Place = tuple[int, int, Order]


@dataclass(frozen=True, slots=True)
class Print:
    """One trade as everybody sees it."""

    id: int
    price: int
    quantity: int
    at_ms: int
    buyer_is_maker: bool


@dataclass(slots=True)
class Candle:
    """One bar. open_ms: UTC ms of its open; prices and volume in 1e-8."""

    open_ms: int
    open: int
    high: int
    low: int
    close: int
    volume: int


@dataclass(slots=True)
class Book:
    """What is alive in one market.

    price: the market maker quotes around it; last: traded. prints, minutes: the last trades, and candles made of them.
    bars: those that were posted. stops: not triggered yet; waiting: orders of bar mode.
    """

    price: int
    last: int
    last_trade_id: int = 0
    prints: deque[Print] = field(default_factory=lambda: deque(maxlen=1000))
    minutes: deque[Candle] = field(default_factory=lambda: deque(maxlen=1500))
    bars: list[Candle] = field(default_factory=list)
    stops: dict[int, Order] = field(default_factory=dict)
    waiting: dict[int, Order] = field(default_factory=dict)
    _bids: list[_Place] = field(default_factory=list)
    _asks: list[_Place] = field(default_factory=list)

    def show(self, trade: Print) -> None:
        """Enter a trade into what everybody sees: the last price, the last trades, the minute's candle."""
        self.last_trade_id, self.last = trade.id, trade.price
        self.prints.append(trade)
        minute = trade.at_ms - trade.at_ms % MINUTE_MS
        if not self.minutes or self.minutes[-1].open_ms < minute:
            self.minutes.append(Candle(minute, trade.price, trade.price, trade.price, trade.price, 0))
        candle = self.minutes[-1]
        candle.high, candle.low = max(candle.high, trade.price), min(candle.low, trade.price)
        candle.close = trade.price
        candle.volume += trade.quantity

    def rest(self, order: Order) -> None:
        """Put a limit order behind all others at its price."""
        insort(self._side(order.buys), _place(order))

    def remove(self, order: Order) -> None:
        """Take an order out, if it stands here."""
        side, place = self._side(order.buys), _place(order)
        at = bisect_left(side, place[:2], key=lambda each: each[:2])
        if at < len(side) and side[at][2] is order:
            del side[at]

    def best(self, buys: bool) -> Order | None:
        """The order that is first in the queue to buy, or to sell."""
        side = self._side(buys)
        return side[0][2] if side else None

    def queue(self, buys: bool) -> Iterator[Order]:
        """The resting orders to buy, or to sell, first in the queue first."""
        return (order for *_, order in self._side(buys))

    def _side(self, buys: bool) -> list[_Place]:
        return self._bids if buys else self._asks


def _place(order: Order) -> _Place:
    price = order.ticket.price
    return (-price if order.buys else price, order.turn, order)


def quotes(market: Market, price: int, buys: bool) -> Iterator[Level]:
    """The market maker's levels, best first: its bids if `buys`, else its asks."""
    distance = max(market.tick, price * market.spread_ppm // PPM)
    for level in range(1, market.levels + 1):
        at = down_to(price - level * distance, market.tick) if buys else up_to(price + level * distance, market.tick)
        if at < market.tick:
            return
        size = down_to(market.level_worth * UNIT // at, market.step)
        yield at, max(size, market.step)


def depth(market: Market, book: Book, buys: bool, limit: int) -> list[Level]:
    """The book as everybody sees it: the resting orders and the market maker's quotes, summed by price, best first."""
    levels: dict[int, int] = {}
    for order in book.queue(buys):
        levels[order.ticket.price] = levels.get(order.ticket.price, 0) + order.left
    for price, size in quotes(market, book.price, buys):
        levels[price] = levels.get(price, 0) + size
    return sorted(levels.items(), reverse=buys)[:limit]
