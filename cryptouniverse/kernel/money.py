"""Exact numbers: money, prices, quantities and credits.

All are frozen, compare by value, refuse floats, NaN and infinities, and are built from Decimal, int or str.
`Price * Quantity` is `Money`. Rounding is always named by the method that does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Self

from cryptouniverse.kernel.errors import FloatRefused, Invalid
from cryptouniverse.kernel.words import gettext_noop as _

Exactable = Decimal | int | str

CREDIT_PLACES = Decimal("0.000001")
MONEY_PLACES = Decimal("0.000000000000000001")


def exact(value: Exactable) -> Decimal:
    """`value` as a finite Decimal. Raises FloatRefused for floats and bools, Invalid for NaN, infinity or nonsense."""
    if isinstance(value, (float, bool)):
        raise FloatRefused(f"a float or bool ({value!r}) cannot count money; pass Decimal, int or str")
    try:
        number = Decimal(value)
    except (InvalidOperation, ValueError, TypeError) as error:
        raise Invalid(_("%(value)s is not a number."), value=repr(value)) from error
    if not number.is_finite():
        raise Invalid(_("%(value)s is not a finite number."), value=repr(value))
    return number


def floor_to(value: Decimal, step: Decimal) -> Decimal:
    """The largest multiple of `step` whose magnitude is not above `value`'s: rounds towards zero."""
    return (value / step).to_integral_value(rounding=ROUND_DOWN) * step


@dataclass(frozen=True, slots=True, order=True)
class _Exact:
    """One exact number with a meaning."""

    value: Decimal

    def __init__(self, value: Exactable) -> None:
        object.__setattr__(self, "value", exact(value))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.value + self._same(other))

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.value - self._same(other))

    def __neg__(self) -> Self:
        return type(self)(-self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __str__(self) -> str:
        return format(self.value, "f")

    def _same(self, other: Self) -> Decimal:
        if type(other) is not type(self):
            raise TypeError(f"cannot mix {type(self).__name__} with {type(other).__name__}")
        return other.value

    def require_positive(self) -> None:
        """Raises Invalid unless the number is above zero."""
        if self.value <= 0:
            raise Invalid(_("The amount must be above zero, is %(amount)s."), amount=str(self))


class Quantity(_Exact):
    """An amount of a base asset, such as 0.5 (BTC)."""

    __slots__ = ()


class Price(_Exact):
    """Quote currency per unit of base asset."""

    __slots__ = ()

    def of(self, quantity: Quantity, currency: str) -> Money:
        """What `quantity` costs at this price, in `currency`."""
        return Money(self.value * quantity.value, currency)


class Credits(_Exact):
    """Profit potential: 1 credit allows $1.00 of profit. At most 6 decimal places; more is refused."""

    __slots__ = ()

    def __init__(self, value: Exactable) -> None:
        number = exact(value)
        if number != number.quantize(CREDIT_PLACES, rounding=ROUND_DOWN):
            raise Invalid(_("Credits have at most 6 decimal places, got %(value)s."), value=str(value))
        object.__setattr__(self, "value", number)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency. Sums only with its own kind."""

    amount: Decimal
    currency: str

    def __init__(self, amount: Exactable, currency: str) -> None:
        object.__setattr__(self, "amount", exact(amount))
        object.__setattr__(self, "currency", currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise TypeError(f"cannot mix {self.currency} with {other.currency}")
        return other.amount
