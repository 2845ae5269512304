"""Text or parsed JSON into a plain document of bounded size, before anything walks over it. Pure."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NoReturn

from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from strategies.builder.rules.problems import Problem, pointer, problem, refusal

Document = dict[str, Any]
BYTES_MAX: Final = 32_000
DEPTH_MAX: Final = 24
NODES_MAX: Final = 2_000
TOO_LARGE: Final = _("It is larger than %(limit)s bytes.")


def parsed(text: str | bytes) -> Document:
    """A document from JSON text. Raises BadRules for what is none, or is too large or too deep."""
    if len(text) > BYTES_MAX:
        raise refusal([problem("", TOO_LARGE, limit=BYTES_MAX)])
    try:
        return plain(json.loads(text, parse_constant=_no_number))
    except (ValueError, RecursionError) as error:
        raise refusal([problem("", _("It is not JSON: %(reason)s"), reason=str(error)[:120])]) from None


def plain(raw: object) -> Document:
    """The same of dicts, lists, texts and finite numbers alone; 2.0 becomes 2. Raises BadRules."""
    if not isinstance(raw, Mapping):
        raise refusal([problem("", _("A rule set is a JSON object."))])
    found = _Plain().of(raw, ())
    if len(canonical(found).encode()) > BYTES_MAX:
        raise refusal([problem("", TOO_LARGE, limit=BYTES_MAX)])
    return dict(found)


def canonical(document: Mapping[str, Any]) -> str:
    """A document as text: the same one always the same text."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def hash_of(document: Mapping[str, Any]) -> str:
    """The SHA-256 of its rules, 64 hex digits: what it is called, and why, changes nothing."""
    rules = {name: value for name, value in document.items() if name not in {"name", "note"}}
    return hashlib.sha256(canonical(rules).encode()).hexdigest()


class _Plain:
    def __init__(self) -> None:
        self._nodes = 0

    def of(self, raw: object, path: tuple[object, ...]) -> Any:
        self._nodes += 1
        if len(path) > DEPTH_MAX:
            self._refuse(path, _("It is nested deeper than %(limit)s levels."), limit=DEPTH_MAX)
        if self._nodes > NODES_MAX:
            self._refuse(path, _("It has more than %(limit)s parts."), limit=NODES_MAX)
        if isinstance(raw, Mapping):
            return {self._text(str(key), path): self.of(value, (*path, key)) for key, value in raw.items()}
        if isinstance(raw, (list, tuple)):
            return [self.of(value, (*path, at)) for at, value in enumerate(raw)]
        if isinstance(raw, str):
            return self._text(raw, path)
        return raw if raw is None or isinstance(raw, bool) else self._number(raw, path)

    def _text(self, raw: str, path: tuple[object, ...]) -> str:
        if any((ord(one) < 32 and one not in "\n\r\t") or "\ud800" <= one <= "\udfff" for one in raw):
            self._refuse(path, _("A text holds a sign that cannot be kept."))
        return raw

    def _number(self, raw: object, path: tuple[object, ...]) -> int | float:
        if isinstance(raw, int) and abs(raw) < 2**63:
            return raw
        number = float(raw) if isinstance(raw, (float, Decimal)) else math.nan
        if not math.isfinite(number):
            self._refuse(path, _("A number is too large."))
        return int(number) if number.is_integer() and abs(number) < 2**53 else number

    def _refuse(self, path: tuple[object, ...], message: str, **facts: object) -> NoReturn:
        raise refusal([Problem(pointer(path[:DEPTH_MAX]), said(message, **facts))])


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
