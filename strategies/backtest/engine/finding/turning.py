"""A finder at work, moment by moment: the one code of backtests and of bots on paper. Pure.

At a moment: what rests has filled or is taken back; a bot that has lost too much sells what it has and ends; one that
needs coins on all sides buys them first; then the finder is asked, and what it found is carried out. Legs go one after
the other, each for as much as the one before got; what a leg got beyond the last is undone at once in its own market,
and what even that does not sell is kept and said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction
from typing import Any, Final

from cryptouniverse.kernel.market import Instrument
from strategies.backtest.engine.finding.moments import Moment
from strategies.backtest.engine.finding.purse import Done, Purse, gained, home_of, worth_of
from strategies.catalog.finding import Finder, Found, Leg, View
from trading.fills import BUY, SELL, Book, Costs, gone_through, take
from trading.fills.rules import slipped
from trading.fills.types import BPS, PPM

COLLAR_BPS: Final = 100  # how far beyond the best price stock, an undone leg and the stop may go
_EXACT: Final = Context(prec=28, rounding=ROUND_HALF_EVEN)  # whatever others have set for this thread
STOCK, LEG, UNDO, QUOTE, STOP = "stock", "leg", "undo", "quote", "stop"


@dataclass(frozen=True, slots=True)
class Quote:
    """An order that rests. since_ms: when it is there; books after that meet it."""

    instrument: Instrument
    side: int
    limit: int
    steps: int
    since_ms: int


@dataclass(frozen=True, slots=True)
class Trade:
    """What was sent at one moment, and what it got. kind: stock, leg, quote or stop. found: what it was expected to be.

    profit: what it gained by the books that it met; of a trade with legs alone. one_sided: a leg was not
    matched.
    """

    at_ms: int
    kind: str
    done: tuple[Done, ...]
    found: Found | None = None
    profit: Decimal | None = None
    one_sided: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """What a moment came to. met: the quote that ended in it, filled (in `trades`) or taken back."""

    trades: tuple[Trade, ...] = ()
    met: Quote | None = None
    placed: Quote | None = None


Allows = Callable[[Sequence[Leg]], bool]


def nobody_asked(_legs: Sequence[Leg]) -> bool:
    """A backtest has no gate."""
    return True


@dataclass(slots=True)
class Finding:
    """A finder with what it has. loss_bps: of its funds, after which it sells what it has and ends."""

    finder: Finder
    parameters: Mapping[str, Any]
    instruments: tuple[Instrument, ...]
    funds: Decimal
    purse: Purse
    costs: Costs
    loss_bps: int
    stocked: bool = False
    ended: bool = False
    quote: Quote | None = None
    by_id: dict[str, Instrument] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_id = {one.id: one for one in self.instruments}
        self.stocked = self.stocked or not self.finder.stocks

    def at(self, moment: Moment, allows: Allows = nobody_asked) -> Moved:
        """What it does at a moment; its purse is moved along. allows: whether the buys among these legs may be sent."""
        with localcontext(_EXACT):
            return self._at(moment, allows)

    def _at(self, moment: Moment, allows: Allows) -> Moved:
        if self.quote is not None and moment.known[self.quote.instrument.id].at_ms <= self.quote.since_ms:
            return Moved()  # it is on its way, or has met nothing yet
        met, trades = self.quote, list(self._meet(moment))
        if self.ended:
            return Moved(tuple(trades), met)
        view = View(moment.at_ms, self.instruments, moment.known, self.purse, self.costs)
        if self._has_lost(view):
            self.ended = True
            trades += self._leave(moment)
        elif view.age_ms > self.parameters["age_ms_most"]:
            pass  # a stale book is never traded on
        elif not self.stocked:
            trades += self._stock(view, moment, allows)
        elif found := self.finder.look(view, self.parameters):
            if not self.finder.rests:
                trades += self._carry_out(found, moment, allows)
            elif placed := self._rest(found.legs[0], moment, allows):
                return Moved(tuple(trades), met, placed)
        return Moved(tuple(trades), met)

    def worth(self, books: Mapping[str, Book]) -> Decimal:
        """Of all that it has, in the home currency."""
        return worth_of(self.purse, self.instruments, books)

    def _meet(self, moment: Moment) -> Sequence[Trade]:
        quote, self.quote = self.quote, None
        if quote is None or not gone_through(
            quote.side, quote.limit, moment.known[quote.instrument.id].against(quote.side)
        ):
            return ()
        one, ppm = quote.instrument, self.costs.maker_ppm
        steps = self.purse.affords(one, quote.side, quote.limit, quote.steps, ppm=ppm)
        if not steps:
            return ()
        done = self._done(Done(one, quote.side, quote.limit, quote.steps, ((quote.limit, steps),), QUOTE, ppm))
        return (Trade(moment.at_ms, QUOTE, (done,)),)

    def _rest(self, leg: Leg, moment: Moment, allows: Allows) -> Quote | None:
        """The quote, where it does not meet an order when it arrives: it is a maker's, or it is not placed."""
        one = self.by_id[leg.market]
        limit, steps = one.ticks_nearest(leg.limit), one.steps_down(leg.size)
        crosses = take(leg.side, limit, 1, moment.arriving[one.id].against(leg.side))
        if crosses or self._too_small(leg) or not allows((leg,)):
            return None
        self.quote = Quote(one, leg.side, limit, steps, moment.arrives_ms)
        return self.quote

    def _stock(self, view: View, moment: Moment, allows: Allows) -> Sequence[Trade]:
        """Half of what each venue has, in coins."""
        legs = []
        for one in self.instruments:
            limit = one.price_of(slipped(BUY, view.books[one.id].asks[0][0], COLLAR_BPS))
            each = limit * (PPM + self.costs.taker_ppm) / PPM
            size = (view.free(one, one.quote) / 2 / each / one.step).to_integral_value(rounding=ROUND_DOWN) * one.step
            legs.append(Leg(one.id, BUY, size, limit))
        if any(self._too_small(leg) for leg in legs) or not allows(legs):
            return ()
        self.stocked = True
        return (Trade(moment.at_ms, STOCK, tuple(self._send(leg, moment, STOCK) for leg in legs)),)

    def _leave(self, moment: Moment) -> Sequence[Trade]:
        home = home_of(self.instruments)
        legs = [
            Leg(one.id, SELL, self.purse.get((one.venue, one.base), Decimal(0)), one.price_of(limit))
            for one in self.instruments
            if one.quote == home and (limit := slipped(SELL, moment.arriving[one.id].bids[0][0], COLLAR_BPS))
        ]
        done = [self._send(leg, moment, STOP) for leg in legs if self.by_id[leg.market].steps_down(leg.size)]
        return (Trade(moment.at_ms, STOP, tuple(done)),) if done else ()

    def _carry_out(self, found: Found, moment: Moment, allows: Allows) -> Sequence[Trade]:
        if any(self._too_small(leg) for leg in found.legs) or not allows(found.legs):
            return ()
        before, done, share = dict(self.purse), list[Done](), Fraction(1)
        asked = [self.by_id[leg.market].steps_down(leg.size) for leg in found.legs]
        for leg, steps in zip(found.legs, asked, strict=True):
            done.append(self._send(leg, moment, LEG, int(steps * share)))
            share = min(share, Fraction(done[-1].filled, steps))
        over = [each.filled - int(steps * share) for each, steps in zip(done, asked, strict=True)]
        for leg, steps in reversed(list(zip(found.legs, over, strict=True))):
            if steps > 0:
                done.append(self._undo(leg, steps, moment))
        one_sided = any(steps > 0 for steps in over)
        profit = gained(before, self.purse, self.instruments, moment.arriving)
        sent = tuple(each for each in done if each.steps)
        return (Trade(moment.at_ms, LEG, sent, found, profit, one_sided),)

    def _undo(self, leg: Leg, steps: int, moment: Moment) -> Done:
        one, side = self.by_id[leg.market], -leg.side
        limit = slipped(side, moment.arriving[one.id].against(side)[0][0], COLLAR_BPS)
        back = Leg(one.id, side, one.quantity_of(steps), one.price_of(limit))
        return self._send(back, moment, UNDO)

    def _send(self, leg: Leg, moment: Moment, cause: str, steps: int | None = None) -> Done:
        """A taker's order: what the book has of it when it arrives, and not more than is there to pay with."""
        one, ppm = self.by_id[leg.market], self.costs.taker_ppm
        limit = one.ticks_nearest(leg.limit)
        wanted = one.steps_down(leg.size) if steps is None else steps
        wanted = self.purse.affords(one, leg.side, limit, wanted, ppm=0 if self.finder.in_kind else ppm)
        got = take(leg.side, limit, wanted, moment.arriving[one.id].against(leg.side))
        return self._done(Done(one, leg.side, limit, wanted, got, cause, ppm, self.finder.in_kind))

    def _done(self, done: Done) -> Done:
        self.purse.apply(done)
        return done

    def _too_small(self, leg: Leg) -> bool:
        """Whether the venue would not take it."""
        one = self.by_id[leg.market]
        return not one.steps_down(leg.size) or leg.size * leg.limit < one.min_notional

    def _has_lost(self, view: View) -> bool:
        return self.worth(view.books) * BPS <= self.funds * (BPS - self.loss_bps)
