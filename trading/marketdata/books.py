"""Order books as they are stored: packed levels, and prices of exchanges and files on an instrument's grid.

Packed: how many bids (one byte), then bids and asks from the best down, ticks and steps each as int64, least byte
first. Pure.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal
from typing import Final

from cryptouniverse.kernel.market import Instrument
from trading.fills import DEPTH, Book
from trading.fills.books import Level, Levels

Prices = Sequence[tuple[Decimal, Decimal]]  # price, size in base units; from the best down
SIMULATED_BEFORE_CLOSE_MS: Final = 1_000
_BPS: Final = 10_000
_HALF_SPREADS: Final = (1, 2, 3, 5, 8, 12, 18, 26)  # bps of the price
_WORTH: Final = (400, 900, 2_000, 4_500)  # of a level, quote currency


def book_of(instrument: Instrument, at_ms: int, *, bids: Prices, asks: Prices) -> Book:
    """The best levels on the instrument's grid: a price between two ticks goes against whoever takes it, a size to the
    whole step below. Raises Invalid where nothing is left on a side, or the sides cross.
    """
    return Book(
        at_ms, _on_grid(instrument, bids, rounding=ROUND_FLOOR), _on_grid(instrument, asks, rounding=ROUND_CEILING)
    )


def packed(book: Book) -> bytes:
    """The levels of a book as bytes."""
    numbers = [number for level in (*book.bids, *book.asks) for number in level]
    return struct.pack(f"<B{len(numbers)}q", len(book.bids), *numbers)


def unpacked(at_ms: int, levels: bytes, *, tick: Decimal, step: Decimal, instrument: Instrument) -> Book | None:
    """The book that `packed` wrote in units of `tick` and `step`, in the instrument's units of now.

    A finer tick changes no price; where its step has become coarser, a size is the whole steps below. None where
    nothing is left on a side.
    """
    count, *numbers = struct.unpack(f"<B{len(levels) // 8}q", levels)
    found = list(zip(numbers[::2], numbers[1::2], strict=True))
    if (tick, step) != (instrument.tick, instrument.step):
        found = [(int(ticks * tick / instrument.tick), int(steps * step / instrument.step)) for ticks, steps in found]
    bids, asks = _there(found[:count]), _there(found[count:])
    return Book(at_ms, bids, asks) if bids and asks else None


def simulated_book(instrument: Instrument, at_ms: int, close_ticks: int) -> Book:
    """The book of a simulated market around its price: made of the instrument, the moment and the price alone."""
    digest = hashlib.sha256(f"book|{instrument.id}|{at_ms}".encode()).digest()
    half = max(close_ticks * _HALF_SPREADS[digest[0] % len(_HALF_SPREADS)] // _BPS, 1)
    gap = max(close_ticks * (1 + digest[1] % 4) // _BPS, 1)
    sizes = [_WORTH[byte % len(_WORTH)] for byte in digest[2 : 2 + 2 * DEPTH]]
    sides = []
    for side, worth in ((-1, sizes[:DEPTH]), (1, sizes[DEPTH:])):
        prices = [max(close_ticks + side * (half + gap * n), DEPTH - n) for n in range(DEPTH)]
        steps = [
            max(instrument.steps_down(Decimal(each) / instrument.price_of(ticks)), 1)
            for each, ticks in zip(worth, prices, strict=True)
        ]
        sides.append(tuple(zip(prices, steps, strict=True)))
    return Book(at_ms, *sides)


def simulated_books(
    instrument: Instrument, closes: Iterable[tuple[int, int]], *, start_ms: int, end_ms: int
) -> list[Book]:
    """Books of a simulated market at (moment, price) before `end_ms`, and of those before `start_ms` the last."""
    books = [simulated_book(instrument, at_ms, close) for at_ms, close in closes if at_ms < end_ms]
    before = [book for book in books if book.at_ms < start_ms]
    return [*before[-1:], *books[len(before) :]]


def _on_grid(instrument: Instrument, prices: Prices, *, rounding: str) -> Levels:
    found: dict[int, int] = {}
    for price, size in prices[:DEPTH]:
        ticks = int((price / instrument.tick).to_integral_value(rounding=rounding))
        found[ticks] = found.get(ticks, 0) + int((size / instrument.step).to_integral_value(rounding=ROUND_DOWN))
    return _there(found.items())


def _there(levels: Iterable[Level]) -> Levels:
    return tuple((ticks, steps) for ticks, steps in levels if ticks > 0 and steps > 0)
