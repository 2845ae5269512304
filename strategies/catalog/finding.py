"""What a finder is: a pure decision over several markets, a book or options.

`find(seen, **parameters)` answers with the legs of one trade, all or none, or with nothing. Whoever feeds it says what
it saw; a finder keeps nothing. Amounts and prices are Decimal. Backtests and bots on paper feed it the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cryptouniverse.kernel.market import Instrument
from cryptouniverse.kernel.words import Kept
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.errors import BadParameter, MissingInput
from strategies.catalog.markets import each_alone, one_market
from strategies.catalog.settings import Setting, Value
from strategies.catalog.types import source_hash
from trading.fills import Book, Costs

PPM = Decimal(1_000_000)
Rate = tuple[int, Decimal]  # UTC ms at which it was set, share of what is held


@dataclass(frozen=True, slots=True)
class Top:
    """The best of a book. bid, ask: prices; the sizes in base currency. Raises ValueError where they cross."""

    bid: Decimal
    bid_size: Decimal
    ask: Decimal
    ask_size: Decimal

    def __post_init__(self) -> None:
        if not 0 < self.bid < self.ask or min(self.bid_size, self.ask_size) < 0:
            raise ValueError(f"a book has its bid below its ask: {self.bid}, {self.ask}")


@dataclass(frozen=True, slots=True)
class Leg:
    """One order of a trade. market: as the finder's `seen` calls it. side: +1 buy, -1 sell. size: of the base currency.
    limit: the worst price. margin: of a contract that is sold short, what is set aside for it, a share of its worth.
    """

    market: str
    side: int
    size: Decimal
    limit: Decimal
    margin: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Found:
    """A trade that pays by what was seen. legs: in the order in which they are sent. profit: after fees, in
    `currency`. capital: what it ties up, in the same.
    """

    legs: tuple[Leg, ...]
    profit: Decimal
    capital: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class View:
    """What is shown to a finder at a moment: of each instrument the last book that was known. purse: what is free, by
    (venue, asset), below zero what is sold short; costs: of whoever trades. rates: of each perpetual the funding rates
    that were set by now, with their moments (UTC ms), oldest first.
    """

    now_ms: int
    instruments: tuple[Instrument, ...]
    books: Mapping[str, Book]
    purse: Mapping[tuple[str, str], Decimal]
    costs: Costs
    rates: Mapping[str, Sequence[Rate]] = field(default_factory=dict)

    @property
    def age_ms(self) -> int:
        """How old the oldest of the books is."""
        return self.now_ms - min(self.books[one.id].at_ms for one in self.instruments)

    @property
    def step(self) -> Decimal:
        """The size that all markets take whole multiples of: steps are powers of ten."""
        return max(one.step for one in self.instruments)

    def top(self, one: Instrument) -> Top:
        """The best of its book."""
        (bid, bids), (ask, asks) = self.books[one.id].bids[0], self.books[one.id].asks[0]
        return Top(one.price_of(bid), one.quantity_of(bids), one.price_of(ask), one.quantity_of(asks))

    def free(self, one: Instrument, currency: str) -> Decimal:
        """What is free of a currency at the venue of an instrument."""
        return self.purse.get((one.venue, currency), Decimal(0))


@dataclass(frozen=True)
class Finder:
    """One entry of the catalogue that compares markets.

    name to plan, rule: as in `Strategy`. needs: in a marked sentence, the data that must be fed, and how fresh.
    find(seen, **parameters): the trade, or None. It is pure. see(view): what it is shown of books. fits(instruments):
    why it cannot run on these, or None; among(instruments): sets of them that it may run on. rests: its order waits at
    its limit and is a maker's. stocks: it begins with half of its money in coins. in_kind: the fee of a buy is taken
    from what it brings. hedged: its coins are held against contracts that it sold, and are sold when those have ended.
    leaves(seen, **parameters): whether what it holds has lost its reason.
    """

    name: str
    title: str
    family: str
    hypothesis: str
    regime: str
    known_failure: str
    needs: str
    parameters: tuple[Setting, ...]
    plan: str
    find: Callable[..., Found | None]
    see: Callable[[View], Any]
    rule: Callable[[Mapping[str, Any]], str | None] | None = None
    fits: Callable[[Sequence[Instrument]], str | None] = one_market
    among: Callable[[Sequence[Instrument]], Iterator[Sequence[Instrument]]] = each_alone
    rests: bool = False
    stocks: bool = False
    in_kind: bool = False
    hedged: bool = False
    leaves: Callable[..., bool] | None = None

    def resolve(self, parameters: Mapping[str, object]) -> dict[str, Value]:
        """`parameters` with the defaults filled in, checked. Raises BadParameter."""
        if unknown := sorted(set(parameters) - {parameter.name for parameter in self.parameters}):
            said = _("%(strategy)s has no parameter %(parameter)s.")
            raise BadParameter(said, strategy=self.name, parameter=unknown[0])
        resolved: dict[str, Value] = {
            p.name: p.read(parameters.get(p.name, p.default), refusal=BadParameter) for p in self.parameters
        }
        if self.rule and (broken := self.rule(resolved)):
            raise BadParameter(broken, strategy=self.name)
        return resolved

    def require_markets(self, instruments: Sequence[Instrument]) -> None:
        """Raise BadParameter for markets that it is not made for."""
        if problem := self.fits(instruments):
            raise BadParameter(problem, strategy=self.name)

    def look(self, view: View, parameters: Mapping[str, object]) -> Found | None:
        """The trade by what a view shows, with `parameters` resolved."""
        return self.find(self.see(view), **parameters)

    def is_over(self, view: View, parameters: Mapping[str, object]) -> bool:
        """Whether what it holds has lost its reason by what a view shows."""
        return self.leaves is not None and self.leaves(self.see(view), **parameters)

    def decide(self, seen: Any, parameters: Mapping[str, object]) -> Found | None:
        """The trade by what was seen, with `parameters` resolved."""
        return self.find(seen, **self.resolve(parameters))

    def not_on_candles(self) -> MissingInput:
        """Why it cannot be run on candles."""
        said = _(
            "%(strategy)s reads order books and no candles: its bot is made on the page of opportunities, and a "
            "backtest of it goes over stored order books. It needs: %(needs)s"
        )
        return MissingInput(said, strategy=self.name, needs=Kept(self.needs))

    @property
    def code_hash(self) -> str:
        """The first 16 hex digits of the SHA-256 of the finder's file."""
        return source_hash(self.find.__module__)
