"""What a trade costs: in the asset that is received, in BNB where the account pays with it, or in the quote. Pure."""

from __future__ import annotations

from trading.sandbox.venue.amounts import PPM, UNIT, share_up
from trading.sandbox.venue.orders import Order
from trading.sandbox.venue.state import Venue

DISCOUNT_PERCENT = 25  # for who pays with BNB


def fee_of(venue: Venue, order: Order, quantity: int, quote: int, maker: bool) -> tuple[int, str]:
    """The fee and its asset for a trade of `quantity` worth `quote`, rounded up to 1e-8."""
    market = venue.markets[order.ticket.symbol]
    ppm = market.maker_ppm if maker else market.taker_ppm
    if venue.in_bars:
        return share_up(quote, ppm, PPM), market.quote
    account = venue.accounts[order.account]
    if other := account.fee_asset:
        fee = _in_other(venue, other, market.quote, quote * ppm)
        if 0 < fee <= account.free[other]:
            return fee, other
    return (share_up(quantity, ppm, PPM), market.base) if order.buys else (share_up(quote, ppm, PPM), market.quote)


def _in_other(venue: Venue, asset: str, quote: str, fee_ppm: int) -> int:
    """A fee (in millionths of the quote asset) in another asset, less its discount; 0 where that has no price."""
    book = venue.books.get(f"{asset}{quote}")
    if book is None:
        return 0
    return share_up(fee_ppm * (100 - DISCOUNT_PERCENT), UNIT, PPM * 100 * book.last)
