"""Candle import and loading a year of minutes, on the database in use; nothing that is written stays.

`candles_imported_per_s` and `minutes_year_load_s` are figures with goals. `storage_compared` measures what
`docs/decisions/candle-storage.md` reports: the same year as packed days and as rows.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from django.db import connection, transaction

from cryptouniverse.kernel.market import Timeframe
from trading.marketdata.days import known_days
from trading.marketdata.selectors import bars_of
from trading.marketdata.services import import_candles
from trading.marketdata.types import FOREVER_MS

MINUTES = 525_600
YEAR_MS = 1_672_531_200_000  # 2023-01-01 UTC
INSTRUMENT = "bench:BTC/USDT"


def candles_imported_per_s() -> float:
    """Candles a second that `import_candles` takes from a Parquet file of a year of minutes. Goal: 100,000."""
    with _year_of_minutes() as import_year:
        return MINUTES / _seconds(import_year)


def minutes_year_load_s(attempts: int = 5) -> float:
    """Seconds to read a year of minutes that this process has not seen, the median of `attempts`. Goal: under 0.3."""
    with _year_of_minutes() as import_year:
        import_year()
        return float(np.median([_seconds(_load_cold) for _ in range(attempts)]))


def storage_compared(attempts: int = 5) -> dict[str, float]:
    """Seconds to write and read, and bytes on disk, of a year of minutes as packed days and as a table of rows."""
    with _year_of_minutes() as import_year:
        figures = {"packed_write_s": _seconds(import_year)}
        figures["packed_read_s"] = float(np.median([_seconds(_load_cold) for _ in range(attempts)]))
        figures["packed_read_known_s"] = float(np.median([_seconds(_load) for _ in range(attempts)]))
        figures["packed_bytes"] = _one("SELECT pg_total_relation_size('trading_marketdata_candleday')")
        figures["rows_write_s"] = _seconds(_write_rows)
        for name, read in {"rows_read_s": _read_rows, "rows_read_binary_copy_s": _copy_rows}.items():
            figures[name] = float(np.median([_seconds(read) for _ in range(attempts)]))
        figures["rows_bytes"] = _one("SELECT pg_total_relation_size('bench_candle')")
    return figures


@contextmanager
def _year_of_minutes() -> Iterator[Callable[[], None]]:
    """A year of minutes in a Parquet file, and what imports it; rolled back after."""
    noise = np.random.default_rng(7)
    close = np.round(40_000 * np.exp(np.cumsum(noise.normal(0, 0.0005, MINUTES))), 2)
    opens = np.concatenate([close[:1], close[:-1]])
    prices = {
        "open": opens,
        "high": np.round(np.maximum(opens, close) + np.round(noise.random(MINUTES) * 20, 2), 2),
        "low": np.round(np.minimum(opens, close) - np.round(noise.random(MINUTES) * 20, 2), 2),
        "close": close,
    }
    volume = np.round(noise.random(MINUTES) * 100, 5)
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        path = Path(folder) / "bench_BTC-USDT_1m.parquet"
        opened = YEAR_MS + np.arange(MINUTES, dtype=np.int64) * Timeframe.M1.ms
        pa.parquet.write_table(pa.table({"ts": opened, **prices, "volume": volume}), path)
        yield lambda: _import(path)
        transaction.set_rollback(True)


def _import(path: Path) -> None:
    report = import_candles(paths=[path])
    if report.refused or report.rows != MINUTES:
        raise RuntimeError(f"the import did not take the year: {report}")


def _load_cold() -> None:
    known_days.clear()
    _load()


def _load() -> None:
    bars = bars_of(INSTRUMENT, Timeframe.M1, start_ms=0, end_ms=FOREVER_MS)
    if len(bars) != MINUTES:
        raise RuntimeError(f"{len(bars)} candles instead of {MINUTES}")


def _write_rows() -> None:
    bars = bars_of(INSTRUMENT, Timeframe.M1, start_ms=0, end_ms=FOREVER_MS)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bench_candle (instrument_id bigint, open_ms bigint, open bigint, high bigint,"
            " low bigint, close bigint, volume float8, PRIMARY KEY (instrument_id, open_ms))"
        )
        columns = [bars.open_ms, bars.open, bars.high, bars.low, bars.close, bars.volume]
        with cursor.copy("COPY bench_candle FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8"] * 6 + ["float8"])
            for row in zip(*(column.tolist() for column in columns), strict=True):
                copy.write_row((1, *row))
        cursor.execute("ANALYZE bench_candle")


def _read_rows() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT open_ms, open, high, low, close, volume FROM bench_candle WHERE instrument_id = 1 ORDER BY 1"
        )
        rows = cursor.fetchall()
    columns = list(zip(*rows, strict=True))
    arrays = [np.array(column, dtype=np.int64) for column in columns[:5]] + [np.array(columns[5])]
    if len(arrays[0]) != MINUTES:
        raise RuntimeError("rows are missing")


def _copy_rows() -> None:
    """The fastest way to get rows out: PostgreSQL's binary copy, decoded as one array."""
    query = "COPY (SELECT open_ms, open, high, low, close, volume FROM bench_candle WHERE instrument_id = 1 ORDER BY 1)"
    with connection.cursor() as cursor, cursor.copy(f"{query} TO STDOUT (FORMAT BINARY)") as copy:
        data = b"".join(copy)
    field = [("n", ">i4"), ("v", ">i8")]
    record = np.dtype([("fields", ">i2"), *((f"c{n}", field) for n in range(5)), ("c5", [("n", ">i4"), ("v", ">f8")])])
    rows = np.frombuffer(data, dtype=record, offset=19, count=MINUTES)
    arrays = [np.ascontiguousarray(rows[f"c{n}"]["v"], dtype=np.int64) for n in range(5)]
    if len(arrays[0]) != MINUTES or arrays[0][0] != YEAR_MS:
        raise RuntimeError("rows are missing")


def _one(query: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return float(cursor.fetchone()[0])


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
