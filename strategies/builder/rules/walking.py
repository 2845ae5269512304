"""The parts of a document with the paths that lead to them. Pure; documents here have the shape of the schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

Node = Mapping[str, Any]
RULES: Final = ("enter_long", "exit_long", "enter_short", "exit_short")
PAIRS: Final = ("above", "below", "crosses_above", "crosses_below")
OPERANDS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(PAIRS, ("left", "right")),
    "between": ("value", "low", "high"),
    "rising": ("value",),
    "falling": ("value",),
}


def rules_of(document: Node) -> Iterator[tuple[str, Node]]:
    """The conditions at the top that there are."""
    return ((f"/{name}", document[name]) for name in RULES if name in document)


def within(path: str, condition: Node) -> Iterator[tuple[str, Node]]:
    """The conditions one level below this one."""
    below = condition.get("of")
    if isinstance(below, list):
        yield from ((f"{path}/of/{at}", each) for at, each in enumerate(below))
    elif below is not None:
        yield f"{path}/of", below


def conditions_of(document: Node) -> Iterator[tuple[str, Node, int]]:
    """Every condition, an outer one before its inner ones, with its depth: 1 at the top."""
    waiting = [(*each, 1) for each in reversed(list(rules_of(document)))]
    while waiting:
        path, condition, depth = waiting.pop()
        yield path, condition, depth
        waiting += [(*each, depth + 1) for each in reversed(list(within(path, condition)))]


def operands_of(path: str, condition: Node) -> Iterator[tuple[str, Node]]:
    """The operands of a comparison; none of a group."""
    return ((f"{path}/{name}", condition[name]) for name in OPERANDS.get(condition["is"], ()))


def is_constant(operand: Node) -> bool:
    """Whether it is the same at every candle."""
    return operand["is"] in {"number", "parameter"}
