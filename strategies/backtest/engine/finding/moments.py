"""Moments: when any of the books was seen, with what was known then and what orders meet when they arrive. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trading.fills import Book

DELAY_MS: Final = 250  # from what was seen to the exchange: orders meet the books as they are then


@dataclass(frozen=True, slots=True)
class Moment:
    """known: of each instrument the last book at `at_ms`. arriving: what orders sent then meet at `arrives_ms`."""

    at_ms: int
    arrives_ms: int
    known: Mapping[str, Book]
    arriving: Mapping[str, Book]


def moments_of(
    books: Mapping[str, Sequence[Book]], *, start_ms: int, end_ms: int, delay_ms: int = DELAY_MS
) -> Iterator[Moment]:
    """Every moment whose orders arrive from `start_ms` on and before `end_ms`, in order, once all books are known.

    books: of each instrument, oldest first, from before `start_ms` on.
    """
    times = {name: [book.at_ms for book in each] for name, each in books.items()}
    for at_ms in sorted({one for each in times.values() for one in each}):
        arrives_ms = at_ms + delay_ms
        if not start_ms <= arrives_ms < end_ms:
            continue
        known = {name: _last(each, times[name], at_ms) for name, each in books.items()}
        arriving = {name: _last(each, times[name], arrives_ms) for name, each in books.items()}
        there = {name: book for name, book in known.items() if book is not None}
        if len(there) == len(books):
            yield Moment(at_ms, arrives_ms, there, {name: book for name, book in arriving.items() if book is not None})


def _last(books: Sequence[Book], times: Sequence[int], at_ms: int) -> Book | None:
    place = bisect_right(times, at_ms)
    return books[place - 1] if place else None
