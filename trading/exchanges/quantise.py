"""An order's numbers as a venue takes them: amounts down to the step, prices to the passive side of the tick. Pure.

Everything is checked again after rounding. A refusal names the limit and the nearest value that would do.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Context, Decimal, InvalidOperation

from cryptouniverse.kernel.errors import FloatRefused
from cryptouniverse.kernel.market import Side
from cryptouniverse.kernel.words import gettext_noop as _
from trading.exchanges.errors import OrderRefused
from trading.exchanges.types import ExchangeMarket, OrderKind

ABSURD = Decimal(10) ** 15
_LIMITS = {OrderKind.LIMIT, OrderKind.STOP_LIMIT, OrderKind.TRAILING}
_STOPS = {OrderKind.STOP, OrderKind.STOP_LIMIT}
_EXACT = Context(prec=60)  # what is counted here has at most 15 digits before the point and 18 behind it
_SENTENCES = {
    "number": _("%(value)s is not an amount or a price: it must be a number above zero."),
    "price": _("This kind of order needs a price; %(value)s is none."),
    "quantity_min": _("The amount %(value)s is below the smallest that the exchange takes here, %(nearest)s."),
    "quantity_max": _("The amount %(value)s is above the largest that the exchange takes here, %(nearest)s."),
    "price_min": _("The price %(value)s is below the lowest that the exchange takes here, %(nearest)s."),
    "price_max": _("The price %(value)s is above the highest that the exchange takes here, %(nearest)s."),
    "band_low": _("The price %(value)s is too far below the market's: the exchange takes %(nearest)s at the least."),
    "band_high": _("The price %(value)s is too far above the market's: the exchange takes %(nearest)s at the most."),
    "min_notional": _("The order's value is below the exchange's minimum: %(nearest)s would do instead of %(value)s."),
    "max_notional": _("The order's value is above the exchange's maximum: %(nearest)s would do instead of %(value)s."),
    "open_orders_max": _("There are %(value)s open orders for this pair; the exchange takes %(nearest)s."),
}


@dataclass(frozen=True, slots=True)
class Quantised:
    """Numbers that the venue takes: quantity on its step and not above what was asked, prices on its tick."""

    quantity: Decimal
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None


def quantise(
    *,
    market: ExchangeMarket,
    side: Side,
    kind: OrderKind,
    quantity: object,
    limit_price: object = None,
    stop_price: object = None,
    last_price: Decimal | None = None,
    open_orders: int = 0,
) -> Quantised:
    """The order's numbers for `market`. Raises OrderRefused, and FloatRefused for a float.

    last_price: the market's, for the value of a market order and the price band; without it these are the venue's to
    check. open_orders: how many of ours are open for this pair.
    """
    rules = _Rules(market, side, kind, last_price)
    limit = rules.price(limit_price, is_needed=kind in _LIMITS)
    stop = rules.price(stop_price, is_needed=kind in _STOPS)
    amount = rules.amount(quantity)
    rules.check_notional(amount, limit or stop or last_price)
    if market.open_orders_max is not None and open_orders >= market.open_orders_max:
        raise rules.refused("open_orders_max", open_orders, market.open_orders_max - 1)
    return Quantised(amount, limit, stop)


@dataclass(frozen=True, slots=True)
class _Rules:
    market: ExchangeMarket
    side: Side
    kind: OrderKind
    last_price: Decimal | None

    def price(self, value: object, *, is_needed: bool) -> Decimal | None:
        """`value` on the tick: down for a buyer, up for a seller, so that neither pays more than was asked."""
        market = self.market
        if value is None:
            if is_needed:
                raise self.refused("price", "", market.tick)
            return None
        asked = self._number(value, market.tick)
        price = _on(asked, market.tick, ROUND_FLOOR if self.side is Side.BUY else ROUND_CEILING)
        lowest, highest = self._price_limits()
        for name, bound in lowest:
            if price < (least := _on(bound, market.tick, ROUND_CEILING)):
                raise self.refused(name, price, least)
        for name, bound in highest:
            if price > (most := _on(bound, market.tick, ROUND_FLOOR)):
                raise self.refused(name, price, most)
        return price

    def amount(self, value: object) -> Decimal:
        """`value` down to the step, within the pair's limits."""
        market = self.market
        least = _on(max(market.quantity_min or market.step, market.step), market.step, ROUND_CEILING)
        quantity = _on(self._number(value, least), market.step, ROUND_DOWN)
        if quantity < least:
            raise self.refused("quantity_min", quantity, least)
        if quantity > (most := self._quantity_max()):
            raise self.refused("quantity_max", quantity, most)
        return quantity

    def check_notional(self, quantity: Decimal, price: Decimal | None) -> None:
        """The order's value, after rounding."""
        market = self.market
        if price is None:
            return
        value = _EXACT.multiply(quantity, price)
        if value < market.min_notional:
            raise self.refused("min_notional", quantity, self._worth(market.min_notional, price, ROUND_CEILING))
        if market.max_notional is not None and value > market.max_notional:
            raise self.refused("max_notional", quantity, self._worth(market.max_notional, price, ROUND_FLOOR))

    def refused(self, limit: str, value: object, nearest: object) -> OrderRefused:
        """The refusal in words, with the numbers as facts."""
        facts = {"value": _plain(value), "nearest": _plain(nearest)}
        return OrderRefused(_SENTENCES[limit], symbol=self.market.symbol, limit=limit, **facts)

    def _number(self, value: object, nearest: Decimal) -> Decimal:
        if isinstance(value, float):
            raise FloatRefused("an order's numbers are Decimal, never float")
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise self.refused("number", value, nearest) from None
        if not number.is_finite() or number <= 0:
            raise self.refused("number", value, nearest)
        if number.adjusted() >= ABSURD.adjusted() or len(number.as_tuple().digits) > 40:
            raise self.refused("number", value, nearest)
        return number

    def _quantity_max(self) -> Decimal:
        market = self.market
        bounds = [market.quantity_max, None if self.kind in _LIMITS else market.market_quantity_max]
        return _on(min([each for each in bounds if each is not None], default=ABSURD), market.step, ROUND_DOWN)

    def _price_limits(self) -> tuple[list[tuple[str, Decimal]], list[tuple[str, Decimal]]]:
        market, last = self.market, self.last_price
        lowest = [("price_min", max(market.price_min or market.tick, market.tick))]
        highest = [("price_max", market.price_max)] if market.price_max is not None else []
        if market.band is not None and last is not None:
            band, buys = market.band, self.side is Side.BUY
            lowest.append(("band_low", _EXACT.multiply(last, band.buy_low if buys else band.sell_low)))
            highest.append(("band_high", _EXACT.multiply(last, band.buy_high if buys else band.sell_high)))
        return lowest, highest

    def _worth(self, notional: Decimal, price: Decimal, rounding: str) -> Decimal:
        """The amount that is worth `notional` at `price`, on the step; for a minimum also not below the smallest."""
        quantity = _on(_EXACT.divide(notional, price), self.market.step, rounding)
        if rounding == ROUND_CEILING and _EXACT.multiply(quantity, price) < notional:
            quantity += self.market.step  # the division itself was rounded
        return quantity


def _on(value: Decimal, unit: Decimal, rounding: str) -> Decimal:
    """`value` as a whole number of `unit`s, which need not be a power of ten."""
    whole = _EXACT.divide_int(value, unit)
    if rounding == ROUND_CEILING and _EXACT.multiply(whole, unit) < value:
        whole += 1
    return _EXACT.multiply(whole, unit)


def _plain(value: object) -> str:
    return format(value.normalize(), "f") if isinstance(value, Decimal) and value.is_finite() else str(value)[:40]
