"""Reading candle files: Parquet and CSV, named EXCHANGE_BASE-QUOTE_TIMEFRAME (`file_names.py`). A doubtful one is
refused whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.market import Ints, Timeframe
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from trading.marketdata.errors import CandlesRefused
from trading.marketdata.file_names import SUFFIXES, FileName, file_name
from trading.marketdata.types import CandleColumns

PRICES = ("open", "high", "low", "close")
TIMES = ("ts", "timestamp", "date")
BOOKS, FUNDING = "_books", "_funding"  # how the names of files of order books and of funding rates end
_TIMEFRAME = re.compile(r"[0-9]+[mhd]")
MISSING = _("there is no such file or folder")
EARLIEST_MS, _LATEST_MS = 1_230_768_000_000, 4_102_444_800_000  # 2009 and 2100: outside, it is not UTC milliseconds
_CSV_ROW = re.compile(r"[Rr]ow #(\d+)")


@dataclass(frozen=True, slots=True)
class CandleFile:
    """A candle file and what its name says."""

    path: Path
    name: FileName
    timeframe: Timeframe


def candle_files(paths: Iterable[str | Path], *, ending: str = "") -> list[Path]:
    """The files that `paths` name: files as they are, globs as what they find, folders as the .parquet and .csv files
    of candles in them; with `ending` (BOOKS, FUNDING), those whose names end so.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            there = (file for file in path.iterdir() if file.suffix in SUFFIXES)
            found += sorted(file for file in there if _ending_of(file) == ending)
        elif any(sign in path.name for sign in "*?["):
            found += sorted(path.parent.glob(path.name))
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def refuse_missing(path: Path) -> None:
    """Raises CandlesRefused where nothing is at `path`: what its name should be is beside the point then."""
    if not path.exists():
        raise CandlesRefused(MISSING)


def _ending_of(path: Path) -> str:
    return next((ending for ending in (BOOKS, FUNDING) if path.stem.endswith(ending)), "")


def named(path: Path) -> CandleFile:
    """What the name of `path` says. Raises CandlesRefused when it is not EXCHANGE_BASE-QUOTE_TIMEFRAME, or of a
    contract that is not known here.
    """
    name = name_of(path)
    if name is None or not _TIMEFRAME.fullmatch(name.what):
        raise CandlesRefused(
            _(
                "the name must be EXCHANGE_BASE-QUOTE_TIMEFRAME.parquet or .csv, as binance_BTC-USDT_1h.csv, or of a "
                "contract as binance_BTC-USDT_USDT-261225_1h.csv"
            )
        )
    try:
        timeframe = Timeframe(name.what)
    except ValueError:
        known = ", ".join(timeframe.value for timeframe in Timeframe)
        raise CandlesRefused(
            said(_("timeframe %(found)s is not one of %(known)s"), found=name.what, known=known)
        ) from None
    return CandleFile(path, name, timeframe)


def name_of(path: Path) -> FileName | None:
    """`file_name`, where a contract that is not known here refuses the file (CandlesRefused)."""
    try:
        return file_name(path)
    except Invalid as error:
        raise CandlesRefused(said(error.message, **error.facts)) from error


def read_candle_file(file: CandleFile) -> CandleColumns:
    """The candles of `file`, checked (`checked`). Raises CandlesRefused with the row (from 1, below the header)."""
    try:
        table = _parquet(file.path) if file.path.suffix == ".parquet" else _csv(file.path)
    except OSError as error:
        raise CandlesRefused(said(_("cannot be read: %(error)s"), error=error.strerror or error)) from error
    except pa.ArrowException as error:
        raise CandlesRefused(said(_("cannot be read: %(error)s"), error=error), row=_row_in(str(error))) from error
    time = next((name for name in TIMES if name in table.column_names), None)
    missing = [name for name in (*PRICES, "volume") if name not in table.column_names]
    if time is None or missing:
        wanted = [*(["ts"] if time is None else []), *missing]
        raise CandlesRefused(
            said(
                _("columns missing: %(missing)s; it has %(there)s"),
                missing=", ".join(wanted),
                there=", ".join(table.column_names),
            )
        )
    columns = {name: _numbers(table[name], name) for name in (*PRICES, "volume")}
    return checked(CandleColumns(open_ms=times_of(table[time], time), **columns), file.timeframe)


def checked(candles: CandleColumns, timeframe: Timeframe) -> CandleColumns:
    """`candles` in order and without repeats; raises CandlesRefused naming the first row that cannot be a candle.

    Odd but possible candles pass: a flash crash to a cent, a bar without volume. An identical repeat is dropped.
    """
    if not len(candles):
        raise CandlesRefused(_("there are no candles in it"))
    _refuse_where(
        (candles.open_ms < EARLIEST_MS) | (candles.open_ms > _LATEST_MS), _("its time is not in UTC milliseconds")
    )
    off_grid = said(_("its time is not on the %(timeframe)s grid"), timeframe=timeframe.value)
    _refuse_where(candles.open_ms % timeframe.ms != 0, off_grid)
    for name in (*PRICES, "volume"):
        _refuse_where(~np.isfinite(getattr(candles, name)), said(_("%(column)s is not a number"), column=name))
    for name in PRICES:
        _refuse_where(getattr(candles, name) <= 0, said(_("%(column)s is not above zero"), column=name))
    _refuse_where(candles.volume < 0, _("volume is below zero"))
    _refuse_where(candles.high < candles.low, _("high is below low"))
    for name in ("open", "close"):
        price = getattr(candles, name)
        outside = said(_("%(column)s is outside low and high"), column=name)
        _refuse_where((price > candles.high) | (price < candles.low), outside)
    return _in_order(candles)


def _in_order(candles: CandleColumns) -> CandleColumns:
    rises = np.diff(candles.open_ms)
    if np.all(rises > 0):
        return candles
    order = np.argsort(candles.open_ms, kind="stable")
    columns = [getattr(candles, name)[order] for name in CandleColumns.__slots__]
    twin = np.diff(columns[0], prepend=columns[0][0] - 1) == 0
    differs = np.zeros(len(order), dtype=np.bool_)
    for column in columns[1:]:
        differs[1:] |= column[1:] != column[:-1]
    if (conflict := twin & differs).any():
        raise CandlesRefused(_("it repeats a candle with other values"), row=int(order[conflict].min()) + 1)
    return CandleColumns(*(column[~twin] for column in columns))


def _refuse_where(wrong: np.ndarray[tuple[int], np.dtype[np.bool_]], reason: str) -> None:
    if wrong.any():
        raise CandlesRefused(reason, row=int(np.argmax(wrong)) + 1)


def _parquet(path: Path) -> pa.Table:
    return pyarrow.parquet.read_table(path, use_threads=False)


def _csv(path: Path) -> pa.Table:
    numbers = dict.fromkeys((*PRICES, "volume"), pa.float64())
    convert = pyarrow.csv.ConvertOptions(column_types={**numbers, **dict.fromkeys(TIMES, pa.string())})
    return pyarrow.csv.read_csv(path, read_options=pyarrow.csv.ReadOptions(use_threads=False), convert_options=convert)


def _row_in(message: str) -> int:
    """The data row that Arrow names: it counts the header as the first."""
    found = _CSV_ROW.search(message)
    return int(found.group(1)) - 1 if found else 0


def _numbers(column: pa.ChunkedArray, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        raise CandlesRefused(said(_("%(column)s holds %(type)s, not numbers"), column=name, type=column.type))
    values: np.ndarray[tuple[int], np.dtype[np.float64]] = column.cast(pa.float64()).to_numpy()
    return values


def times_of(column: pa.ChunkedArray, name: str) -> Ints:
    """A column of times (UTC ms, ISO 8601, Arrow's own) as UTC ms. Raises CandlesRefused, with the row."""
    kind = column.type
    if column.null_count:
        row = int(pc.index(column.is_null(), True).as_py()) + 1
        raise CandlesRefused(said(_("%(column)s is empty"), column=name), row=row)
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("ms", tz=kind.tz)).cast(pa.int64())
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind):
        column = _parsed(column, name)
    elif not pa.types.is_integer(kind):
        raise CandlesRefused(
            said(_("%(column)s holds %(type)s, not UTC milliseconds or ISO 8601"), column=name, type=kind)
        )
    opens: Ints = column.cast(pa.int64()).to_numpy()
    return opens


def _parsed(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """Times as text: whole milliseconds, or ISO 8601 (with a zone, else UTC)."""
    for kind in (pa.int64(), pa.timestamp("ms", tz="UTC"), pa.timestamp("ms")):
        try:
            return column.cast(kind).cast(pa.int64())
        except pa.ArrowInvalid:
            continue
    for row, text in enumerate(column.to_pylist(), start=1):
        if not re.fullmatch(r"\d+|\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", text.strip()):
            raise CandlesRefused(
                said(_("%(column)s %(text)s is neither UTC milliseconds nor ISO 8601"), column=name, text=repr(text)),
                row=row,
            )
    raise CandlesRefused(said(_("%(column)s mixes ways to write a time"), column=name))
