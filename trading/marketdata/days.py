"""Reading stored days: one query for what is there, one for the bytes that this process has not seen yet."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from threading import Lock

from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.market import DAY_MS, Timeframe
from cryptouniverse.kernel.words import gettext_noop as _
from trading.marketdata.errors import CandlesDamaged, UnknownInstrument
from trading.marketdata.packing import PackedDay, TickColumns, checksum_of, unpack_days

_CACHE_BYTES_MAX = 64 * 2**20
_BYTES_A_DAY = 400  # of Python around the packed ones
ATTEMPTS = 5

_HEADS = """
    SELECT i.name, i.tick, d.id, d.day, d.checksum
    FROM trading_marketdata_instrument i
    LEFT JOIN trading_marketdata_candleday d
      ON d.instrument_id = i.id AND d.timeframe = %s AND d.day BETWEEN %s AND %s
    WHERE i.name = ANY(%s) ORDER BY i.name, d.day
"""
_BODIES = """
    SELECT d.id, d.day, d.count, d.floor, d.present, d.packed, d.checksum
    FROM trading_marketdata_candleday d WHERE d.id = ANY(%s)
"""

_UNPACKED_MAX = 1024

_Key = tuple[int, int]  # row, checksum


@dataclass(frozen=True, slots=True)
class StoredCandles:
    """Candles of one instrument with the tick they are counted in."""

    tick: Decimal
    candles: TickColumns


class _Changed(Exception):  # noqa: N818  # not an error: a writer came between the two queries
    """What was listed is not what is there any more."""


class KnownDays:
    """Days this process has read and checked, the least used dropped first. A changed day has another checksum."""

    def __init__(self, bytes_max: int = _CACHE_BYTES_MAX) -> None:
        """Hold at most about `bytes_max` bytes."""
        self._bytes_max = bytes_max
        self._days: OrderedDict[_Key, PackedDay] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def find(self, keys: Iterable[_Key]) -> dict[_Key, PackedDay]:
        """Those of `keys` that are here."""
        with self._lock:
            found = {key: self._days[key] for key in keys if key in self._days}
            for key in found:
                self._days.move_to_end(key)
        return found

    def keep(self, days: dict[_Key, PackedDay]) -> None:
        """Remember `days`, within the bound."""
        with self._lock:
            for key, day in days.items():
                if key not in self._days:
                    self._days[key] = day
                    self._bytes += len(day.packed) + _BYTES_A_DAY
            while self._bytes > self._bytes_max:
                _oldest, dropped = self._days.popitem(last=False)
                self._bytes -= len(dropped.packed) + _BYTES_A_DAY

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._days.clear()
            self._bytes = 0


known_days = KnownDays()
_unpacked: OrderedDict[_Key, TickColumns] = OrderedDict()


def read_candles(
    names: Collection[str], timeframe: Timeframe, *, start_ms: int, end_ms: int
) -> dict[str, StoredCandles]:
    """The stored candles with start_ms <= open < end_ms of each named instrument.

    Raises UnknownInstrument for a name that is not listed, CandlesDamaged where bytes do not match their checksum.
    """
    for _attempt in range(ATTEMPTS):
        try:
            ticks, heads = _heads(names, timeframe, start_ms, end_ms)
            days = _days([key for keys in heads.values() for key in keys], timeframe)
        except _Changed:
            continue
        parts = {name: unpack_days([days[key] for key in heads[name]], timeframe) for name in ticks}
        return {name: StoredCandles(tick, _between(parts[name], start_ms, end_ms)) for name, tick in ticks.items()}
    raise CandlesDamaged(_("The candles changed at every attempt to read them."))


def unpacked_days(keys: Collection[_Key], timeframe: Timeframe) -> dict[_Key, TickColumns] | None:
    """The candles of stored days, by (row, checksum): the latest used stay unpacked. None: they changed meanwhile."""
    missing = [key for key in keys if key not in _unpacked]
    if missing:
        try:
            days = _days(missing, timeframe)
        except _Changed:
            return None
        _unpacked.update((key, unpack_days([day], timeframe)) for key, day in days.items())
    found = {key: _unpacked[key] for key in keys}
    while len(_unpacked) > max(_UNPACKED_MAX, len(found)):
        _unpacked.popitem(last=False)
    return found


def _heads(
    names: Collection[str], timeframe: Timeframe, start_ms: int, end_ms: int
) -> tuple[dict[str, Decimal], dict[str, list[_Key]]]:
    ticks: dict[str, Decimal] = {}
    heads: dict[str, list[_Key]] = defaultdict(list)
    span = [start_ms // DAY_MS, (end_ms - 1) // DAY_MS]
    for name, tick, row, _day, checksum in query(_HEADS, [timeframe.value, *span, sorted(names)]):
        ticks[name] = tick.normalize()
        if row is not None:
            heads[name].append((row, checksum))
    if missing := set(names) - ticks.keys():
        raise UnknownInstrument(
            _("No instrument is called %(instrument)s."), instrument=min(missing), instruments=sorted(missing)
        )
    return ticks, heads


def _days(keys: list[_Key], timeframe: Timeframe) -> dict[_Key, PackedDay]:
    found = known_days.find(keys)
    wanted = [key for key in keys if key not in found]
    if wanted:
        read = {(row, day.checksum): day for row, day in _bodies(wanted)}
        if read.keys() != set(wanted):
            raise _Changed
        for day in read.values():
            _check(day, timeframe)
        known_days.keep(read)
        found.update(read)
    return found


def _bodies(keys: list[_Key]) -> Iterator[tuple[int, PackedDay]]:
    for row, *columns in query(_BODIES, [[row for row, _head in keys]]):
        yield row, PackedDay(*columns)


def _check(day: PackedDay, timeframe: Timeframe) -> None:
    expected = checksum_of(
        timeframe, day=day.day, count=day.count, floor=day.floor, present=day.present, packed=day.packed
    )
    if expected != day.checksum:
        raise CandlesDamaged(
            _("Day %(day)s of %(timeframe)s does not match its checksum: import it again."),
            day=str(day.day),
            timeframe=timeframe.value,
        )


def _between(candles: TickColumns, start_ms: int, end_ms: int) -> TickColumns:
    first, last = candles.open_ms.searchsorted([start_ms, end_ms])
    return candles.take(slice(int(first), int(last)))
