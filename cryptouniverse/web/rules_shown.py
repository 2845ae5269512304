"""A rule document as its form shows it: conditions with their inputs, each with what may be chosen there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from strategies.builder.rules.walking import OPERANDS, RULES
from trading.indicators.registry import indicators

CONDITIONS: Final = {
    "above": _("is above"), "below": _("is below"), "crosses_above": _("crosses above"),
    "crosses_below": _("crosses below"), "between": _("lies between"), "rising": _("is rising"),
    "falling": _("is falling"), "all": _("all of these"), "any": _("any of these"), "not": _("not"),
    "within": _("lately"),
}  # fmt: skip
KINDS: Final = {
    "price": _("Price"), "indicator": _("Indicator"), "number": _("Number"), "parameter": _("Parameter"),
}  # fmt: skip
FIELDS: Final = {
    "open": _("Open"), "high": _("High"), "low": _("Low"), "close": _("Close"), "volume": _("Volume"),
}  # fmt: skip
RULE_NAMES: Final = {
    "enter_long": _("Buy when"), "exit_long": _("Sell when"), "enter_short": _("Sell short when"),
    "exit_short": _("Cover when"),
}  # fmt: skip
FAMILIES: Final = {
    "trend": _("Trend"), "breakout": _("Breakout"), "mean_reversion": _("Mean reversion"), "pullback": _("Pullback"),
}  # fmt: skip
DECLARED: Final = {
    "name": _("Name"), "meaning": _("Meaning"), "default": _("Value"), "low": _("From"), "high": _("To"),
    "step": _("Step"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """One input: its name, a JSON pointer; what it is called; its value as text; what may be chosen there, if so."""

    path: str
    label: str
    value: str
    choices: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """A condition. inputs: of itself and its operands, in the order of a sentence. below: conditions in it."""

    path: str
    inputs: list[Input]
    below: list[Part]
    grows: bool


def rules_shown(document: Mapping[str, Any]) -> list[tuple[str, str, Part | None]]:
    """(name, what it is called, the condition or None) of each rule that there may be."""
    return [
        (name, gettext(str(title)), _part(f"/{name}", document[name]) if isinstance(document.get(name), dict) else None)
        for name, title in RULE_NAMES.items()
        if name in RULES
    ]


def declared_shown(document: Mapping[str, Any]) -> list[tuple[str, list[Input]]]:
    """(pointer, inputs) of each parameter."""
    return [
        (
            f"/parameters/{at}",
            [Input(f"/parameters/{at}/{name}", str(label), _text(raw.get(name))) for name, label in DECLARED.items()]
            + [_choice(f"/parameters/{at}/kind", gettext("Kind"), raw.get("kind"), {"int": "1", "float": "1.5"})],
        )
        for at, raw in enumerate(document.get("parameters", ()))
    ]


def _part(path: str, condition: Mapping[str, Any]) -> Part:
    kind = condition.get("is")
    names = OPERANDS.get(str(kind), ())
    inputs = [each for name in names[:1] for each in _operand(f"{path}/{name}", condition[name])]
    inputs.append(_choice(f"{path}/is", gettext("Condition"), kind, CONDITIONS))
    inputs += [each for name in names[1:] for each in _operand(f"{path}/{name}", condition[name])]
    if "bars" in condition:
        inputs.append(Input(f"{path}/bars", gettext("Candles"), _text(condition["bars"])))
    below = condition.get("of")
    inner = {f"{path}/of/{at}": each for at, each in enumerate(below)} if isinstance(below, list) else {}
    inner |= {f"{path}/of": below} if isinstance(below, dict) else {}
    return Part(path, inputs, [_part(*each) for each in inner.items()], isinstance(below, list))


def _operand(path: str, operand: Mapping[str, Any]) -> list[Input]:
    kind = operand.get("is")
    found = [_choice(f"{path}/is", gettext("What"), kind, KINDS)]
    if kind == "number":
        return [*found, Input(f"{path}/value", gettext("Number"), _text(operand.get("value")))]
    if kind == "parameter":
        return [*found, Input(f"{path}/name", gettext("Parameter"), _text(operand.get("name")))]
    if kind == "price":
        found.append(_choice(f"{path}/field", gettext("Price"), operand.get("field"), FIELDS))
    chosen = indicators().get(str(operand.get("name"))) if kind == "indicator" else None
    if kind == "indicator":
        titles = {each.name: gettext(each.title) for each in indicators().values()}
        found.append(_choice(f"{path}/name", gettext("Indicator"), operand.get("name"), titles))
    if chosen:
        said = operand.get("set", {})
        found += [
            Input(f"{path}/set/{each.name}", each.name.replace("_", " "), _text(said.get(each.name)))
            for each in chosen.parameters
        ]
        if len(chosen.outputs) > 1:
            outputs = {name: name.replace("_", " ") for name in chosen.outputs}
            found.append(_choice(f"{path}/output", gettext("Line"), operand.get("output"), outputs))
    found.append(Input(f"{path}/shift", gettext("Candles ago"), _text(operand.get("shift"))))
    return [*found, Input(f"{path}/offset_bps", gettext("Plus, 0.01%"), _text(operand.get("offset_bps")))]


def _choice(path: str, label: str, value: object, choices: Mapping[str, Any]) -> Input:
    there = [(name, str(title)) for name, title in choices.items()]
    unknown = [] if str(value) in choices else [(str(value), str(value))]
    return Input(path, label, str(value), unknown + there)


def _text(value: object) -> str:
    """A number as it is, a parameter by its name, nothing for nothing."""
    if isinstance(value, Mapping):
        return str(value.get("name", ""))
    return "" if value is None else str(value)
