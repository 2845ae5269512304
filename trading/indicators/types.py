"""What an indicator is, and a number that may be turned: of an indicator or of a strategy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.market import Bars, Floats
from cryptouniverse.kernel.words import gettext_noop as _
from trading.indicators.errors import BadSetting

Number = int | float
INPUTS = {
    "open": "open_f",
    "high": "high_f",
    "low": "low_f",
    "close": "close_f",
    "volume": "volume",
    "open_ms": "open_ms",
    "values": "close_f",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number a user may turn. kind: int or float; low and high: inclusive bounds; step: the grid a search walks."""

    name: str
    kind: type[int] | type[float]
    default: Number
    low: Number
    high: Number
    meaning: str
    step: Number | None = None

    def read(self, value: object, *, refusal: type[Invalid] = BadSetting) -> Number:
        """`value` as this parameter's kind. Raises `refusal` for another kind or beyond the bounds."""
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
            raise refusal(_("%(parameter)s must be a number, not %(value)s."), **self._met(value))
        if not self.low <= value <= self.high:
            facts = {"parameter": self.name, "low": self.low, "high": self.high, "value": value}
            raise refusal(_("%(parameter)s must be %(low)s to %(high)s, is %(value)s."), **facts)
        if self.kind is int and value != int(value):
            raise refusal(_("%(parameter)s must be a whole number, not %(value)s."), **self._met(value))
        return self.kind(value)

    def grid(self) -> tuple[Number, ...]:
        """What a search tries, rising: the default and every `step` from it, as far as the bounds go."""
        step = self.step or (1 if self.kind is int else (self.high - self.low) / 10)
        below, above = int((self.default - self.low) / step + 1e-9), int((self.high - self.default) / step + 1e-9)
        return tuple(self.kind(round(self.default + step * k, 10)) for k in range(-below, above + 1))

    def _met(self, value: object) -> dict[str, str]:
        return {"parameter": self.name, "value": repr(value)}


@dataclass(frozen=True)
class Indicator:
    """One entry of the registry.

    name, family: the function and its module. inputs: the columns it reads, in the order of its arguments. outputs: the
    series it gives, each as long as its input. on_price: they are prices, drawn over the candles.
    convention: what is counted how, where books differ. source: who published it. library: the functions of TA-Lib that
    do the same, joined by "+", if there are any.
    warmup: bars before the first value, from resolved parameters; days: whole UTC days that must be seen besides.
    cumulative: its level depends on where the history begins; only its changes mean something.
    """

    name: str
    title: str
    family: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    convention: str
    source: str
    warmup: Callable[[Mapping[str, Any]], int]
    function: Callable[..., Any] = field(repr=False)
    library: str | None = None
    on_price: bool = False
    days: Callable[[Mapping[str, Any]], int] | None = None
    cumulative: bool = False
    rule: Callable[[Mapping[str, Any]], str | None] | None = None

    def resolve(self, parameters: Mapping[str, object]) -> dict[str, Number]:
        """`parameters` with the defaults filled in, checked. Raises BadSetting."""
        if unknown := sorted(set(parameters) - {parameter.name for parameter in self.parameters}):
            raise BadSetting(
                _("%(indicator)s has no parameter %(parameter)s."), indicator=self.name, parameter=unknown[0]
            )
        resolved = {p.name: p.read(parameters.get(p.name, p.default)) for p in self.parameters}
        if self.rule and (broken := self.rule(resolved)):
            raise BadSetting(broken, indicator=self.name)
        return resolved

    def compute(self, bars: Bars, **parameters: object) -> dict[str, Floats]:
        """Each output by name, as long as `bars`, NaN where there is no value. Raises BadSetting."""
        columns = (getattr(bars, INPUTS[name]) for name in self.inputs)
        found = self.function(*columns, **self.resolve(parameters))
        return dict(zip(self.outputs, found if isinstance(found, tuple) else (found,), strict=True))
