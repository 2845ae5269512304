"""Rules that can never be true, as far as it can be seen without candles. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf
from typing import Final, NamedTuple

from cryptouniverse.kernel.words import gettext_noop as _
from strategies.builder.rules.problems import Problem, problem
from strategies.builder.rules.reading import canonical
from strategies.builder.rules.sense import declared_in
from strategies.builder.rules.walking import Node, conditions_of, is_constant, within
from trading.indicators.types import Parameter

_SAME: Final = _("It is the same as %(other)s: a position would end where it begins.")
_NEVER: Final = _("It contradicts %(other)s: both are never true together.")
_EMPTY: Final = _("Nothing lies between: low is never below high.")
_TURNED: Final[Mapping[str, str]] = {"above": "below", "below": "above"}


class _Bound(NamedTuple):
    """What a condition says of a line: above at least `low`, below at most `high`."""

    line: str
    low: float
    high: float


def contradictions(document: Node) -> list[Problem]:
    """What contradicts itself, each at the later of two places. The document makes sense otherwise."""
    declared, found = declared_in(document), list(_sides(document))
    for path, condition, _depth in conditions_of(document):
        bounds = list(_bounds_of(condition, declared))
        if condition["is"] == "between" and any(each.low >= each.high for each in bounds):
            found.append(problem(f"{path}/high", _EMPTY))
        if condition["is"] == "all":
            found += _together(list(_flat(path, condition)), declared)
    return list(dict.fromkeys(found))


def _sides(document: Node) -> Iterator[Problem]:
    for one, other in (("enter_long", "exit_long"), ("enter_short", "exit_short"), ("enter_long", "enter_short")):
        if one in document and other in document and canonical(document[one]) == canonical(document[other]):
            yield problem(f"/{other}", _SAME, other=f"/{one}")


def _flat(path: str, condition: Node) -> Iterator[tuple[str, Node]]:
    """What must be true together: the parts of an "all", and of every "all" in it."""
    for below, each in within(path, condition):
        if each["is"] == "all":
            yield from _flat(below, each)
        else:
            yield below, each


def _together(parts: list[tuple[str, Node]], declared: Mapping[str, Parameter]) -> Iterator[Problem]:
    said: dict[str, str] = {}
    spans: dict[str, tuple[float, float, str]] = {}
    for path, condition in parts:
        for denied in _denied_by(condition):
            if denied in said:
                yield problem(path, _NEVER, other=said[denied])
        said[_text(condition)] = path
        for bound in _bounds_of(condition, declared):
            low, high, other = spans.get(bound.line, (-inf, inf, path))
            if max(low, bound.low) >= min(high, bound.high) and other != path:
                yield problem(path, _NEVER, other=other)
            spans[bound.line] = (max(low, bound.low), min(high, bound.high), path)


def _text(condition: Node) -> str:
    """The same for "a is above b" and "b is below a"."""
    if condition["is"] == "below":
        return canonical({"is": "above", "left": condition["right"], "right": condition["left"]})
    return canonical(condition)


def _denied_by(condition: Node) -> Iterator[str]:
    """What cannot be true where it is."""
    if condition["is"] == "not":
        yield _text(condition["of"])
    else:
        yield canonical({"is": "not", "of": condition})
    if condition["is"] in _TURNED:
        yield _text({**condition, "is": _TURNED[condition["is"]]})


def _bounds_of(condition: Node, declared: Mapping[str, Parameter]) -> Iterator[_Bound]:
    """What it says of a line in numbers, as wide as its parameters may make it."""
    kind = condition["is"]
    if kind == "between":
        low, high = condition["low"], condition["high"]
        yield _Bound(
            canonical(condition["value"]),
            _least(low, declared) if is_constant(low) else -inf,
            _most(high, declared) if is_constant(high) else inf,
        )
    elif kind in _TURNED:
        left, right = condition["left"], condition["right"]
        if is_constant(left):
            left, right, kind = right, left, _TURNED[kind]
        if is_constant(right) and kind == "above":
            yield _Bound(canonical(left), _least(right, declared), inf)
        elif is_constant(right):
            yield _Bound(canonical(left), -inf, _most(right, declared))


def _least(operand: Node, declared: Mapping[str, Parameter]) -> float:
    return float(operand["value"] if operand["is"] == "number" else declared[operand["name"]].low)


def _most(operand: Node, declared: Mapping[str, Parameter]) -> float:
    return float(operand["value"] if operand["is"] == "number" else declared[operand["name"]].high)
