"""A rule document as a form: each input is named by the JSON pointer of what it holds, and read back by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from strategies.builder.rules.walking import OPERANDS, PAIRS, RULES
from trading.indicators.registry import indicators

Tree = dict[str, Any]
DEEP_MAX: Final = 24
PLACE_DIGITS_MAX: Final = 9
TEXTS: Final = frozenset({"is", "name", "field", "output", "meaning", "kind", "note", "judged_as"})
CLOSE: Final = {"is": "price", "field": "close"}
AVERAGE: Final = {"is": "indicator", "name": "sma", "set": {"period": 20}}
FIRST: Final = {"is": "above", "left": CLOSE, "right": AVERAGE}
BEGUN: Final = {
    "format": 1,
    "name": "",
    "parameters": [],
    "enter_long": FIRST,
    "patience": 24,
    "stop_bps": 300,
    "target_bps": 600,
}


def document_in(posted: Mapping[str, str]) -> Tree:
    """The document that the inputs hold, made whole: what a chosen kind needs is there, and nothing else is."""
    tree: Tree = {}
    for pointer, text in posted.items():
        parts = pointer.split("/")[1:]
        if pointer.startswith("/") and len(parts) <= DEEP_MAX and text.strip():
            _put(tree, parts, _value(parts[-1], text.strip()))
    return completed({"format": 1, **{name: _listed(value) for name, value in tree.items()}})


def completed(raw: Tree) -> Tree:
    """A document that can be shown in a form; what is wrong with it otherwise stays."""
    found = {**raw, "parameters": _each(raw.get("parameters"))}
    found |= {name: _condition(raw[name]) for name in RULES if name in raw}
    return {"enter_long": FIRST, **found}


def changed(document: Tree, what: str) -> Tree:
    """The document after "add", "remove" or "rule" with a pointer, or "parameter"; anything else changes nothing."""
    act, _space, pointer = what.partition(" ")
    parts = pointer.split("/")[1:]
    if act == "parameter":
        number = len(document["parameters"]) + 1
        made = {"name": f"number_{number}", "kind": "int", "default": 20, "low": 5, "high": 100, "step": 5}
        return {**document, "parameters": [*document["parameters"], {**made, "meaning": f"Number {number}"}]}
    if act == "rule" and parts and parts[0] in RULES:
        return {**document, parts[0]: FIRST}
    if act in {"add", "remove"} and parts:
        altered: Tree = _altered(document, parts, act)
        return altered
    return document


def _altered(node: Any, parts: list[str], act: str) -> Any:
    """A copy of `node` in which something was added to what `parts` lead to, or that was removed."""
    key: Any = int(parts[0]) if isinstance(node, list) and _is_place(parts[0]) else parts[0]
    there = (isinstance(node, list) and isinstance(key, int) and key < len(node)) or (
        isinstance(node, dict) and key in node
    )
    if not there:
        return node
    copy = node.copy()
    if len(parts) > 1:
        copy[key] = _altered(node[key], parts[1:], act)
    elif act == "remove":
        del copy[key]
    elif isinstance(node[key], list):
        copy[key] = [*node[key], FIRST]
    return copy


def _put(tree: Tree, parts: list[str], value: Any) -> None:
    for part in parts[:-1]:
        below = tree.setdefault(part, {})
        if not isinstance(below, dict):
            return
        tree = below
    tree[parts[-1]] = value


def _value(name: str, text: str) -> Any:
    """A text, a number, or what is no number as the parameter of that name."""
    if name in TEXTS:
        return text
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"is": "parameter", "name": text}


def _listed(node: Any) -> Any:
    """Dicts whose keys all are numbers become lists."""
    if not isinstance(node, dict):
        return node
    found = {name: _listed(value) for name, value in node.items()}
    if found and all(_is_place(name) for name in found):
        return [found[name] for name in sorted(found, key=int)]
    return found


def _is_place(text: str) -> bool:
    return text.isdecimal() and len(text) < PLACE_DIGITS_MAX


def _each(raw: Any) -> list[Tree]:
    return [each for each in raw if isinstance(each, dict)] if isinstance(raw, list) else []


def _condition(raw: Any) -> Tree:
    if not isinstance(raw, dict):
        return dict(FIRST)
    kind, below = str(raw.get("is", "above")), raw.get("of")
    if kind in {"all", "any"}:
        inner = _each(below) or [below if isinstance(below, dict) else {**raw, "is": "above"}]
        return {"is": kind, "of": [_condition(each) for each in inner]}
    if kind in {"not", "within"}:
        first = (_each(below) or [{**raw, "is": "above"}])[0]
        more = {"bars": raw.get("bars", 3)} if kind == "within" else {}
        return {"is": kind, "of": _condition(below if isinstance(below, dict) else first), **more}
    if kind not in OPERANDS:
        return raw
    inner = _each(below)
    said = {**(inner[0] if inner else below if isinstance(below, dict) else {}), **raw}
    usual = {"left": said.get("value", CLOSE), "value": said.get("left", CLOSE), "right": AVERAGE}
    usual |= {"low": {"is": "number", "value": 0}, "high": {"is": "number", "value": 100}}
    found = {name: _operand(said.get(name, usual[name])) for name in OPERANDS[kind]}
    more = {} if kind in PAIRS or kind == "between" else {"bars": said.get("bars", 1)}
    return {"is": kind, **found, **more}


def _operand(raw: Any) -> Tree:
    if not isinstance(raw, dict):
        return dict(CLOSE)
    kind, moved = str(raw.get("is")), {name: raw[name] for name in ("shift", "offset_bps") if raw.get(name)}
    if kind == "number":
        return {"is": kind, "value": raw.get("value", 0)}
    if kind == "parameter":
        return {"is": kind, "name": raw.get("name", "number_1")}
    if kind == "price":
        return {"is": kind, "field": raw.get("field", "close"), **moved}
    if kind != "indicator":
        return raw
    chosen = indicators().get(str(raw.get("name", "sma")))
    if chosen is None:
        return raw
    said = raw.get("set")
    sent = said if isinstance(said, dict) else {}
    numbers = {each.name: sent.get(each.name, each.default) for each in chosen.parameters}
    asked = raw.get("output")
    output = asked if asked in chosen.outputs else chosen.outputs[0]
    named = {"output": output} if len(chosen.outputs) > 1 else {}
    return {"is": kind, "name": chosen.name, **({"set": numbers} if numbers else {}), **named, **moved}
