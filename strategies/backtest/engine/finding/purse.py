"""What a finder has, by venue and currency, and what an order that filled at a book does to it. Pure and exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import Final

from cryptouniverse.kernel.market import Instrument
from trading.fills import BUY, Book, Costs, fee_minor, notional_minor
from trading.fills.books import DEPTH, Level, Levels
from trading.fills.lots import freed
from trading.fills.types import PPM

Place = tuple[str, str]  # venue, currency or contract
AT_BOOKS: Final = Costs(slippage_bps=0)  # what trading costs on paper: a book says itself what a taker pays
_MINOR: Final = Decimal("1e-8")
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Done:
    """An order and what it got. limit: ticks; steps: as it was sent; got: (ticks, steps) of each level, each one fill.

    cause: "leg" of a trade, "undo" of a leg that the others did not match, "stock", "quote", "stop", "left" of what has
    lost its reason, "settled" of a contract that has ended, or "liquidated". ppm: its fee; in_kind: taken from what a
    buy brings. margin: of a contract that is sold short, a share of its worth at the limit; covers: it buys one back.
    """

    instrument: Instrument
    side: int
    limit: int
    steps: int
    got: Levels
    cause: str
    ppm: int
    in_kind: bool = False
    margin: Decimal = Decimal(0)
    covers: bool = False

    @property
    def enters(self) -> bool:
        """Whether it opens something, or adds to it."""
        return bool(self.margin) or (self.side == BUY and not self.covers)

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

    def sets_aside(self, level: Level) -> Decimal:
        """Of one fill that sells short, what stays with its contract: what it brought after its fee, and the margin."""
        notional, fee, _base_fee = self.paid(level)
        asked = notional_minor(self.limit, level[1], self.instrument.minor_per_tick_step) * self.margin
        return (notional - fee + asked.to_integral_value(rounding=ROUND_UP)) * _MINOR


class Purse(dict[Place, Decimal]):
    """What is there, by (venue, asset); of a contract that was sold short, its size below zero.

    kept: of each of those, the money of its venue that stays with it: what the sale brought, and the margin on top. A
    short never costs more than that (an isolated margin): before it would, its venue closes it.
    """

    def __init__(self, free: Mapping[Place, Decimal] | None = None, kept: Mapping[Place, Decimal] | None = None):
        super().__init__(free or {})
        self.kept = dict(kept or {})

    def spendable(self) -> dict[Place, Decimal]:
        """What is there, without the money that stays with contracts."""
        free = dict(self)
        for (venue, symbol), amount in self.kept.items():
            money = (venue, symbol.partition(":")[2].partition("-")[0])
            free[money] = free.get(money, Decimal(0)) - amount
        return free

    def held(self, one: Instrument) -> Decimal:
        """What is there of it; below zero what was sold short."""
        return self.get((one.venue, one.asset), Decimal(0))

    def apply(self, done: Done) -> None:
        """Count what an order got."""
        one = done.instrument
        place, quote = (one.venue, one.asset), (one.venue, one.quote)
        for level in done.got:
            notional, fee, base_fee = done.paid(level)
            before, size = self.get(place, Decimal(0)), one.quantity_of(level[1])
            if done.margin:
                self.kept[place] = self.kept.get(place, Decimal(0)) + done.sets_aside(level)
            elif done.covers:
                self.kept[place] -= freed(self.kept[place], size, -before)
            self[place] = before + size * done.side - base_fee
            self[quote] = self.get(quote, Decimal(0)) - (notional * done.side + fee) * _MINOR
        if done.got and not self.kept.get(place, Decimal(1)):
            del self.kept[place]

    def bankrupt_at(self, one: Instrument, ppm: int) -> int:
        """The price, in ticks, at which buying back a short takes all of its money, the fee in it."""
        steps = one.steps_down(-self.held(one))
        rounded = 2 * DEPTH  # minor units that rounding by levels may come to
        money = max(int(self.kept[one.venue, one.asset] / _MINOR) - rounded, 0)
        ticks = int(money * PPM // ((PPM + ppm) * steps * one.minor_per_tick_step))
        while (cost := notional_minor(ticks, steps, one.minor_per_tick_step)) + fee_minor(cost, ppm) > money:
            ticks -= 1  # the fee is rounded up
        return ticks

    def affords(
        self, one: Instrument, side: int, limit: int, steps: int, *, ppm: int, margin: Decimal = Decimal(0)
    ) -> int:
        """Of `steps`, those that are there to be sold or bought back, or can be paid at the limit with the fee on top,
        or with the margin of what is sold short.
        """
        held = self.held(one)
        if side == BUY and held < 0:
            return min(steps, one.steps_down(-held))
        if side != BUY and not margin:
            return min(steps, one.steps_down(max(held, Decimal(0))))
        money = max(self.spendable().get((one.venue, one.quote), Decimal(0)), Decimal(0)) / _MINOR
        each = limit * one.minor_per_tick_step
        if side != BUY:
            money = max(money - DEPTH, Decimal(0))  # the margin of each level is rounded up
            return min(steps, int((money / (each * margin)).to_integral_value(rounding=ROUND_DOWN)))
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
            one.price_of(books[one.id].bids[0][0]) for one in instruments if (one.asset, one.quote) == (currency, home)
        ]
        total += moved * min(bids)
    return total


def worth_of(purse: Mapping[Place, Decimal], instruments: Sequence[Instrument], books: Mapping[str, Book]) -> Decimal:
    """All of it in the home currency: coins at the best bid of their venue, what was sold short at the best ask, fees
    of closing it not paid.
    """
    home = home_of(instruments)
    total = sum((amount for (_venue, currency), amount in purse.items() if currency == home), Decimal(0))
    for one in instruments:
        held = purse.get((one.venue, one.asset), Decimal(0))
        if one.quote == home and held:
            book = books[one.id]
            total += held * one.price_of((book.bids if held > 0 else book.asks)[0][0])
    return total
