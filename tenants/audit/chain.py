"""The chain of a tenant's audit: what is hashed, and what a whole check asks. Pure: rows and heads in, findings out.

A link gives a record its sequence number and ties it to the one before: its hash is the SHA-256 of canonical JSON of
every column of the record, the tenant, the time of sealing, the sequence number and the hash before it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from tenants.audit.types import Fault, Finding

GENESIS: Final = "0" * 64
FORMAT: Final = "cu-audit-1"
COLUMNS: Final = (
    "id",
    "at",
    "actor",
    "actor_kind",
    "action",
    "object_type",
    "object_id",
    "before",
    "after",
    "correlation_id",
    "address",
)
_JSON = frozenset({"before", "after"})
_EXACT = re.compile(r'"\\u0000([^"]*)"')  # what `_exact` made: inside other texts the quote is escaped


@dataclass(frozen=True, slots=True)
class Row:
    """A record as text: its row number and its columns in the order of `COLUMNS`; None where the database has NULL."""

    number: int
    values: tuple[str | None, ...]

    @property
    def name(self) -> str:
        """Its public id."""
        return self.values[0] or ""


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the chain. row: the number of the record that has it. sealed_at: seconds since 1970, as text."""

    sequence: int
    row: int
    sealed_at: str
    previous: str
    hash: str


def hash_of(tenant: UUID, row: Row, *, sequence: int, sealed_at: str, previous: str) -> str:
    """64 hex digits for `row` in its place."""
    facts: dict[str, Any] = {
        name: _read(value) if name in _JSON else value
        for name, value in zip(COLUMNS, row.values, strict=True)
        if value is not None
    }
    place = {"format": FORMAT, "tenant": str(tenant), "row": row.number, "sealed_at": sealed_at}
    body = canonical({**facts, **place, "sequence": sequence, "previous": previous})
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def canonical(value: Any) -> str:
    """JSON in one form only, like RFC 8785: keys sorted (by code point), no blanks, nothing escaped that need not be.

    Numbers with a point stand as the database writes them (see `_exact`): 1, 1.0 and 1.00 are three different things.
    """
    body = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return _EXACT.sub(r"\1", body) if "\\u0000" in body else body


@dataclass(slots=True)
class Walk:
    """A walk along one tenant's chain, place by place, that remembers what the heads ask for.

    expected: sequence -> (hash, number) of the signed heads. Feed it with `step`, then ask `ended`.
    """

    tenant: UUID
    expected: Mapping[int, list[tuple[str, int]]]
    last: int = 0
    previous: str = GENESIS
    places: int = 0

    def step(self, link: Link, row: Row | None) -> Iterator[Finding]:
        """What is wrong with the next place; after a fault the walk goes on from what is there."""
        name = row.name if row else f"row {link.row}"
        self.places += 1
        if link.sequence != self.last + 1:
            yield Finding(Fault.GAP, link.sequence, name)
        if link.previous != self.previous:
            yield Finding(Fault.BROKEN, link.sequence, name)
        if row is None:
            yield Finding(Fault.MISSING, link.sequence, name)
        elif link.hash != self._hash(link, row):
            yield Finding(Fault.CHANGED, link.sequence, name)
        for wanted, _number in self.expected.get(link.sequence, ()):
            if wanted != link.hash:
                yield Finding(Fault.REWRITTEN, link.sequence, name)
        self.last, self.previous = link.sequence, link.hash

    def ended(self) -> Iterator[Finding]:
        """What the end of the chain tells."""
        if self.places > self.last:
            yield Finding(Fault.COUNT, self.last)
        for sequence in sorted(self.expected):
            if sequence > self.last:
                yield Finding(Fault.TRUNCATED, sequence, f"head {self.expected[sequence][0][1]}")

    def _hash(self, link: Link, row: Row) -> str:
        return hash_of(self.tenant, row, sequence=link.sequence, sealed_at=link.sealed_at, previous=link.previous)


def walked(walk: Walk, places: Iterable[tuple[Link, Row | None]]) -> Iterator[Finding]:
    """All that is wrong with `places`, in their order."""
    for link, row in places:
        yield from walk.step(link, row)
    yield from walk.ended()


def _read(text: str) -> Any:
    """The JSON in a column; what cannot be read (nested without end) counts as the text itself."""
    try:
        return {"json": json.loads(text, parse_float=_exact)}
    except (ValueError, RecursionError):
        return {"text": text}


def _exact(number: str) -> str:
    """A number as text that no text of the database can be: it has a NUL, which PostgreSQL refuses everywhere."""
    return f"\0{number}"
