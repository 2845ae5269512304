"""A finder over a series of books: trades with their legs, equity by moments, what is left where, and the hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any

from cryptouniverse.kernel.market import Instrument
from strategies.backtest.engine.finding.events import rates_of
from strategies.backtest.engine.finding.moments import DELAY_MS, Moment, moments_of
from strategies.backtest.engine.finding.purse import AT_BOOKS, Done, Purse, opening_purse
from strategies.backtest.engine.finding.trades import Quote, Trade
from strategies.backtest.engine.finding.turning import Finding
from strategies.catalog.finding import Finder, Rate
from trading.fills import BUY, Book, Costs

USUAL_LOSS_BPS = 1_000
NO_RATES: Mapping[str, Sequence[Rate]] = MappingProxyType({})
Json = dict[str, Any]
Watch = Callable[[Moment, Finding], None]


def nobody_watches(_moment: Moment, _finding: Finding) -> None:
    """Of a run of which nothing is counted on the way."""


@dataclass(frozen=True, slots=True)
class FindingTerms:
    """capital: of the home currency, shared by the venues. loss_bps: of it, after which the run ends. delay_ms: until
    orders arrive.
    """

    capital: Decimal = Decimal(10_000)
    costs: Costs = AT_BOOKS
    loss_bps: int = USUAL_LOSS_BPS
    delay_ms: int = DELAY_MS


@dataclass(frozen=True, slots=False)
class Ran:
    """What a run came to. equity: (UTC ms, worth) at each moment. quotes: how many were placed. purse: what is there at
    the end. ended: it lost too much and stopped.
    """

    finder: Finder
    parameters: Mapping[str, Any]
    instruments: tuple[Instrument, ...]
    terms: FindingTerms
    trades: tuple[Trade, ...]
    equity: tuple[tuple[int, Decimal], ...]
    quotes: int
    purse: Purse
    ended: bool

    @property
    def worth(self) -> Decimal:
        """At the last moment; the capital where there was none."""
        return self.equity[-1][1] if self.equity else self.terms.capital

    @property
    def fees(self) -> Decimal:
        """Those that were paid in quote currency."""
        minor = sum(done.paid(level)[1] for trade in self.trades for done in trade.done for level in done.got)
        return Decimal(minor).scaleb(-8)

    @cached_property
    def hash(self) -> str:
        """The SHA-256 of trades and equity as JSON: the same run gives the same. Counted piece by piece, for a long run
        has hundreds of thousands of moments.
        """
        digest = hashlib.sha256(b'{"equity": [')
        for number, (at_ms, worth) in enumerate(self.equity):
            digest.update(f'{", " if number else ""}[{at_ms}, "{_text(worth)}"]'.encode())
        digest.update(b'], "trades": [')
        for number, trade in enumerate(self.trades):
            digest.update(f"{', ' if number else ''}{json.dumps(trade_told(trade), sort_keys=True)}".encode())
        digest.update(b"]}")
        return digest.hexdigest()


@dataclass(slots=True)
class Walk:
    """A finder on its way. Pieces of books that follow each other are one run: what it has and what rests goes along.

    trades to quotes: as in `Ran`, so far.
    """

    finding: Finding
    terms: FindingTerms
    trades: list[Trade] = field(default_factory=list)
    equity: list[tuple[int, Decimal]] = field(default_factory=list)
    quotes: int = 0

    def over(
        self, books: Mapping[str, Sequence[Book]], *, start_ms: int, end_ms: int, watch: Watch = nobody_watches
    ) -> None:
        """Go over the moments whose orders arrive from `start_ms` on and before `end_ms`. watch: is told of each."""
        for moment in moments_of(books, start_ms=start_ms, end_ms=end_ms, delay_ms=self.terms.delay_ms):
            moved = self.finding.at(moment)
            self.trades += moved.trades
            self.quotes += isinstance(moved.placed, Quote)
            self.equity.append((moment.at_ms, self.finding.worth(moment.known)))
            watch(moment, self.finding)

    def ran(self) -> Ran:
        """What it has come to so far."""
        finding = self.finding
        return Ran(
            finding.finder,
            finding.parameters,
            finding.instruments,
            self.terms,
            tuple(self.trades),
            tuple(self.equity),
            self.quotes,
            finding.purse,
            finding.ended,
        )


def begin(
    finder: Finder,
    parameters: Mapping[str, object],
    instruments: Sequence[Instrument],
    terms: FindingTerms,
    *,
    funding: Mapping[str, Sequence[Rate]] = NO_RATES,
) -> Walk:
    """A walk before its first moment. funding: as in `run_finder`. Raises BadParameter."""
    finder.require_markets(instruments)
    resolved, chosen = finder.resolve(parameters), tuple(sorted(instruments, key=lambda one: one.id))
    purse = opening_purse(chosen, terms.capital)
    rates = rates_of(chosen, funding)
    return Walk(
        Finding(finder, resolved, chosen, terms.capital, purse, terms.costs, terms.loss_bps, funding=rates), terms
    )


def run_finder(
    finder: Finder,
    parameters: Mapping[str, object],
    instruments: Sequence[Instrument],
    books: Mapping[str, Sequence[Book]],
    terms: FindingTerms,
    *,
    start_ms: int,
    end_ms: int,
    funding: Mapping[str, Sequence[Rate]] = NO_RATES,
) -> Ran:
    """Walk `finder` over the moments of `books` from `start_ms` to `end_ms`. Raises BadParameter.

    funding: of the underlying of each perpetual, its rates, oldest first.
    """
    walk = begin(finder, parameters, instruments, terms, funding=funding)
    walk.over(books, start_ms=start_ms, end_ms=end_ms)
    return walk.ran()


def trade_told(trade: Trade) -> Json:
    """A trade as plain JSON: numbers as text."""
    return {
        "at_ms": trade.at_ms,
        "kind": trade.kind,
        "expected": None if trade.found is None else _text(trade.found.profit),
        "capital": None if trade.found is None else _text(trade.found.capital),
        "profit": None if trade.profit is None else _text(trade.profit),
        "one_sided": trade.one_sided,
        "orders": [_done_told(done) for done in trade.done],
    }


def _done_told(done: Done) -> Json:
    one = done.instrument
    return {
        "instrument": one.id,
        "side": "buy" if done.side == BUY else "sell",
        "cause": done.cause,
        "limit": _text(one.price_of(done.limit)),
        "size": _text(one.quantity_of(done.steps)),
        "fills": [_fill_told(done, level) for level in done.got],
    }


def _fill_told(done: Done, level: tuple[int, int]) -> Json:
    one, (_notional, fee, base_fee) = done.instrument, done.paid(level)
    paid, currency = (base_fee, one.base) if base_fee else (Decimal(fee).scaleb(-8), one.quote)
    price, size = one.price_of(level[0]), one.quantity_of(level[1])
    return {"price": _text(price), "size": _text(size), "fee": _text(paid), "fee_currency": currency}


def _text(number: Decimal) -> str:
    return format(number.normalize(), "f")
