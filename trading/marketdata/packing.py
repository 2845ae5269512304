"""How a day of candles becomes bytes and back. Pure numpy; nothing here knows the database.

Format, little-endian, columns one after another so that each is read as one array without a copy:
open, high, low, close as unsigned 32-bit ticks above `floor` (64-bit where a day's range needs it), then volume as
float64.
`present` says which slots of the day have a candle: one bit a slot, first slot first; empty when all have.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import DAY_MS, Floats, Ints, Timeframe

_NARROW, _WIDE = np.dtype("<u4"), np.dtype("<u8")
_VOLUME = np.dtype("<f8")


@dataclass(frozen=True, slots=True)
class TickColumns:
    """Candles in ticks, oldest first: open_ms int64 UTC ms; prices int64 ticks; volume float64 base units."""

    open_ms: Ints
    open: Ints
    high: Ints
    low: Ints
    close: Ints
    volume: Floats

    def __len__(self) -> int:
        return int(self.open_ms.shape[0])

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_] | slice) -> TickColumns:
        """The same columns at `rows`."""
        return TickColumns(*(column[rows] for column in self.columns()))

    def columns(self) -> tuple[NDArray[Any], ...]:
        """All columns, in the order of the fields."""
        return (self.open_ms, self.open, self.high, self.low, self.close, self.volume)

    def prices(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Open, high, low and close."""
        return (self.open, self.high, self.low, self.close)

    def scaled(self, factor: int) -> TickColumns:
        """The same prices in ticks `factor` times finer."""
        opens, highs, lows, closes = (price * factor for price in self.prices())
        return TickColumns(self.open_ms, opens, highs, lows, closes, self.volume)


@dataclass(frozen=True, slots=True)
class PackedDay:
    """One UTC day of candles as it is stored. day: days since 1970. checksum: signed 64 bits over all the rest."""

    day: int
    count: int
    floor: int
    present: bytes
    packed: bytes
    checksum: int


def empty_columns() -> TickColumns:
    """No candles."""
    none = np.empty(0, dtype=np.int64)
    return TickColumns(none, none, none, none, none, np.empty(0))


def joined(parts: list[TickColumns]) -> TickColumns:
    """The parts one after another."""
    if not parts:
        return empty_columns()
    return TickColumns(*(np.concatenate(columns) for columns in zip(*(part.columns() for part in parts), strict=True)))


def pack_days(candles: TickColumns, timeframe: Timeframe) -> list[PackedDay]:
    """`candles` (strictly rising, on the timeframe's grid) as one PackedDay for each UTC day that has any."""
    if not len(candles):
        return []
    days = candles.open_ms // DAY_MS
    starts = np.flatnonzero(np.diff(days, prepend=days[0] - 1))
    ends = np.append(starts[1:], len(candles))
    floors = np.minimum.reduceat(candles.low, starts)
    tops = np.maximum.reduceat(candles.high, starts)
    slots = (candles.open_ms - days * DAY_MS) // timeframe.ms
    return [
        _packed_day(candles, slice(int(start), int(end)), int(days[start]), slots, (int(floor), int(top)), timeframe)
        for start, end, floor, top in zip(starts, ends, floors, tops, strict=True)
    ]


def unpack_day(day: PackedDay, timeframe: Timeframe) -> TickColumns:
    """The candles of `day`. The caller has checked the checksum (`checksum_of`)."""
    wide = len(day.packed) > day.count * (4 * _NARROW.itemsize + _VOLUME.itemsize)
    kind = _WIDE if wide else _NARROW
    at = 4 * day.count * kind.itemsize
    prices = np.frombuffer(day.packed, dtype=kind, count=4 * day.count).reshape(4, day.count).astype(np.int64)
    prices += day.floor
    volume = np.frombuffer(day.packed, dtype=_VOLUME, offset=at, count=day.count)
    return TickColumns(opens_of(day.day, day.present, timeframe), prices[0], prices[1], prices[2], prices[3], volume)


def opens_of(day: int, present: bytes, timeframe: Timeframe) -> Ints:
    """The open times (UTC ms) of the candles that a day has."""
    slots = DAY_MS // timeframe.ms
    if not present:
        return day * DAY_MS + np.arange(slots, dtype=np.int64) * timeframe.ms
    bits = np.unpackbits(np.frombuffer(present, dtype=np.uint8), count=slots)
    return day * DAY_MS + np.flatnonzero(bits).astype(np.int64) * timeframe.ms


def checksum_of(*, timeframe: str, day: int, count: int, floor: int, present: bytes, packed: bytes) -> int:
    """Signed 64 bits of BLAKE2b over a stored day and where it belongs: damage and swapped rows both change it."""
    digest = hashlib.blake2b(f"{timeframe}|{day}|{count}|{floor}|".encode() + present, digest_size=8)
    digest.update(packed)
    return int.from_bytes(digest.digest(), "little", signed=True)


def _packed_day(
    candles: TickColumns, rows: slice, day: int, slots: Ints, span: tuple[int, int], timeframe: Timeframe
) -> PackedDay:
    floor, top = span
    kind = _NARROW if top - floor <= np.iinfo(_NARROW).max else _WIDE
    prices = [(column[rows] - floor).astype(kind).tobytes() for column in candles.prices()]
    packed = b"".join([*prices, candles.volume[rows].astype(_VOLUME).tobytes()])
    count = rows.stop - rows.start
    present = b"" if count == DAY_MS // timeframe.ms else _bits(slots[rows], DAY_MS // timeframe.ms)
    checksum = checksum_of(timeframe=timeframe, day=day, count=count, floor=floor, present=present, packed=packed)
    return PackedDay(day, count, floor, present, packed, checksum)


def _bits(slots: Ints, slots_a_day: int) -> bytes:
    there = np.zeros(slots_a_day, dtype=np.uint8)
    there[slots] = 1
    return np.packbits(there).tobytes()
