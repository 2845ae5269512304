"""What a finder is: a pure decision over several markets, a book or options, which the ring does not feed yet.

`find(seen, **parameters)` answers with the legs of one trade, all or none, or with nothing. Whoever feeds it says what
it saw; a finder keeps nothing. Amounts and prices are Decimal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cryptouniverse.kernel.words import Kept
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.errors import BadParameter, MissingInput
from strategies.catalog.settings import Setting, Value
from strategies.catalog.types import source_hash

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


@dataclass(frozen=True)
class Finder:
    """One entry of the catalogue that compares markets.

    name to plan, rule: as in `Strategy`. needs: in a marked sentence, the data that must be fed, and how fresh.
    find(seen, **parameters): the trade, or None. It is pure.
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

    def decide(self, seen: Any, parameters: Mapping[str, object]) -> Found | None:
        """The trade by what was seen, with `parameters` resolved."""
        return self.find(seen, **self.resolve(parameters))

    def unfed(self) -> MissingInput:
        """Why it cannot be run: nobody feeds it yet."""
        said = _("%(strategy)s cannot be run yet. It needs what nobody feeds it: %(needs)s")
        return MissingInput(said, strategy=self.name, needs=Kept(self.needs))

    @property
    def code_hash(self) -> str:
        """The first 16 hex digits of the SHA-256 of the finder's file."""
        return source_hash(self.find.__module__)
