"""Keeping order books: storing, fetching and importing them. A moment of an instrument has one book, for good."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.market import DAY_MS
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from trading.exchanges.errors import ExchangeUnavailable, UnknownExchange
from trading.exchanges.services import exchange_reader
from trading.exchanges.types import ExchangeReader
from trading.fills import DEPTH, Book
from trading.marketdata import models
from trading.marketdata.book_files import book_file, read_book_file
from trading.marketdata.books import book_of, packed
from trading.marketdata.errors import CandlesRefused, UnknownInstrument
from trading.marketdata.files import BOOKS, candle_files, refuse_missing
from trading.marketdata.selectors import instruments
from trading.marketdata.types import BooksStored, FileRefusal, MarketSource

FETCHED_KEPT_MS: Final = 7 * DAY_MS
_A_BATCH: Final = 2_000


@transaction.atomic
def store_books(*, instrument_id: str, source: MarketSource, books: Sequence[Book]) -> BooksStored:
    """Keep `books` of one instrument, in its ticks and steps; what is stored of a moment already stays.

    A book that differs from the one that is stored of its moment is left out and counted. Fetched books are forgotten
    after seven days. Raises UnknownInstrument.
    """
    row = models.Instrument.objects.select_for_update().filter(name=instrument_id).first()
    if row is None:
        raise UnknownInstrument(instrument=instrument_id, instruments=[instrument_id])
    wanted = {book.at_ms: packed(book) for book in books}
    there: dict[int, bytes] = {}
    moments = sorted(wanted)
    for start in range(0, len(moments), _A_BATCH):
        part = moments[start : start + _A_BATCH]
        found = models.OrderBook.objects.filter(instrument=row, at_ms__in=part).values_list("at_ms", "levels")
        there |= {at_ms: bytes(levels) for at_ms, levels in found}
    new = [
        models.OrderBook(
            instrument=row, at_ms=at_ms, source=source.value, tick=row.tick, step=row.step, levels=wanted[at_ms]
        )
        for at_ms in moments
        if at_ms not in there
    ]
    models.OrderBook.objects.bulk_create(new, batch_size=_A_BATCH, ignore_conflicts=True)
    if source is MarketSource.FETCHED and moments:
        old = models.OrderBook.objects.filter(instrument=row, source=source.value)
        old.filter(at_ms__lt=moments[-1] - FETCHED_KEPT_MS).delete()
    differing = sum(levels != wanted[at_ms] for at_ms, levels in there.items())
    return BooksStored(instrument_id, len(new), len(there) - differing, differing)


def fetch_books(
    *, instrument_ids: Collection[str], readers: Callable[[str], ExchangeReader] | None = None
) -> dict[str, BooksStored | str]:
    """Ask the exchanges of these instruments for their books now and keep them: by instrument what was stored, or why
    nothing was, as `said` keeps it. readers: the reader of a venue by name.

    Those of the simulated market are made when they are read, and left out here.
    """
    listed = instruments(instrument_ids)
    done: dict[str, BooksStored | str] = {}
    for name, one in sorted(listed.items()):
        if one.simulated:
            continue
        try:
            reader = (readers or _reader)(one.venue)
            at_ms = clock.to_ms(clock.now())  # before it is asked: a book is never younger than it says
            found = reader.book(one.symbol, depth=DEPTH)
            book = book_of(one, at_ms, bids=found.bids, asks=found.asks)
        except (ExchangeUnavailable, UnknownExchange, Invalid) as error:
            done[name] = said(error.message, **error.facts)
        else:
            done[name] = store_books(instrument_id=name, source=MarketSource.FETCHED, books=[book])
    return done


def import_books(
    *,
    paths: Iterable[str | Path],
    on_file: Callable[[str, BooksStored | FileRefusal], None] = lambda _file, _result: None,
) -> list[BooksStored | FileRefusal]:
    """Import files of books, folders or globs of them; a file imported again changes nothing, a bad one is refused
    whole. on_file: told of each when it is done.
    """
    results: list[BooksStored | FileRefusal] = []
    for path in candle_files(paths, ending=BOOKS):
        try:
            result: BooksStored | FileRefusal = _import_file(path)
        except CandlesRefused as error:
            result = FileRefusal(str(path), error.row, error.reason)
        results.append(result)
        on_file(str(path), result)
    return results


def _import_file(path: Path) -> BooksStored:
    refuse_missing(path)
    name = book_file(path)
    one = instruments([name]).get(name)
    if one is None:
        raise CandlesRefused(said(_("%(instrument)s is not known: import its candles first"), instrument=name))
    if one.simulated:
        raise CandlesRefused(said(_("%(instrument)s is simulated, and so are its books"), instrument=name))
    books = []
    for row, (at_ms, bids, asks) in enumerate(read_book_file(path), start=1):
        try:
            books.append(book_of(one, at_ms, bids=bids, asks=asks))
        except Invalid as error:
            raise CandlesRefused(said(error.message, **error.facts), row=row) from error
    return store_books(instrument_id=name, source=MarketSource.IMPORTED, books=books)


@lru_cache(maxsize=8)
def _reader(venue: str) -> ExchangeReader:
    """Kept, for a client that is new reads all markets of its exchange first."""
    return exchange_reader(venue=venue)
