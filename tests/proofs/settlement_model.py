"""What paper trading comes to, in fractions and plain words: a second opinion that shares nothing with the product."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

TICK = Fraction(1, 100)
MINOR = Fraction(1, 10**8)
FEE = Fraction(1, 1000)


@dataclass
class Desk:
    """One bot's place: an entry on its way, or a position with its stop and target, perhaps being left.

    protected, leaving: the model's count when that order was placed; what was placed first is filled first.
    """

    entry: dict | None = None
    position: dict | None = None
    protected: int = 0
    leaving: int = 0


@dataclass
class Model:
    """A portfolio of several such desks in one instrument. slip: the part of a price that a market order loses."""

    cash: Fraction
    slip: Fraction
    desks: list[Desk]
    profit: Fraction = Fraction(0)
    fees: Fraction = Fraction(0)
    mark: Fraction = Fraction(0)
    fills: list[str] = field(default_factory=list)
    placed: int = 0

    @property
    def equity(self) -> Fraction:
        return self.cash + sum(desk.position["quantity"] * self.mark for desk in self.desks if desk.position)

    @property
    def reserved(self) -> Fraction:
        return sum((desk.entry["reserved"] for desk in self.desks if desk.entry), Fraction(0))

    def leave(self, desk: Desk) -> None:
        """The position of `desk` is to be sold at the next open."""
        self.placed += 1
        desk.leaving = self.placed

    def meet(self, number: int, bar: tuple[Fraction, ...] | None) -> None:
        """Slot `number` closes with this bar (open, high, low, close), or without one."""
        if bar:
            for desk in sorted(self.desks, key=lambda desk: desk.leaving):
                if desk.leaving:
                    self._sell(desk, self._worse(bar[0], -1), "exit")
        for desk in self.desks:
            if desk.entry:
                self._enter(desk, number, bar)
        if bar:
            for desk in sorted(self.desks, key=lambda desk: desk.protected):
                if desk.position:
                    self._protect(desk, *bar[:3])
            self.mark = bar[3]

    def _enter(self, desk: Desk, number: int, bar: tuple[Fraction, ...] | None) -> None:
        entry = desk.entry
        if number > entry["number"] + 1:
            desk.entry = None
        elif bar:
            desk.entry = None
            price = self._worse(bar[0], +1)
            if price <= entry["limit"]:
                cost = price * entry["quantity"]
                fee = self._fee(cost)
                self.cash -= cost + fee
                self.fees += fee
                self.fills.append(f"buy at {float(price):.2f} (entry)")
                desk.position = {**entry, "cost": cost + fee}
                self.placed += 1
                desk.protected = self.placed

    def _protect(self, desk: Desk, open_: Fraction, high: Fraction, low: Fraction) -> None:
        stop, target = desk.position["stop"], desk.position["target"]
        if open_ <= stop:
            self._sell(desk, self._worse(open_, -1), "stop")
        elif target and open_ > target:
            self._sell(desk, open_, "target")
        elif low <= stop:
            self._sell(desk, self._worse(stop, -1), "stop")
        elif target and high > target:
            self._sell(desk, target, "target")

    def _sell(self, desk: Desk, price: Fraction, cause: str) -> None:
        got = price * desk.position["quantity"]
        fee = self._fee(got)
        self.cash += got - fee
        self.fees += fee
        self.profit += got - fee - desk.position["cost"]
        self.fills.append(f"sell at {float(price):.2f} ({cause})")
        desk.position, desk.leaving = None, 0

    def _worse(self, price: Fraction, side: int) -> Fraction:
        ticks = price * (1 + side * self.slip) / TICK
        return (ceil(ticks) if side > 0 else max(floor(ticks), 1)) * TICK

    def _fee(self, amount: Fraction) -> Fraction:
        return ceil(amount * FEE / MINOR) * MINOR
