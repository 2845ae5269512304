"""What the schema cannot say: names that exist, numbers within bounds, comparisons that mean something. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from strategies.builder.rules.evaluating import settings_in
from strategies.builder.rules.problems import Problem, closest, pointer, problem
from strategies.builder.rules.settling import DAYS_MAX, days_of, never_settles
from strategies.builder.rules.walking import Node, conditions_of, is_constant, operands_of
from trading.indicators.registry import indicators
from trading.indicators.types import Indicator, Parameter

CONDITIONS_MAX: Final = 60
CONDITION_DEPTH_MAX: Final = 8
INDICATORS_MAX: Final = 30
COUNT: Final = Parameter("bars", int, 1, 1, 1_000, "")
OFFSET: Final = Parameter("offset_bps", float, 0.0, -9_000.0, 90_000.0, "")
_KIND: Final = _("%(parameter)s is a whole number here: declare it as int.")
_BOUND: Final = _("%(parameter)s may be %(low)s to %(high)s where it is used, is bounded by %(value)s.")
_RESERVED: Final = "bars"


def declared_in(document: Node) -> dict[str, Parameter]:
    """The document's parameters by name; the first of a name counts."""
    found: dict[str, Parameter] = {}
    for raw in document.get("parameters", ()):
        kind = int if raw["kind"] == "int" else float
        numbers = {name: kind(raw[name]) for name in ("default", "low", "high", "step")}
        found.setdefault(raw["name"], Parameter(raw["name"], kind, meaning=raw["meaning"], **numbers))
    return found


def sense_problems(document: Node) -> list[Problem]:
    """What is wrong with a document that has the shape of the schema, in the order of its walk."""
    return _Reader(document).read()


class _Reader:
    def __init__(self, document: Node) -> None:
        self._document = document
        self._declared = declared_in(document)
        self._places = {raw["name"]: at for at, raw in reversed(list(enumerate(document.get("parameters", ()))))}
        self._used: set[str] = set()
        self._indicators: set[str] = set()
        self._found: list[Problem] = []

    def read(self) -> list[Problem]:
        self._parameters()
        self._setting("/patience", self._document["patience"], COUNT)
        for count, (path, condition, depth) in enumerate(conditions_of(self._document)):
            if count == CONDITIONS_MAX:
                self._say(path, _("There are more than %(limit)s conditions."), limit=CONDITIONS_MAX)
                break
            if depth == CONDITION_DEPTH_MAX + 1:
                self._say(path, _("Conditions are nested deeper than %(limit)s."), limit=CONDITION_DEPTH_MAX)
            self._condition(path, condition)
        if "exit_short" in self._document and "enter_short" not in self._document:
            self._say("/exit_short", _("There is nothing to leave: enter_short is missing."))
        if len(self._indicators) > INDICATORS_MAX:
            self._say("", _("There are more than %(limit)s different indicators."), limit=INDICATORS_MAX)
        for name in sorted(set(self._declared) - self._used):
            self._say(f"/parameters/{self._places[name]}", _("%(parameter)s is used nowhere."), parameter=name)
        return list(dict.fromkeys(self._found))

    def _parameters(self) -> None:
        for at, raw in enumerate(self._document.get("parameters", ())):
            path, name = f"/parameters/{at}", raw["name"]
            if name == _RESERVED or self._places[name] != at:
                self._say(f"{path}/name", _("%(parameter)s is taken: give it another name."), parameter=name)
            if raw["kind"] == "int":
                for field in ("default", "low", "high", "step"):
                    if raw[field] != int(raw[field]):
                        nearest = max(round(raw[field]), 1 if field == "step" else round(raw[field]))
                        self._say(f"{path}/{field}", _("It must be a whole number."), nearest)
            if raw["low"] >= raw["high"]:
                self._say(f"{path}/high", _("high must be above low, %(low)s."), low=raw["low"])
            elif not raw["low"] <= raw["default"] <= raw["high"]:
                nearest = min(max(raw["default"], raw["low"]), raw["high"])
                said_ = _("It must be %(low)s to %(high)s, is %(value)s.")
                self._say(f"{path}/default", said_, nearest, low=raw["low"], high=raw["high"], value=raw["default"])
            elif not 1 <= (raw["high"] - raw["low"]) / raw["step"] <= 1_000:
                self._say(f"{path}/step", _("From low to high it must be 1 to 1,000 steps."))

    def _condition(self, path: str, condition: Node) -> None:
        for below, operand in operands_of(path, condition):
            self._operand(below, operand)
        if "bars" in condition:
            self._setting(f"{path}/bars", condition["bars"], COUNT)
        each = [operand for _path, operand in operands_of(path, condition)]
        if each and all(is_constant(operand) for operand in each):
            self._say(path, _("It compares numbers alone: whether it is true does not depend on any candle."))
        elif len(each) == 2 and each[0] == each[1]:
            self._say(path, _("It compares something with itself."))
        elif condition["is"] == "between" and is_constant(each[0]):
            self._say(f"{path}/value", _("What lies in between must be a price or an indicator."))
        levels = [operand for operand in each if self._is_level(operand)]
        if levels and condition["is"] not in {"rising", "falling"} and not _alike(each):
            name = levels[0]["name"]
            self._say(path, _("%(indicator)s has no level, only changes: compare it with itself."), indicator=name)

    def _is_level(self, operand: Node) -> bool:
        chosen = indicators().get(operand["name"]) if operand["is"] == "indicator" else None
        return chosen is not None and never_settles(chosen)

    def _operand(self, path: str, operand: Node) -> None:
        if operand["is"] == "parameter":
            self._reference(path, operand["name"])
        if operand["is"] == "indicator":
            self._indicator(path, operand)
        if "offset_bps" in operand:
            self._setting(f"{path}/offset_bps", operand["offset_bps"], OFFSET)

    def _indicator(self, path: str, operand: Node) -> None:
        chosen = indicators().get(operand["name"])
        if chosen is None:
            nearest = closest(operand["name"], indicators())
            self._say(f"{path}/name", _("There is no indicator %(name)s."), nearest, name=operand["name"])
            return
        self._output(path, operand, chosen)
        known, sent, before = {each.name: each for each in chosen.parameters}, operand.get("set", {}), len(self._found)
        for name, value in sent.items():
            below = pointer(["set", name], path)
            if name in known:
                self._setting(below, value, known[name])
                continue
            text = _("%(indicator)s has no parameter %(name)s; it has %(names)s.")
            names = ", ".join(known) or "-"
            self._say(below, text, closest(name, known), indicator=chosen.name, name=name[:60], names=names)
        if len(self._found) == before:
            self._together(path, operand, chosen)

    def _together(self, path: str, operand: Node, chosen: Indicator) -> None:
        """What only shows once all of its parameters are known; those of the document at their defaults."""
        try:
            setting = chosen.resolve(
                settings_in(operand, {each.name: each.default for each in self._declared.values()})
            )
        except CryptoUniverseError as error:
            self._found.append(Problem(f"{path}/set", said(error.message, **error.facts)))
            return
        self._indicators.add(f"{chosen.name} {sorted(setting.items())}")
        highest = settings_in(operand, {each.name: each.high for each in self._declared.values()})
        if days_of(chosen, highest) > DAYS_MAX:
            self._say(f"{path}/set", _("It looks back over more than %(limit)s days of sessions."), limit=DAYS_MAX)

    def _output(self, path: str, operand: Node, chosen: Indicator) -> None:
        facts = {"indicator": chosen.name, "names": ", ".join(chosen.outputs)}
        if "output" not in operand and len(chosen.outputs) > 1:
            self._say(path, _("Say which output of %(indicator)s: %(names)s."), chosen.outputs[0], **facts)
        elif "output" in operand and operand["output"] not in chosen.outputs:
            nearest = closest(operand["output"], chosen.outputs) or chosen.outputs[0]
            self._say(f"{path}/output", _("%(indicator)s has no such output; it has %(names)s."), nearest, **facts)

    def _setting(self, path: str, value: Any, slot: Parameter) -> None:
        """A number or a parameter where one of `slot`'s kind and bounds is needed."""
        if isinstance(value, Mapping):
            self._fits(path, value["name"], slot)
        elif not slot.low <= value <= slot.high:
            nearest = slot.low if value < slot.low else slot.high
            text = _("It must be %(low)s to %(high)s, is %(value)s.")
            self._say(path, text, nearest, low=slot.low, high=slot.high, value=value)
        elif slot.kind is int and value != int(value):
            self._say(path, _("It must be a whole number."), round(value))

    def _fits(self, path: str, name: str, slot: Parameter) -> None:
        declared = self._reference(path, name)
        if declared is None:
            return
        place = f"/parameters/{self._places[name]}"
        if slot.kind is int and declared.kind is not int:
            self._say(f"{place}/kind", _KIND, "int", parameter=name)
        facts = {"parameter": name, "low": slot.low, "high": slot.high}
        if declared.low < slot.low:
            self._say(f"{place}/low", _BOUND, slot.low, value=declared.low, **facts)
        if declared.high > slot.high:
            self._say(f"{place}/high", _BOUND, slot.high, value=declared.high, **facts)

    def _reference(self, path: str, name: str) -> Parameter | None:
        self._used.add(name)
        if name not in self._declared:
            nearest = closest(name, self._declared)
            self._say(f"{path}/name", _("There is no parameter %(parameter)s: declare it."), nearest, parameter=name)
        return self._declared.get(name)

    def _say(self, path: str, message: str, /, nearest: str | float | None = None, **facts: object) -> None:
        self._found.append(problem(path, message, nearest, **facts))


def _alike(each: list[Node]) -> bool:
    """Whether they are the same line, as it was at several candles."""
    return len({str({name: one[name] for name in sorted(one) if name != "shift"}) for one in each}) == 1
