"""Book mode: how an order meets the book. Best price first, then who came first; the market maker last. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from trading.sandbox.venue.amounts import UNIT, down_to, text, worth
from trading.sandbox.venue.book import Level, quotes
from trading.sandbox.venue.fees import fee_of
from trading.sandbox.venue.orders import EXPIRED, EXPIRED_IN_MATCH, FOK, IOC, MARKET_KINDS, Order, Trade
from trading.sandbox.venue.state import Venue


class Quotes:
    """The market maker's levels on one side, while one action takes from them."""

    def __init__(self, levels: Iterator[Level]) -> None:
        self._levels = levels
        self.price, self.size = next(levels, (0, 0))

    def take(self, quantity: int) -> None:
        """`quantity` of the best level is gone."""
        self.size -= quantity
        if not self.size:
            self.price, self.size = next(self._levels, (0, 0))


def work(venue: Venue, order: Order, at_ms: int) -> None:
    """Let an order that was accepted, or a stop that was triggered, meet the book; then it rests or ends."""
    if order.ticket.time_in_force == FOK and takeable(venue, order) < order.left:
        venue.close(order, EXPIRED, at_ms)
        return
    take(venue, order, at_ms)
    if order.left == 0:
        venue.close(order, "FILLED", at_ms)
    elif order.ticket.kind in MARKET_KINDS or order.ticket.time_in_force in {IOC, FOK}:
        venue.close(order, EXPIRED, at_ms)
    else:
        venue.rest(order)


def would_take(venue: Venue, symbol: str, buys: bool, price: int) -> bool:
    """Whether an order at `price` would trade at once."""
    best = _best_price(venue, symbol, not buys)
    return bool(best) and (price >= best if buys else price <= best)


def takeable(venue: Venue, order: Order) -> int:
    """How much the book offers the order within its limit, its own account's orders left out."""
    offers = _offers(venue, order.account, order.ticket.symbol, order.buys)
    return sum(size for price, size in offers if _within(order, price))


def cost_of(venue: Venue, account: str, symbol: str, buys: bool, quantity: int) -> int:
    """What a market order of `quantity` would pay or get now, as far as the book reaches."""
    cost = 0
    for price, size in _offers(venue, account, symbol, buys):
        taken = min(size, quantity)
        cost += worth(price, taken)
        quantity -= taken
        if not quantity:
            break
    return cost


def quantity_for(venue: Venue, account: str, symbol: str, buys: bool, quote: int) -> int:
    """How much `quote` buys, or must be sold for it, now, as far as the book reaches, rounded down to the step."""
    step, quantity = venue.markets[symbol].step, 0
    for price, size in _offers(venue, account, symbol, buys):
        taken = min(size, down_to(quote * UNIT // price, step))
        quantity += taken
        quote -= worth(price, taken)
        if taken < size:
            break
    return quantity


def _offers(venue: Venue, account: str, symbol: str, buys: bool) -> list[Level]:
    """What there is to take for a buyer (or a seller), best first, the account's own orders left out."""
    book, market = venue.books[symbol], venue.markets[symbol]
    levels = [(order.ticket.price, order.left) for order in book.queue(not buys) if order.account != account]
    return sorted([*levels, *quotes(market, book.price, not buys)], reverse=not buys)


def take(venue: Venue, order: Order, at_ms: int) -> None:
    """Trade the order against whatever is better than its limit, until nothing is left of either."""
    book, market = venue.books[order.ticket.symbol], venue.markets[order.ticket.symbol]
    house = Quotes(quotes(market, book.price, not order.buys))
    while order.left:
        other = book.best(not order.buys)
        if other is not None and not (house.price and _better(order, house.price, other.ticket.price)):
            price, there = other.ticket.price, other.left
        else:
            other, price, there = None, house.price, house.size
        if not price or not _within(order, price):
            return
        if other is not None and other.account == order.account:
            end_in_match(venue, other, at_ms)
            continue
        quantity = min(there, _affordable(venue, order, price))
        if not quantity:
            return
        trade(venue, order, other, price, quantity, at_ms)
        if other is None:
            house.take(quantity)


def trade(venue: Venue, taker: Order, maker: Order | None, price: int, quantity: int, at_ms: int) -> None:
    """One trade; maker: None for the market maker's quote. A maker that is done leaves the book."""
    number = venue.print(taker.ticket.symbol, price, quantity, at_ms, buyer_is_maker=not taker.buys)
    enter(venue, taker, number, price, quantity, at_ms, is_maker=False, counter=maker.id if maker else 0)
    if maker is not None:
        settle_maker(venue, maker, number, price, quantity, at_ms, counter=taker.id)


def settle_maker(
    venue: Venue, maker: Order, number: int, price: int, quantity: int, at_ms: int, *, counter: int
) -> None:
    """The resting side of a trade."""
    claim(venue, maker, at_ms)
    enter(venue, maker, number, price, quantity, at_ms, is_maker=True, counter=counter)
    if maker.left == 0:
        venue.close(maker, "FILLED", at_ms)


def claim(venue: Venue, order: Order, at_ms: int) -> None:
    """An order of an OCO list trades or is triggered: the other one ends, and what both held is this one's."""
    if order.list_id < 0 or not (orders := venue.lists[order.list_id]).open or order.id not in orders.pair:
        return
    venue.end_list(orders, at_ms)
    other = venue.orders[next(each for each in orders.pair if each != order.id)]
    if other.is_open:
        order.locked, other.locked = order.locked + other.locked, 0
        venue.note("order_held", at_ms, **venue.names(order), locked=text(order.locked))
        venue.close(other, EXPIRED, at_ms)


def end_in_match(venue: Venue, order: Order, at_ms: int) -> None:
    """A resting order that would have met its own account's order ends instead."""
    claim(venue, order, at_ms)
    venue.close(order, EXPIRED_IN_MATCH, at_ms)


def needs(order: Order, left: int) -> int:
    """What `left` of a working order must hold: base of a sale; quote of a buy with a limit."""
    if not order.buys:
        return left
    return worth(order.ticket.price, left) if order.limit else 0


def enter(
    venue: Venue, order: Order, number: int, price: int, quantity: int, at_ms: int, *, is_maker: bool, counter: int
) -> None:
    """Move what the trade moves on one account, and enter it into the order."""
    market, account = venue.markets[order.ticket.symbol], venue.accounts[order.account]
    quote = worth(price, quantity)
    fee, fee_asset = fee_of(venue, order, quantity, quote, is_maker)
    gives, gets = (market.quote, market.base) if order.buys else (market.base, market.quote)
    given, got = (quote, quantity) if order.buys else (quantity, quote)
    entry = Trade(
        number,
        order.id,
        order.list_id,
        order.account,
        market.symbol,
        order.ticket.side,
        price,
        quantity,
        quote,
        fee,
        fee_asset,
        is_maker,
        at_ms,
    )
    venue.fill(order, entry, counter, keep=min(order.locked, needs(order, order.left - quantity)))
    venue.move(account, gets, free=got)
    venue.move(account, gives, free=-given)
    venue.move(account, fee_asset, free=-fee)


def _affordable(venue: Venue, order: Order, price: int) -> int:
    """How much more the order wants at `price`, and can pay: a market order holds nothing beforehand."""
    if order.limit:
        return order.left
    can = venue.accounts[order.account].free[venue.pays_with(order)] + order.locked
    most = can * UNIT // price if order.buys else can
    return min(order.left, down_to(most, venue.markets[order.ticket.symbol].step))


def _best_price(venue: Venue, symbol: str, buys: bool) -> int:
    book, market = venue.books[symbol], venue.markets[symbol]
    house, _ = next(quotes(market, book.price, buys), (0, 0))
    order = book.best(buys)
    if order is None:
        return house
    return max(house, order.ticket.price) if buys else min(house or order.ticket.price, order.ticket.price)


def _within(order: Order, price: int) -> bool:
    if not order.limit:
        return True
    return price <= order.limit if order.buys else price >= order.limit


def _better(taker: Order, one: int, other: int) -> bool:
    """Whether the taker would rather trade at `one`."""
    return one < other if taker.buys else one > other
