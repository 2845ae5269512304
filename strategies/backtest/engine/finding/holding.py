"""What a run over books is held against: buying coins at the first moment and keeping them. Pure and exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from cryptouniverse.kernel.market import Floats, Instrument
from strategies.backtest.engine.finding.moments import Moment
from strategies.backtest.engine.finding.purse import Done, Place, Purse, home_of, opening_purse, worth_of
from strategies.backtest.engine.finding.running import FindingTerms
from trading.fills import BUY, Book

HELD = "hold"


def held_of(purse: Mapping[Place, Decimal], instruments: Sequence[Instrument], books: Mapping[str, Book]) -> Decimal:
    """What coins and contracts are worth, what was sold short added and not taken away; home currency."""
    home, total = home_of(instruments), Decimal(0)
    for one in instruments:
        held = purse.get((one.venue, one.asset), Decimal(0))
        if one.quote == home and held:
            total += abs(held) * one.price_of((books[one.id].bids if held > 0 else books[one.id].asks)[0][0])
    return total


@dataclass(slots=True)
class Holding:
    """All of the capital in the coins of these markets that are paid in the home currency, from the first moment on.

    Each venue spends what it has, in equal parts a market, at the best ask of then with the fee on top, as if the book
    were deep enough, and buys no contract; worth: at each moment, coins at the best bid of their venue.
    """

    instruments: Sequence[Instrument]
    terms: FindingTerms
    purse: Purse = field(default_factory=Purse)
    worth: list[Decimal] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)

    def at(self, moment: Moment) -> None:
        """Buy, at the first moment, and count what it is worth then."""
        if not self.worth:
            self._buy(moment)
        self.worth.append(worth_of(self.purse, self.instruments, moment.known))

    @property
    def exposed(self) -> Floats:
        """What it has in coins at each moment, as a ratio of its worth."""
        home = home_of(self.instruments)
        money = sum((amount for (_venue, currency), amount in self.purse.items() if currency == home), Decimal(0))
        return np.array([float(1 - money / worth) if worth > 0 else 0.0 for worth in self.worth])

    @property
    def fees(self) -> Decimal:
        """Those that were paid in quote currency."""
        return Decimal(sum(done.paid(level)[1] for done in self.done for level in done.got)).scaleb(-8)

    def _buy(self, moment: Moment) -> None:
        home, ppm = home_of(self.instruments), self.terms.costs.taker_ppm
        self.purse = opening_purse(self.instruments, self.terms.capital)
        bought = [one for one in self.instruments if one.quote == home and one.contract is None]
        left = Counter(one.venue for one in bought)
        for one in bought:
            money = self.purse[one.venue, home]
            ticks = moment.known[one.id].asks[0][0]
            share = Purse({(one.venue, home): money / left[one.venue]})
            steps = share.affords(one, BUY, ticks, one.steps_down(money / one.price_of(ticks)), ppm=ppm)
            left[one.venue] -= 1
            if steps:
                self.done.append(Done(one, BUY, ticks, steps, ((ticks, steps),), HELD, ppm))
                self.purse.apply(self.done[-1])
