"""What a finder has, by venue and currency, and what an order that filled at a book does to it. Pure and exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import Final

from cryptouniverse.kernel.market import Instrument
from trading.fills import BUY, Book, Costs, fee_minor, notional_minor
from trading.fills.books import Level, Levels
from trading.fills.types import PPM

Place = tuple[str, str]  # venue, currency
AT_BOOKS: Final = Costs(slippage_bps=0)  # what trading costs on paper: a book says itself what a taker pays
_MINOR: Final = Decimal("1e-8")
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Done:
    """An order and what it got. limit: ticks; steps: as it was sent; got: (ticks, steps) of each level, each one fill.

    cause: "leg" of a trade, "undo" of a leg that the others did not match, "stock", "quote", or "stop". ppm: its fee;
    in_kind: taken from what a buy brings.
    """

    instrument: Instrument
    side: int
    limit: int
    steps: int
    got: Levels
    cause: str
    ppm: int
    in_kind: bool = False

    @property
    def filled(self) -> int:
        """Steps that it got."""
        return sum(steps for _ticks, steps in self.got)

    def paid(self, level: Level) -> tuple[int, int, Decimal]:
        """Of one fill its notional and its fee in minor units of the quote currency, and its fee in base units."""
        ticks, steps = level
        notional = notional_minor(ticks, steps, self.instrument.minor_per_tick_step)
        if self.in_kind and self.side == BUY:
            fee = self.instrument.quantity_of(steps) * self.ppm / PPM
            return notional, 0, fee.quantize(_MINOR, rounding=ROUND_UP)
        return notional, fee_minor(notional, self.ppm), Decimal(0)


class Purse(dict[Place, Decimal]):
    """What is free, by (venue, currency)."""

    def apply(self, done: Done) -> None:
        """Count what an order got."""
        one = done.instrument
        base, quote = (one.venue, one.base), (one.venue, one.quote)
        for level in done.got:
            notional, fee, base_fee = done.paid(level)
            self[base] = self.get(base, Decimal(0)) + one.quantity_of(level[1]) * done.side - base_fee
            self[quote] = self.get(quote, Decimal(0)) - (notional * done.side + fee) * _MINOR

    def affords(self, one: Instrument, side: int, limit: int, steps: int, *, ppm: int) -> int:
        """Of `steps`, those that are there to be sold, or can be paid at the limit with the fee on top."""
        if side != BUY:
            return min(steps, one.steps_down(max(self.get((one.venue, one.base), Decimal(0)), Decimal(0))))
        money = max(self.get((one.venue, one.quote), Decimal(0)), Decimal(0)) / _MINOR
        each = limit * one.minor_per_tick_step
        most = int((money * PPM / (each * (PPM + ppm))).to_integral_value(rounding=ROUND_DOWN))
        while most and each * most + fee_minor(each * most, ppm) > money:
            most -= 1  # the fee is rounded up
        return min(steps, most)


def home_of(instruments: Sequence[Instrument]) -> str:
    """The currency in which money is counted: the one that none of these markets buys."""
    [home] = {one.quote for one in instruments} - {one.base for one in instruments}
    return home


def opening_purse(instruments: Sequence[Instrument], funds: Decimal) -> Purse:
    """The funds, shared equally by the venues in whole cents."""
    venues, home = sorted({one.venue for one in instruments}), home_of(instruments)
    share = (funds / len(venues)).quantize(_CENT, rounding=ROUND_DOWN)
    return Purse({(venue, home): share for venue in venues})


def gained(
    before: Mapping[Place, Decimal],
    after: Mapping[Place, Decimal],
    instruments: Sequence[Instrument],
    books: Mapping[str, Book],
) -> Decimal:
    """What the money grew by; coins that are more or fewer over all venues count at the lowest best bid."""
    home, change = home_of(instruments), dict[str, Decimal]()
    for place in {*before, *after}:
        moved = after.get(place, Decimal(0)) - before.get(place, Decimal(0))
        change[place[1]] = change.get(place[1], Decimal(0)) + moved
    total = change.pop(home, Decimal(0))
    for currency, moved in sorted(change.items()):
        bids = [
            one.price_of(books[one.id].bids[0][0]) for one in instruments if (one.base, one.quote) == (currency, home)
        ]
        total += moved * min(bids)
    return total


def worth_of(purse: Mapping[Place, Decimal], instruments: Sequence[Instrument], books: Mapping[str, Book]) -> Decimal:
    """All of it in the home currency: coins at the best bid of their venue, fees of selling them not paid."""
    home = home_of(instruments)
    total = sum((amount for (_venue, currency), amount in purse.items() if currency == home), Decimal(0))
    for one in instruments:
        if one.quote == home:
            total += purse.get((one.venue, one.base), Decimal(0)) * one.price_of(books[one.id].bids[0][0])
    return total
