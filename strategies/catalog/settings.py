"""Parameters of managers that are exact or a choice of words. What they read is plain JSON: a decimal as text, a word.

Whole numbers are `Parameter`s as everywhere (trading.indicators.types).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_UP, Decimal, InvalidOperation
from typing import Final

from cryptouniverse.kernel.market import MINOR_PER_UNIT
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.errors import BadParameter
from trading.fills.types import PPM
from trading.indicators.types import Parameter

PLACES_MOST: Final = 8
Value = int | float | str
Resolved = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Exact:
    """A decimal number a user may turn: default, inclusive bounds and the step of a search, all as decimal text.

    Without a step no search turns it: amounts and prices.

    It is resolved to text in its shortest form ("1.5", "100"), so that it is exact wherever it is kept.
    """

    name: str
    default: str
    low: str
    high: str
    meaning: str
    step: str | None = None

    def read(self, value: object, *, refusal: type[BadParameter] = BadParameter) -> str:
        """`value`, a number or its text, as exact text. Raises `refusal`.

        A float is taken as the shortest text that names it, which is what a person typed.
        """
        number = _decimal(value)
        if number is None:
            raise refusal(_("%(parameter)s must be a number, not %(value)s."), parameter=self.name, value=repr(value))
        if not Decimal(self.low) <= number <= Decimal(self.high):
            facts = {"parameter": self.name, "low": self.low, "high": self.high, "value": str(value)}
            raise refusal(_("%(parameter)s must be %(low)s to %(high)s, is %(value)s."), **facts)
        if (number * MINOR_PER_UNIT) % 1:
            said = _("%(parameter)s has at most %(places)s decimal places, is %(value)s.")
            raise refusal(said, parameter=self.name, places=PLACES_MOST, value=str(value))
        return plain(number)

    def grid(self) -> tuple[str, ...]:
        """What a search tries, rising: the default and every step from it, as far as the bounds go."""
        if self.step is None:
            return (self.default,)
        middle, step = Decimal(self.default), Decimal(self.step)
        below = int((middle - Decimal(self.low)) / step)
        above = int((Decimal(self.high) - middle) / step)
        return tuple(plain(middle + step * k) for k in range(-below, above + 1))


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of several; the first is the default."""

    name: str
    words: tuple[str, ...]
    meaning: str

    @property
    def default(self) -> str:
        """The first word."""
        return self.words[0]

    def read(self, value: object, *, refusal: type[BadParameter] = BadParameter) -> str:
        """`value` if it is one of the words. Raises `refusal`."""
        if value not in self.words:
            facts = {"parameter": self.name, "words": ", ".join(self.words), "value": repr(value)}
            raise refusal(_("%(parameter)s must be one of %(words)s, not %(value)s."), **facts)
        return str(value)

    def grid(self) -> tuple[str, ...]:
        """What a search tries."""
        return self.words


Setting = Parameter | Exact | Choice
LOSS_LIMIT: Final = Exact(
    "loss_limit_pct", "20", "0", "100", _("Sell all and end after losing so much of the funds; 0: never"), "5"
)


def plain(number: Decimal) -> str:
    """The shortest text of a number, without an exponent."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def minor_of(amount: Value) -> int:
    """Quote currency in minor units, rounded down."""
    return int((Decimal(str(amount)) * MINOR_PER_UNIT).to_integral_value(rounding=ROUND_DOWN))


def ppm_of(percent: Value) -> int:
    """Percent in millionths, rounded up."""
    return int((Decimal(str(percent)) * PPM / 100).to_integral_value(rounding=ROUND_UP))


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return None
    try:
        number = Decimal(repr(value) if isinstance(value, float) else value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**15 else None
