"""A document's conditions over bars. Pure; a value at a bar is made of that bar and of those before it.

What is not known is neither true nor false: an indicator without a value answers no question, and neither does its
negation. So nothing is entered because something is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import Bars, Floats
from strategies.builder.rules.walking import Node
from strategies.catalog.types import Parameters, above
from trading.indicators.registry import indicator
from trading.indicators.types import Number

Flags = NDArray[np.bool_]
PRICES: Mapping[str, str] = {name: f"{name}_f" for name in ("open", "high", "low", "close")} | {"volume": "volume"}


class Truth(NamedTuple):
    """yes: where it is true; no: where it is false; neither where it is not known."""

    yes: Flags
    no: Flags


def number_in(setting: Any, parameters: Parameters) -> Number:
    """A number, or the parameter that stands for it."""
    number: Number = parameters[setting["name"]] if isinstance(setting, Mapping) else setting
    return number


def settings_in(operand: Node, parameters: Parameters) -> dict[str, Number]:
    """All parameters of an indicator, unchecked. Raises UnknownIndicator."""
    usual = {each.name: each.default for each in indicator(operand["name"]).parameters}
    return usual | {name: number_in(value, parameters) for name, value in operand.get("set", {}).items()}


class Evaluation:
    """One call: each distinct indicator is worked out once."""

    def __init__(self, bars: Bars, parameters: Parameters) -> None:
        self._bars = bars
        self._parameters = parameters
        self._computed: dict[tuple[Any, ...], dict[str, Floats]] = {}

    def truth(self, condition: Node) -> Truth:
        """The condition after each bar."""
        match condition["is"]:
            case "above" | "below":
                return self._compared(condition["is"], condition["left"], condition["right"])
            case "crosses_above" | "crosses_below":
                now = self._compared(condition["is"].removeprefix("crosses_"), condition["left"], condition["right"])
                return _both(now, Truth(_earlier(now.no), _earlier(now.yes)))
            case "between":
                over = self._compared("above", condition["value"], condition["low"])
                return _both(over, self._compared("below", condition["value"], condition["high"]))
            case "rising" | "falling":
                return self._moving(condition)
            case "not":
                return _negated(self.truth(condition["of"]))
            case "within":
                found, bars = self.truth(condition["of"]), int(number_in(condition["bars"], self._parameters))
                return Truth(_lately(found.yes, bars), _throughout(found.no, bars))
            case "any":
                return _negated(_all_of([_negated(self.truth(each)) for each in condition["of"]]))
            case _:
                return _all_of([self.truth(each) for each in condition["of"]])

    def _compared(self, kind: str, left: Node, right: Node) -> Truth:
        one, other = self._series(left), self._series(right)
        known = ~(np.isnan(one) | np.isnan(other))
        yes = above(one, other) if kind == "above" else above(other, one)
        return Truth(yes, known & ~yes)

    def _moving(self, condition: Node) -> Truth:
        now, bars = self._series(condition["value"]), int(number_in(condition["bars"], self._parameters))
        before = _shifted(now, 1)
        known = ~(np.isnan(now) | np.isnan(before))
        step = above(now, before) if condition["is"] == "rising" else above(before, now)
        return Truth(_throughout(step, bars), _lately(known & ~step, bars))

    def _series(self, operand: Node) -> Floats:
        match operand["is"]:
            case "number":
                return np.full(len(self._bars), float(operand["value"]))
            case "parameter":
                return np.full(len(self._bars), float(self._parameters[operand["name"]]))
            case "price":
                line: Floats = getattr(self._bars, PRICES[operand["field"]])
            case _:
                line = self._indicator(operand)
        line = _shifted(line, operand.get("shift", 0))
        offset = number_in(operand.get("offset_bps", 0), self._parameters)
        return line * (1 + offset / 10_000) if offset else line

    def _indicator(self, operand: Node) -> Floats:
        chosen, setting = indicator(operand["name"]), settings_in(operand, self._parameters)
        key = (chosen.name, *sorted(setting.items()))
        if key not in self._computed:
            self._computed[key] = chosen.compute(self._bars, **setting)
        return self._computed[key][operand.get("output", chosen.outputs[0])]


def _shifted(line: Floats, bars: int) -> Floats:
    """The line as it was `bars` before; NaN where there was none."""
    if not bars:
        return line
    moved = np.full(len(line), np.nan)
    moved[bars:] = line[: max(len(line) - bars, 0)]
    return moved


def _earlier(flags: Flags) -> Flags:
    return np.concatenate((np.zeros(min(1, len(flags)), dtype=np.bool_), flags[:-1]))


def _lately(flags: Flags, bars: int) -> Flags:
    """True where it was at one of the last `bars`."""
    index = np.arange(len(flags))
    last = np.maximum.accumulate(np.where(flags, index, -bars))
    return np.asarray(index - last < bars)


def _throughout(flags: Flags, bars: int) -> Flags:
    """True where it was at each of the last `bars`, all of them known."""
    index = np.arange(len(flags))
    last = np.maximum.accumulate(np.where(flags, -1, index))
    return np.asarray(index - last >= bars)


def _negated(truth: Truth) -> Truth:
    return Truth(truth.no, truth.yes)


def _both(one: Truth, other: Truth) -> Truth:
    return Truth(one.yes & other.yes, one.no | other.no)


def _all_of(each: list[Truth]) -> Truth:
    found = each[0]
    for other in each[1:]:
        found = _both(found, other)
    return found
