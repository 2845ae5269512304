"""How what an order got is booked: as the fills that it is, or, where coins paid for coins, as a sale and a buy. Pure.

A portfolio counts in one currency. An order of ETH/BTC gives away bitcoins and brings ether, or the other way round:
the books sell the one and buy the other for the same money, what the bitcoins were worth at their best bid then. No
money moves, and nothing is gained by it but what the coins that were given had become worth.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Final

from cryptouniverse.kernel.market import MINOR_PER_UNIT, Instrument, Side
from strategies.backtest.engine.finding.purse import Done
from trading.execution.services import BookPart
from trading.fills import BUY

_MINOR: Final = Decimal("1e-8")
_DIGITS: Final = Decimal("1e-18")


def plain_parts(done: Done) -> tuple[BookPart, ...]:
    """A fill for each level."""
    one, side = done.instrument, Side.BUY if done.side == BUY else Side.SELL
    parts = []
    for level in done.got:
        notional, fee, base_fee = done.paid(level)
        price, size = one.price_of(level[0]), one.quantity_of(level[1])
        collateral = done.sets_aside(level) if done.margin else Decimal(0)
        parts.append(BookPart(one, side, price, size, notional, fee, base_fee, collateral))
    return tuple(parts)


def exchanged_parts(done: Done, base: Instrument, quote: Instrument, bid: Decimal) -> tuple[BookPart, ...]:
    """A sale and a buy for each level. base, quote: markets in which these coins are counted; bid: of the latter."""
    parts = []
    for level in done.got:
        notional, fee, base_fee = done.paid(level)
        size, paid, fee_paid = done.instrument.quantity_of(level[1]), notional * _MINOR, fee * _MINOR
        worth = int((paid * bid * MINOR_PER_UNIT).to_integral_value(rounding=ROUND_DOWN))
        if done.side == BUY:
            parts += [_sale(quote, paid + fee_paid, worth), _buy(base, size, worth, base_fee)]
        else:
            parts += [_sale(base, size, worth), _buy(quote, paid, worth, fee_paid)]
    return tuple(parts)


def _sale(one: Instrument, quantity: Decimal, worth: int) -> BookPart:
    return BookPart(one, Side.SELL, _price(worth, quantity), quantity, worth, 0)


def _buy(one: Instrument, quantity: Decimal, worth: int, base_fee: Decimal) -> BookPart:
    return BookPart(one, Side.BUY, _price(worth, quantity), quantity, worth, 0, base_fee)


def _price(worth: int, quantity: Decimal) -> Decimal:
    """Told to 18 digits: what is booked is the worth itself."""
    return (worth * _MINOR / quantity).quantize(_DIGITS, rounding=ROUND_DOWN)
