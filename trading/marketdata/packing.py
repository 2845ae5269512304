"""How days of candles become bytes and back. Pure numpy; nothing here knows the database.

A day is its candles in order, each 24 bytes, little-endian: open, high, low, close as unsigned 32-bit ticks above the
day's `floor`, then volume as float64. A day whose range needs more has 64-bit prices and 40 bytes a candle. Any number
of days is therefore decoded as one array. `present` says which slots of the day have a candle: one bit a slot, first
slot first; empty when all have.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import DAY_MS, Floats, Ints, Timeframe

_PRICES = ("open", "high", "low", "close")
_NARROW = np.dtype([*((name, "<u4") for name in _PRICES), ("volume", "<f8")])
_WIDE = np.dtype([*((name, "<u8") for name in _PRICES), ("volume", "<f8")])
_NARROW_MAX = 2**32 - 1


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


def joined(parts: Sequence[TickColumns]) -> TickColumns:
    """The parts (at least one) one after another."""
    return TickColumns(*(np.concatenate(columns) for columns in zip(*(part.columns() for part in parts), strict=True)))


def pack_days(candles: TickColumns, timeframe: Timeframe) -> list[PackedDay]:
    """`candles` (strictly rising, on the timeframe's grid) as one PackedDay for each UTC day that has any."""
    if not len(candles):
        return []
    days = candles.open_ms // DAY_MS
    starts = np.flatnonzero(np.diff(days, prepend=days[0] - 1))
    counts = np.diff(starts, append=len(candles))
    floors = np.minimum.reduceat(candles.low, starts)
    wide = np.maximum.reduceat(candles.high, starts) - floors > _NARROW_MAX
    lifted = [price - np.repeat(floors, counts) for price in candles.prices()]
    narrow_bytes = _records(lifted, candles.volume, _NARROW).tobytes()
    wide_bytes = _records(lifted, candles.volume, _WIDE).tobytes() if wide.any() else b""
    present = _present(candles.open_ms, days, counts, timeframe)
    packed: list[PackedDay] = []
    for row, (day, start, count, floor) in enumerate(
        zip(days[starts].tolist(), starts.tolist(), counts.tolist(), floors.tolist(), strict=True)
    ):
        size, data = (_WIDE.itemsize, wide_bytes) if wide[row] else (_NARROW.itemsize, narrow_bytes)
        body = data[start * size : (start + count) * size]
        checksum = checksum_of(timeframe, day=day, count=count, floor=floor, present=present[row], packed=body)
        packed.append(PackedDay(day, count, floor, present[row], body, checksum))
    return packed


def unpack_days(days: Sequence[PackedDay], timeframe: Timeframe) -> TickColumns:
    """The candles of `days` (in order). The caller has checked the checksums (`checksum_of`)."""
    opens = opens_of([(day.day, day.present) for day in days], timeframe)
    is_wide = [len(day.packed) > day.count * _NARROW.itemsize for day in days]
    if any(is_wide):
        kinds = (_WIDE if wide else _NARROW for wide in is_wide)
        parts = (np.frombuffer(day.packed, dtype=kind) for day, kind in zip(days, kinds, strict=True))
        records = np.concatenate([part.astype(_WIDE) for part in parts])
    else:
        records = np.frombuffer(b"".join([day.packed for day in days]), dtype=_NARROW)
    floors = np.repeat(np.array([day.floor for day in days], dtype=np.int64), [day.count for day in days])
    first, high, low, close = (records[name].astype(np.int64) + floors for name in _PRICES)
    return TickColumns(opens, first, high, low, close, np.ascontiguousarray(records["volume"], dtype=np.float64))


def opens_of(days: Sequence[tuple[int, bytes]], timeframe: Timeframe) -> Ints:
    """The open times (UTC ms) of the candles of days given as (day, present), in order."""
    step_ms = timeframe.ms
    slots = DAY_MS // step_ms
    whole = b"\xff" * (-(-slots // 8))
    bits = np.frombuffer(b"".join([present or whole for _, present in days]), dtype=np.uint8)
    row, slot = np.nonzero(np.unpackbits(bits.reshape(len(days), len(whole)), axis=1, count=slots))
    return np.array([day for day, _ in days], dtype=np.int64)[row] * DAY_MS + slot * step_ms


def checksum_of(timeframe: Timeframe, *, day: int, count: int, floor: int, present: bytes, packed: bytes) -> int:
    """Signed 64 bits of BLAKE2b over a stored day and where it belongs: damage and swapped rows both change it."""
    digest = hashlib.blake2b(b"%b|%d|%d|%d|%b|" % (timeframe.encode(), day, count, floor, present), digest_size=8)
    digest.update(packed)
    return int.from_bytes(digest.digest(), "little", signed=True)


def without_gaps(candles: TickColumns, timeframe: Timeframe) -> tuple[TickColumns, NDArray[np.bool_]]:
    """The candles with flat ones where any is missing, and which those are."""
    if not len(candles):
        return candles, np.zeros(0, dtype=np.bool_)
    opens = np.arange(candles.open_ms[0], candles.open_ms[-1] + 1, timeframe.ms, dtype=np.int64)
    source = np.searchsorted(candles.open_ms, opens, side="right") - 1
    invented = candles.open_ms[source] != opens
    flat = candles.close[source]
    firsts, highs, lows, closes = (np.where(invented, flat, price[source]) for price in candles.prices())
    volume = np.where(invented, 0.0, candles.volume[source])
    return TickColumns(opens, firsts, highs, lows, closes, volume), invented


def _records(prices: Sequence[Ints], volume: Floats, kind: np.dtype[Any]) -> NDArray[Any]:
    records = np.empty(len(volume), dtype=kind)
    for name, price in zip(_PRICES, prices, strict=True):
        records[name] = price
    records["volume"] = volume
    return records


def _present(open_ms: Ints, days: Ints, counts: NDArray[Any], timeframe: Timeframe) -> list[bytes]:
    step_ms = timeframe.ms
    slots = DAY_MS // step_ms
    there = np.zeros((len(counts), slots), dtype=np.uint8)
    there[np.repeat(np.arange(len(counts)), counts), (open_ms - days * DAY_MS) // step_ms] = 1
    bits = np.packbits(there, axis=1)
    return [b"" if count == slots else bits[row].tobytes() for row, count in enumerate(counts.tolist())]
