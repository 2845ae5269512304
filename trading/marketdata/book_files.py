"""Reading files of books: Parquet and CSV, named EXCHANGE_BASE-QUOTE_books, one book a row."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from trading.fills import DEPTH
from trading.marketdata.errors import CandlesRefused
from trading.marketdata.files import BOOKS, TIMES, name_of, times_of

_ROWS_MAX = 500_000
Prices = list[tuple[Decimal, Decimal]]


def book_file(path: Path) -> str:
    """Of which instrument a file holds books. Raises CandlesRefused when its name does not say so."""
    name = name_of(path)
    if name is None or f"_{name.what}" != BOOKS:
        raise CandlesRefused(
            _(
                "the name must be EXCHANGE_BASE-QUOTE_books.parquet or .csv, as binance_BTC-USDT_books.csv, or of a "
                "contract as binance_BTC-USDT_USDT-261225_books.csv"
            )
        )
    return name.instrument_id


def read_book_file(path: Path) -> Iterator[tuple[int, Prices, Prices]]:
    """Each row as UTC ms, bids and asks: columns ts, bid_1, bid_size_1, ask_1, ask_size_1, and so on to 5.

    A level without a price ends its side. Raises CandlesRefused with the row (from 1, below the header).
    """
    try:
        table = _table(path)
    except OSError as error:
        raise CandlesRefused(said(_("cannot be read: %(error)s"), error=error.strerror or error)) from error
    except pa.ArrowException as error:
        raise CandlesRefused(said(_("cannot be read: %(error)s"), error=error)) from error
    time = next((name for name in TIMES if name in table.column_names), None)
    wanted = ["bid_1", "bid_size_1", "ask_1", "ask_size_1"]
    missing = [*([] if time else ["ts"]), *(name for name in wanted if name not in table.column_names)]
    if time is None or missing:
        facts = {"missing": ", ".join(missing), "there": ", ".join(table.column_names)}
        raise CandlesRefused(said(_("columns missing: %(missing)s; it has %(there)s"), **facts))
    if table.num_rows > _ROWS_MAX:
        raise CandlesRefused(said(_("it has more than %(most)s books; make several files of it"), most=_ROWS_MAX))
    moments = times_of(table[time], time).tolist()
    columns = {name: table[name].to_pylist() for name in table.column_names if name != time}
    for row, at_ms in enumerate(moments):
        yield at_ms, _side(columns, "bid", row), _side(columns, "ask", row)


def _table(path: Path) -> pa.Table:
    if path.suffix == ".parquet":
        return pyarrow.parquet.read_table(path, use_threads=False)
    with path.open("rb") as file:
        names = file.readline().decode("utf-8", "replace").strip().split(",")
    convert = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))  # text: no digit is lost
    return pyarrow.csv.read_csv(path, read_options=pyarrow.csv.ReadOptions(use_threads=False), convert_options=convert)


def _side(columns: dict[str, list[Any]], side: str, row: int) -> Prices:
    levels: Prices = []
    for number in range(1, DEPTH + 1):
        price, size = (
            _number(columns.get(name, ()), row, name) for name in (f"{side}_{number}", f"{side}_size_{number}")
        )
        if price is None or size is None:
            break
        levels.append((price, size))
    return levels


def _number(column: Any, row: int, name: str) -> Decimal | None:
    value = column[row] if column else None
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise CandlesRefused(said(_("%(column)s is not a number"), column=name), row=row + 1) from None
    if not number.is_finite() or number <= 0:
        raise CandlesRefused(said(_("%(column)s is not above zero"), column=name), row=row + 1)
    return number
