"""The published schema of a document, and what of it a document breaks, in sentences. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from cryptouniverse.kernel.words import gettext_noop as _
from strategies.builder.rules.problems import Problem, closest, pointer, problem

_BOUNDS: Final = {
    "minimum": _("It must be %(bound)s or more, is %(value)s."),
    "maximum": _("It must be %(bound)s or less, is %(value)s."),
    "exclusiveMinimum": _("It must be above %(bound)s, is %(value)s."),
}
_LENGTHS: Final = {
    "minLength": _("It must have %(bound)s signs at least."),
    "maxLength": _("It must have %(bound)s signs at most."),
    "minItems": _("It must have %(bound)s parts at least."),
    "maxItems": _("It must have %(bound)s parts at most."),
    "maxProperties": _("It must have %(bound)s parts at most."),
}
_KINDS: Final = {
    "object": _("It must be an object."),
    "array": _("It must be a list."),
    "string": _("It must be a text."),
    "number": _("It must be a number."),
    "integer": _("It must be a whole number."),
}
_MISSING: Final = _("%(field)s is missing.")
_UNKNOWN: Final = _("There is no field %(field)s here; there are %(fields)s.")
_NOT_ONE: Final = _("It must be one of %(values)s, is %(value)s.")
_PATTERNS: Final = {
    "\\S": _("It must not be blank."),
    "^[a-z][a-z0-9_]{0,39}$": _("A name is 1 to 40 small letters, digits and underscores, a letter first."),
}


@cache
def schema() -> Mapping[str, Any]:
    """The published JSON schema (draft 2020-12)."""
    read: dict[str, Any] = json.loads(Path(__file__).with_name("schema.json").read_text(encoding="utf-8"))
    return read


def shape_problems(document: Mapping[str, Any]) -> list[Problem]:
    """What the document breaks of the schema, in the order of their paths."""
    broken = (found for error in _validator().iter_errors(document) for found in _told(error))
    return sorted(dict.fromkeys(broken), key=lambda each: each.path)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


def _told(error: ValidationError) -> Iterator[Problem]:
    path, keyword = pointer(error.absolute_path), str(error.validator)
    bound: Any = error.validator_value
    within: Any = error.schema
    sent: Any = error.instance
    if keyword == "required":
        yield from (problem(path, _MISSING, field=name) for name in bound if name not in sent)
    elif keyword == "additionalProperties":
        known = list(within["properties"])
        for name in sorted(set(sent) - set(known)):
            nearest = closest(name, known)
            yield problem(pointer([name], path), _UNKNOWN, nearest, field=name[:60], fields=", ".join(known))
    else:
        yield _TELLERS[keyword](path, bound, sent)


def _one_of(path: str, values: Any, value: Any) -> Problem:
    values = values if isinstance(values, list) else [values]
    texts = [str(each) for each in values]
    nearest = values[0] if len(values) == 1 else closest(str(value), texts)
    return problem(path, _NOT_ONE, nearest, values=", ".join(texts), value=str(value)[:60])


def _bounded(message: str) -> Callable[[str, Any, Any], Problem]:
    return lambda path, bound, value: problem(path, message, bound, bound=bound, value=value)


def _long(message: str) -> Callable[[str, Any, Any], Problem]:
    return lambda path, bound, _value: problem(path, message, bound=bound)


_TELLERS: Final[Mapping[str, Callable[[str, Any, Any], Problem]]] = {
    **{keyword: _bounded(message) for keyword, message in _BOUNDS.items()},
    **{keyword: _long(message) for keyword, message in _LENGTHS.items()},
    "type": lambda path, kind, _value: problem(path, _KINDS[kind]),
    "enum": _one_of,
    "const": _one_of,
    "pattern": lambda path, pattern, _value: problem(path, _PATTERNS[pattern]),
}
