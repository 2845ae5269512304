"""Binance's filters: what a market refuses before an order reaches its book. Pure."""

from __future__ import annotations

from trading.sandbox.venue import refusals
from trading.sandbox.venue.accounts import Account
from trading.sandbox.venue.amounts import PPM, worth
from trading.sandbox.venue.markets import ICEBERG_PARTS, TRADING, TRAILING_BPS, Market
from trading.sandbox.venue.orders import MARKET_KINDS, STOP_KINDS, Ticket

FAR = 5  # how many times the last price a limit may be away on the side that hurts nobody


def check(market: Market, last: int, account: Account, ticket: Ticket) -> None:
    """Raises Refusal for the first filter that `ticket` fails, as Binance names it."""
    if market.status != TRADING:
        raise refusals.market_closed()
    if ticket.quantity:
        _lot_size(market, ticket.quantity)
        if ticket.iceberg:
            _iceberg(market, ticket)
    for price in filter(None, (ticket.price, ticket.stop)):
        _price_filter(market, price)
    if ticket.trailing_bps and not TRAILING_BPS[0] <= ticket.trailing_bps <= TRAILING_BPS[1]:
        raise refusals.filter_failure("TRAILING_DELTA")
    if ticket.price:
        _percent_price(market, last, ticket)
    _notional(market, last, ticket)
    _number_of_orders(market, account, ticket)


def _lot_size(market: Market, quantity: int) -> None:
    if not market.step <= quantity <= market.max_quantity or quantity % market.step:
        raise refusals.filter_failure("LOT_SIZE")


def _iceberg(market: Market, ticket: Ticket) -> None:
    if ticket.iceberg > ticket.quantity:
        raise refusals.new_order_rejected("IcebergQty exceeds QTY.")
    _lot_size(market, ticket.iceberg)
    if -(-ticket.quantity // ticket.iceberg) > ICEBERG_PARTS:
        raise refusals.filter_failure("ICEBERG_PARTS")


def _price_filter(market: Market, price: int) -> None:
    if not market.tick <= price <= market.max_price or price % market.tick:
        raise refusals.filter_failure("PRICE_FILTER")


def _percent_price(market: Market, last: int, ticket: Ticket) -> None:
    if ticket.side == "BUY":
        low, high = last // FAR, last * (PPM + market.band_ppm) // PPM
    else:
        low, high = last * (PPM - market.band_ppm) // PPM, last * FAR
    if not low <= ticket.price <= high:
        raise refusals.filter_failure("PERCENT_PRICE_BY_SIDE")


def _notional(market: Market, last: int, ticket: Ticket) -> None:
    if ticket.quote_quantity:
        notional = ticket.quote_quantity
    else:
        price = (ticket.stop or last) if ticket.kind in MARKET_KINDS else ticket.price
        notional = worth(price, ticket.quantity)
    if notional < market.min_notional:
        raise refusals.filter_failure("NOTIONAL")


def _number_of_orders(market: Market, account: Account, ticket: Ticket) -> None:
    if ticket.kind == "MARKET":
        return
    there = [order for order in account.open.values() if order.ticket.symbol == ticket.symbol]
    if len(there) >= market.max_orders:
        raise refusals.filter_failure("MAX_NUM_ORDERS")
    if ticket.kind in STOP_KINDS and sum(order.waits for order in there) >= market.max_stops:
        raise refusals.filter_failure("MAX_NUM_ALGO_ORDERS")
