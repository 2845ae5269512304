"""A finder at work, moment by moment: the one code of backtests and of bots on paper. Pure.

At a moment: what rests has filled or is taken back; contracts pay funding and are settled, and one whose margin is
used up is closed by its venue; a bot that has lost too much sells what it has and ends; one that needs coins on all
sides buys them first; what has lost its reason is left; then the finder is asked, and what it found is carried out.
Legs go one after the other, each for as much as the one before got; what a leg got beyond the last is undone at once in
its own market, and what even that does not sell is kept and said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction
from typing import Any, Final

from cryptouniverse.kernel.market import Instrument
from strategies.backtest.engine.finding.events import events_of, has_ended, rates_until
from strategies.backtest.engine.finding.moments import Moment
from strategies.backtest.engine.finding.purse import Done, Purse, gained, home_of, worth_of
from strategies.backtest.engine.finding.trades import LEFT, LEG, QUOTE, STOCK, STOP, UNDO, Moved, Quote, Trade
from strategies.catalog.finding import Finder, Found, Leg, Rate, View
from strategies.catalog.markets import contracts_of, spot_of
from trading.fills import BUY, SELL, Book, Costs, gone_through, take
from trading.fills.books import Levels
from trading.fills.rules import slipped
from trading.fills.types import BPS, PPM

COLLAR_BPS: Final = 100  # how far beyond the best price stock, an undone leg and the stop may go
_EXACT: Final = Context(prec=28, rounding=ROUND_HALF_EVEN)  # whatever others have set for this thread
Allows = Callable[[Sequence[Leg]], bool]


def nobody_asked(_legs: Sequence[Leg]) -> bool:
    """A backtest has no gate."""
    return True


@dataclass(slots=True)
class Finding:
    """A finder with what it has. loss_bps: of its funds, after which it sells what it has and ends. funding: of each
    perpetual its rates, oldest first; since_ms: the moment that was looked at last. met: by side and instrument the
    book from which it took last: what it took is not there any more, so it takes from a side of a book once.
    """

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
    funding: Mapping[str, Sequence[Rate]] = field(default_factory=dict)
    since_ms: int = 0
    met: dict[str, int] = field(default_factory=dict)
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
        trades += events_of(self, moment)
        self.since_ms = moment.at_ms
        view = self._view(moment)
        if self.ended:
            trades += self._leave(moment) if self.purse.kept else ()
        elif self._has_lost(view):
            self.ended = True
            trades += self._leave(moment)
        elif view.age_ms > self.parameters["age_ms_most"]:
            pass  # a stale book is never traded on
        elif not self.stocked:
            trades += self._stock(view, moment, allows)
        elif self.finder.hedged and (left := self._step_out(view, moment)):
            trades += left
        elif found := self._look(view):
            if not self.finder.rests:
                trades += self._carry_out(found, moment, allows)
            elif placed := self._rest(found.legs[0], moment, allows):
                return Moved(tuple(trades), met, placed)
        return Moved(tuple(trades), met)

    def _view(self, moment: Moment) -> View:
        """What is shown: contracts that have ended are not."""
        alive = tuple(one for one in self.instruments if not has_ended(one, moment.at_ms))
        known = {name: rates_until(rates, moment.at_ms) for name, rates in self.funding.items()}
        return View(moment.at_ms, alive, moment.known, self.purse.spendable(), self.costs, known)

    def _look(self, view: View) -> Found | None:
        is_whole = len(view.instruments) == len(self.instruments) or self.finder.fits(view.instruments) is None
        return self.finder.look(view, self.parameters) if is_whole else None

    def _step_out(self, view: View, moment: Moment) -> Sequence[Trade]:
        """Buy back what has lost its reason, and leave what nothing stands against."""
        done = list[Done]()
        if self.purse.kept and self.finder.is_over(view, self.parameters):
            done += self.buy_back(moment, LEFT)
        done += self.even_out(moment, LEFT)
        return (Trade(moment.at_ms, LEFT, tuple(done)),) if done else ()

    def buy_back(self, moment: Moment, cause: str, *, most: Decimal | None = None) -> list[Done]:
        """Close what was sold short, or `most` of it, up to a percent beyond the best price and never for more than its
        own money.
        """
        done = []
        for one in contracts_of(self.instruments):
            if (one.venue, one.asset) in self.purse.kept and not has_ended(one, moment.at_ms):
                worst = self.purse.bankrupt_at(one, self.costs.taker_ppm)
                limit = min(slipped(BUY, moment.arriving[one.id].asks[0][0], COLLAR_BPS), worst)
                short = -self.purse.held(one)
                leg = Leg(one.id, BUY, short if most is None else min(most, short), one.price_of(limit))
                if one.steps_down(leg.size) and self._is_fresh(leg, moment):
                    done.append(self._send(leg, moment, cause))
        return done

    def even_out(self, moment: Moment, cause: str) -> list[Done]:
        """Of one that is hedged, sell the coins against which nothing is sold short, or buy back what no coins stand
        against, where its venue takes the order.
        """
        spot = spot_of(self.instruments)
        contracts = contracts_of(self.instruments)
        bare = self.purse.held(spot) + sum((self.purse.held(one) for one in contracts), Decimal(0))
        if bare < 0:
            return self.buy_back(moment, cause, most=-bare)
        limit = slipped(SELL, moment.arriving[spot.id].bids[0][0], COLLAR_BPS)
        leg = Leg(spot.id, SELL, spot.quantity_of(spot.steps_down(bare)), spot.price_of(limit))
        if not limit or self._too_small(leg) or not self._is_fresh(leg, moment):
            return []
        return [self._send(leg, moment, cause)]

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
        for one in (each for each in self.instruments if each.contract is None):
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
            Leg(one.id, SELL, max(self.purse.held(one), Decimal(0)), one.price_of(limit))
            for one in self.instruments
            if one.quote == home
            and not has_ended(one, moment.at_ms)
            and (limit := slipped(SELL, moment.arriving[one.id].bids[0][0], COLLAR_BPS))
        ]
        done = self.buy_back(moment, STOP)
        there = [leg for leg in legs if self.by_id[leg.market].steps_down(leg.size) and self._is_fresh(leg, moment)]
        done += [self._send(leg, moment, STOP) for leg in there]
        return (Trade(moment.at_ms, STOP, tuple(done)),) if done else ()

    def _carry_out(self, found: Found, moment: Moment, allows: Allows) -> Sequence[Trade]:
        if not all(self._is_fresh(leg, moment) for leg in found.legs):
            return ()
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
        paid_ppm = 0 if self.finder.in_kind else ppm
        wanted = self.purse.affords(one, leg.side, limit, wanted, ppm=paid_ppm, margin=leg.margin)
        got = self.take_once(one, leg.side, limit, wanted, moment)
        covers, in_kind = leg.side == BUY and self.purse.held(one) < 0, self.finder.in_kind
        return self._done(Done(one, leg.side, limit, wanted, got, cause, ppm, in_kind, leg.margin, covers))

    def take_once(self, one: Instrument, side: int, limit: int, steps: int, moment: Moment) -> Levels:
        """What the book has of an order when it arrives; nothing where it was taken from already."""
        book, key = moment.arriving[one.id], _side_of_book(side, one.id)
        if self.met.get(key) == book.at_ms:
            return ()
        if got := take(side, limit, steps, book.against(side)):
            self.met[key] = book.at_ms
        return got

    def _is_fresh(self, leg: Leg, moment: Moment) -> bool:
        return self.met.get(_side_of_book(leg.side, leg.market)) != moment.arriving[leg.market].at_ms

    def close(self, one: Instrument, ticks: int, got: Levels, cause: str) -> Done:
        """Count that all of a contract was closed at its venue, whatever is in a book."""
        short, steps = self.purse.held(one) < 0, one.steps_down(abs(self.purse.held(one)))
        return self._done(
            Done(one, BUY if short else SELL, ticks, steps, got, cause, self.costs.taker_ppm, covers=short)
        )

    def _done(self, done: Done) -> Done:
        self.purse.apply(done)
        return done

    def _too_small(self, leg: Leg) -> bool:
        """Whether the venue would not take it."""
        one = self.by_id[leg.market]
        return not one.steps_down(leg.size) or leg.size * leg.limit < one.min_notional

    def _has_lost(self, view: View) -> bool:
        return self.worth(view.books) * BPS <= self.funds * (BPS - self.loss_bps)


def _side_of_book(side: int, instrument_id: str) -> str:
    """How `met` names what an order of this side takes from."""
    return f"{side:+d} {instrument_id}"
