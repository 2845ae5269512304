"""What a finder is: a pure decision over several markets, a book or options.

`find(seen, **parameters)` answers with the legs of one trade, all or none, or with nothing. Whoever feeds it says what
it saw; a finder keeps nothing. Amounts and prices are Decimal. One that can `see` order books is fed by backtests and
by bots on paper, the same way; the others are decided and not run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cryptouniverse.kernel.market import Instrument
from cryptouniverse.kernel.words import Kept
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.errors import BadParameter, MissingInput
from strategies.catalog.settings import Setting, Value
from strategies.catalog.types import source_hash
from trading.fills import Book, Costs

PPM = Decimal(1_000_000)


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
    limit: the worst price.
    """

    market: str
    side: int
    size: Decimal
    limit: Decimal


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
    (venue, currency); costs: of whoever trades.
    """

    now_ms: int
    instruments: tuple[Instrument, ...]
    books: Mapping[str, Book]
    purse: Mapping[tuple[str, str], Decimal]
    costs: Costs

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


def same_pair(instruments: Sequence[Instrument]) -> str | None:
    """Why these are not one pair on two venues or more; None where they are."""
    pairs = {(one.base, one.quote) for one in instruments}
    if len(pairs) != 1 or len({one.venue for one in instruments}) != len(instruments) or len(instruments) < 2:
        return _("It compares one pair on two exchanges or more: choose the same pair of each.")
    if len({one.simulated for one in instruments}) > 1:
        return _("A simulated market cannot be compared with a real one.")
    return None


def a_triangle(instruments: Sequence[Instrument]) -> str | None:
    """Why these are not three pairs of one venue that lead round three currencies; None where they are."""
    bases, quotes = {one.base for one in instruments}, {one.quote for one in instruments}
    one_venue = len({one.venue for one in instruments}) == 1
    pairs = {frozenset((one.base, one.quote)) for one in instruments}
    if one_venue and len(instruments) == len(pairs) == len(bases | quotes) == 3 and len(quotes - bases) == 1:
        return None
    return _("It goes round three pairs of one exchange, such as BTC/USDT, ETH/BTC and ETH/USDT.")


def one_market(instruments: Sequence[Instrument]) -> str | None:
    """Why this is not a single market; None where it is."""
    return None if len(instruments) == 1 else _("It quotes in one market: choose one.")


@dataclass(frozen=True)
class Finder:
    """One entry of the catalogue that compares markets.

    name to plan, rule: as in `Strategy`. needs: in a marked sentence, the data that must be fed, and how fresh.
    find(seen, **parameters): the trade, or None. It is pure. see(view): what it is shown of books; None for one that
    nobody feeds. fits(instruments): why it cannot run on these, or None. rests: its order waits at its limit and is a
    maker's. stocks: it begins with half of its money in coins. in_kind: the fee of a buy is taken from what it brings.
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
    rule: Callable[[Mapping[str, Any]], str | None] | None = None
    see: Callable[[View], Any] | None = None
    fits: Callable[[Sequence[Instrument]], str | None] = one_market
    rests: bool = False
    stocks: bool = False
    in_kind: bool = False

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
        """Raise MissingInput where nobody feeds it, BadParameter for markets that it is not made for."""
        if self.see is None:
            raise self.unfed()
        if problem := self.fits(instruments):
            raise BadParameter(problem, strategy=self.name)

    def look(self, view: View, parameters: Mapping[str, object]) -> Found | None:
        """The trade by what a view shows, with `parameters` resolved; None for one that nobody feeds."""
        return self.find(self.see(view), **parameters) if self.see is not None else None

    def decide(self, seen: Any, parameters: Mapping[str, object]) -> Found | None:
        """The trade by what was seen, with `parameters` resolved."""
        return self.find(seen, **self.resolve(parameters))

    def unfed(self) -> MissingInput:
        """Why it cannot be run on candles: it reads order books, or what nobody feeds it yet."""
        said = _("%(strategy)s cannot be run yet. It needs what nobody feeds it: %(needs)s")
        if self.see is not None:
            said = _(
                "%(strategy)s reads order books and no candles: its bot is made on the page of opportunities, and a "
                "backtest of it goes over stored order books. It needs: %(needs)s"
            )
        return MissingInput(said, strategy=self.name, needs=Kept(self.needs))

    @property
    def code_hash(self) -> str:
        """The first 16 hex digits of the SHA-256 of the finder's file."""
        return source_hash(self.find.__module__)
