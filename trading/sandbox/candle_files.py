"""Candle folders: Parquet and CSV files named EXCHANGE_BASE-QUOTE_TIMEFRAME.

Columns: ts (UTC ms of the open), open, high, low, close, volume.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

from trading.sandbox.venue.amounts import UNIT
from trading.sandbox.venue.book import Candle

COLUMNS = ("open", "high", "low", "close", "volume")
SUFFIXES = (".parquet", ".csv")


def candle_files(folder: Path, timeframe: str) -> dict[str, Path]:
    """The files of a timeframe in `folder`, by symbol such as BTCUSDT. Raises FileNotFoundError where there is none."""
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        parts = path.stem.split("_")
        if path.suffix in SUFFIXES and len(parts) == 3 and parts[2] == timeframe:
            found.setdefault(parts[1].replace("-", ""), path)
    if not found:
        raise FileNotFoundError(f"{folder} has no candles named EXCHANGE_BASE-QUOTE_{timeframe}")
    return found


def read_candles(path: Path) -> Iterator[Candle]:
    """The candles of a file, oldest first. Raises ValueError where a column is missing."""
    table = _table(path)
    if missing := [name for name in ("ts", *COLUMNS) if name not in table]:
        raise ValueError(f"{path.name}: columns missing: {', '.join(missing)}")
    rows = sorted(zip(*(table[name] for name in ("ts", *COLUMNS)), strict=True))
    for ts, *figures in rows:
        yield Candle(int(ts), *(_units(figure) for figure in figures))


def _table(path: Path) -> dict[str, list[float]]:
    if path.suffix == ".csv":
        import pyarrow.csv  # here, and not above: it takes longer to load than the rest of the program

        read = pyarrow.csv.read_csv(path)
    else:
        import pyarrow.parquet

        read = pyarrow.parquet.read_table(path, use_threads=False)
    columns: dict[str, list[float]] = read.to_pydict()
    return columns


def _units(figure: float) -> int:
    """A float's shortest decimal spelling, in units of 1e-8."""
    return int((Decimal(repr(figure)) * UNIT).to_integral_value(rounding=ROUND_HALF_EVEN))
