"""What a sizing method is told and what it answers. Pure; amounts are in the quote currency, shares in percent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

PERCENT: Final = Decimal(100)
ZERO: Final = Decimal(0)
MINOR: Final = Decimal("0.00000001")  # an amount of money is so many of these, and a backtest counts in them
BILLIONTH: Final = Decimal("0.000000001")


@dataclass(frozen=True, slots=True)
class Sizing:
    """How a bot sizes an entry: a method of `METHODS`, with a number for each of its parameters."""

    method: str = "risk"
    numbers: Mapping[str, Decimal] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """As it is stored and audited."""
        return {"method": self.method, **{name: f"{number.normalize():f}" for name, number in self.numbers.items()}}

    def whole(self, name: str) -> int:
        """A number that counts something."""
        return int(self.numbers[name])


@dataclass(frozen=True, slots=True)
class Measures:
    """What the candles before the entry say. atr: average true range, in price. volatility_pct: of a year, from the
    returns between closes. candles: how many there were. None: too few.
    """

    atr: Decimal | None = None
    volatility_pct: Decimal | None = None
    candles: int = 0


@dataclass(frozen=True, slots=True)
class Results:
    """What the bot's last positions came to. won, lost: sums of profits and losses, as ratios of what was paid."""

    wins: int = 0
    losses: int = 0
    won: Decimal = ZERO
    lost: Decimal = ZERO


NO_MEASURES: Final = Measures()
NO_RESULTS: Final = Results()


@dataclass(frozen=True, slots=True)
class Asked:
    """An entry to be sized. risk_pct: of equity, what it may lose at its stop. loss_per_unit: from the worst price to
    the stop. limit_price: the worst price.
    """

    equity: Decimal
    risk_pct: Decimal
    limit_price: Decimal
    loss_per_unit: Decimal
    measures: Measures = NO_MEASURES
    results: Results = NO_RESULTS


@dataclass(frozen=True, slots=True)
class Unsized:
    """The method has nothing to go by: what it needs, and what there is. Words in both are marked (`said`)."""

    limit: str
    value: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """A parameter. usual: what it is where nothing is said; None: it must be said. whole: it counts something.

    words: what it is called. meaning: to people. unit: "%", "currency" (the portfolio's) or "".
    """

    least: Decimal
    most: Decimal
    usual: Decimal | None = None
    whole: bool = False
    words: str = ""
    meaning: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    """A way of sizing, in a file of its own.

    words: what it does, to people. meaning: when that is good. takes: its parameters. wants: the notional it asks for,
    at the worst price. candles: how many candles it looks back at, 0 for none. positions: how many closed positions of
    the bot.
    """

    name: str
    words: str
    meaning: str
    takes: Mapping[str, Bounds]
    wants: Callable[[Sizing, Asked], Decimal | Unsized]
    candles: Callable[[Sizing], int] = lambda _: 0
    positions: Callable[[Sizing], int] = lambda _: 0


def by_risk(asked: Asked, risk_pct: Decimal) -> Decimal:
    """The notional that loses `risk_pct` of equity at the stop."""
    if asked.loss_per_unit <= ZERO or asked.equity <= ZERO:
        return ZERO
    return asked.equity * risk_pct / PERCENT / asked.loss_per_unit * asked.limit_price
