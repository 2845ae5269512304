"""Importing candle files: each is taken whole or refused whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path

from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from trading.marketdata.errors import CandlesRefused
from trading.marketdata.files import candle_files, named, read_candle_file, refuse_missing
from trading.marketdata.simulation import VENUE as SIMULATED_VENUE
from trading.marketdata.store import Listing, store_candles
from trading.marketdata.types import FileRefusal, ImportReport, MarketSource, Stored


def import_candles(
    *,
    paths: Iterable[str | Path],
    tick: Decimal | None = None,
    step: Decimal | None = None,
    on_file: Callable[[str, Stored | FileRefusal], None] = lambda _file, _result: None,
) -> ImportReport:
    """Import Parquet and CSV candle files, folders or globs of them; a file imported again changes nothing.

    tick, step: the units of the instruments (powers of ten) where the prices do not tell. on_file: told of each file
    when it is done. A malformed file is refused whole and reported with row and reason; the others are taken.
    """
    began = time.perf_counter()
    stored: dict[str, Stored] = {}
    refused: list[FileRefusal] = []
    for path in candle_files(paths):
        try:
            result: Stored | FileRefusal = stored.setdefault(str(path), _import_file(path, tick, step))
        except CandlesRefused as error:
            result = FileRefusal(str(path), error.row, error.reason)
            refused.append(result)
        on_file(str(path), result)
    return ImportReport(stored, refused, time.perf_counter() - began)


def _import_file(path: Path, tick: Decimal | None, step: Decimal | None) -> Stored:
    refuse_missing(path)
    file = named(path)
    if file.name.venue == SIMULATED_VENUE:
        raise CandlesRefused(
            said(_("%(venue)s is the simulated market: real candles need their exchange's name"), venue=SIMULATED_VENUE)
        )
    name = file.name
    listing = Listing(name.instrument_id, name.base, name.quote, MarketSource.IMPORTED, tick, step)
    return store_candles(listing=listing, timeframe=file.timeframe, candles=read_candle_file(file))
