"""Lists as PostgreSQL's arrays, written the way its server reads them fastest: the driver looks at every element twice.

Binary where that is a few bytes put together; numbers with a point as text, which the server reads itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from struct import Struct
from typing import Any

from psycopg.abc import AdaptContext
from psycopg.adapt import Dumper
from psycopg.pq import Format

_MARKS = re.compile(r"%%|%s(?:::([a-z0-9]+)\[\])?")
_HEADER, _LENGTH = Struct("!iiiii"), Struct("!i")  # dimensions, may hold NULL, type of the elements, how many, from
_NULL = _LENGTH.pack(-1)
_SMALL, _INT, _BIG = Struct("!ih"), Struct("!ii"), Struct("!iq")
_SHORT = [_LENGTH.pack(length) for length in range(256)]  # lengths of most texts
_UUID_LENGTH, _TRUE, _FALSE = _LENGTH.pack(16), b"\0\0\0\1\1", b"\0\0\0\1\0"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # PostgreSQL's
_DAY_US, _SECOND_US = 86_400_000_000, 1_000_000


class Written(bytes):
    """An array in binary, for a parameter whose type the statement names."""


class Spelled(bytes):
    """An array as text, for a parameter whose type the statement names."""


def as_arrays(statement: str, parameters: Sequence[Any]) -> Sequence[Any]:
    """`parameters` with the lists written for which `statement` names a type: `%s::uuid[]`. The others are left alone.

    Raises what an element of another type raises: AttributeError, TypeError or struct.error.
    """
    kinds = _kinds(statement)
    if not any(kinds):
        return parameters
    return [
        _written(kind, value) if kind and isinstance(value, list) else value
        for kind, value in zip(kinds, parameters, strict=True)
    ]


def teach(context: AdaptContext) -> None:
    """Let what is executed in `context` pass such arrays on as they are."""
    context.adapters.register_dumper(Written, _WrittenDumper)
    context.adapters.register_dumper(Spelled, _SpelledDumper)


class _WrittenDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Written) -> bytes:
        return obj


class _SpelledDumper(Dumper):
    format = Format.TEXT

    def dump(self, obj: Spelled) -> bytes:
        return obj


@cache
def _kinds(statement: str) -> tuple[str | None, ...]:
    marks = [mark for mark in _MARKS.finditer(statement) if mark[0] != "%%"]
    return tuple(kind if kind == "numeric" or kind in _BINARY else None for kind in (mark[1] for mark in marks))


def _written(kind: str, values: list[Any]) -> Written | Spelled:
    if kind == "numeric":
        return Spelled(f"{{{','.join(['NULL' if value is None else _number(value) for value in values])}}}".encode())
    oid, element = _BINARY[kind]
    if not values:
        return Written(_HEADER.pack(0, 0, oid, 0, 0)[:12])
    elements = [_NULL if value is None else element(value) for value in values]
    return Written(_HEADER.pack(1, 1, oid, len(values), 1) + b"".join(elements))


def _number(value: Decimal | int) -> str:
    if not isinstance(value, (Decimal, int)):
        raise TypeError(f"no exact number: {value!r}")
    return str(value)


def _text(value: str) -> bytes:
    raw = value.encode()
    length = len(raw)
    return (_SHORT[length] if length < len(_SHORT) else _LENGTH.pack(length)) + raw


def _json(value: str) -> bytes:
    raw = value.encode()
    return _LENGTH.pack(len(raw) + 1) + b"\1" + raw  # of PostgreSQL's first and only way to write it


def _moment(value: datetime) -> bytes:
    since = value - _EPOCH
    return _BIG.pack(8, since.days * _DAY_US + since.seconds * _SECOND_US + since.microseconds)


_BINARY: dict[str, tuple[int, Callable[[Any], bytes]]] = {  # PostgreSQL's number of the type, and an element of it
    "bigint": (20, lambda value: _BIG.pack(8, value)),
    "boolean": (16, lambda value: _TRUE if value else _FALSE),
    "int": (23, lambda value: _INT.pack(4, value)),
    "jsonb": (3802, _json),
    "smallint": (21, lambda value: _SMALL.pack(2, value)),
    "text": (25, _text),
    "timestamptz": (1184, _moment),
    "uuid": (2950, lambda value: _UUID_LENGTH + value.bytes),
}
