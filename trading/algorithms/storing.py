"""Parent orders and their states as JSON and back, to the last digit, so that a restart goes on where it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from cryptouniverse.kernel.market import Side
from trading.algorithms.types import Finish, Made, Parent, State, Value

VERSION: Final = 1
_PLAIN: Final = tuple(field.name for field in fields(State) if field.name not in {"children", "finished"})


def parent_told(parent: Parent) -> dict[str, Any]:
    """The parent order as it is stored: JSON of whole numbers, texts and lists."""
    told = {field.name: getattr(parent, field.name) for field in fields(Parent)}
    return {**told, "version": VERSION, "side": str(parent.side), "parameters": _listed(dict(parent.parameters))}


def parent_from(stored: Mapping[str, Any]) -> Parent:
    """The parent order of what was stored. It is not judged anew: limits that came later do not stop what runs."""
    named = {field.name: stored[field.name] for field in fields(Parent)}
    parameters = tuple(sorted((name, _value(value)) for name, value in stored["parameters"].items()))
    return Parent(**{**named, "side": Side(stored["side"]), "parameters": parameters})


def state_told(state: State) -> dict[str, Any]:
    """The state as it is stored. A child is a row: at_ms, steps, filled, paid, ended (0 or 1), by index."""
    rows = [[c.at_ms, c.steps, c.filled, c.paid, int(c.ended)] for c in state.children]
    finished = state.finished and str(state.finished)
    return {"version": VERSION, "children": rows, "finished": finished, **{n: getattr(state, n) for n in _PLAIN}}


def state_from(stored: Mapping[str, Any]) -> State:
    """The state of what was stored."""
    children = tuple(
        Made(index, at_ms, steps, filled, paid, bool(ended))
        for index, (at_ms, steps, filled, paid, ended) in enumerate(stored["children"])
    )
    finished = Finish(stored["finished"]) if stored["finished"] else None
    return State(children=children, finished=finished, **{name: stored[name] for name in _PLAIN})


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _listed(each) for name, each in value.items()}
    return [_listed(each) for each in value] if isinstance(value, tuple) else value


def _value(value: Any) -> Value:
    return tuple(_value(each) for each in value) if isinstance(value, list) else value  # type: ignore[return-value]  # JSON's lists are our tuples
