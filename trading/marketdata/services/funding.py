"""Keeping funding rates: from files, from an exchange, of the simulated market. The only writer of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import structlog
from django.db import connection, transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from trading.exchanges.errors import ExchangeUnavailable
from trading.exchanges.services import funding_history
from trading.exchanges.types import ExchangeReader
from trading.marketdata import models
from trading.marketdata.errors import FundingRefused, UnknownInstrument
from trading.marketdata.files import FUNDING, MISSING, candle_files
from trading.marketdata.funding_files import funding_named, read_funding_file
from trading.marketdata.selectors import market_symbols
from trading.marketdata.simulation import VENUE as SIMULATED_VENUE
from trading.marketdata.types import FileRefusal, FundingReport, MarketSource, StoredFunding

log = structlog.get_logger(__name__)
_PLACES = Decimal(1).scaleb(-18)
_INSERT = """
    INSERT INTO public.trading_marketdata_fundingrate (instrument_id, source, at_ms, rate)
    SELECT %s, %s, * FROM unnest(%s::bigint[], %s::numeric[])
    ON CONFLICT (instrument_id, at_ms) DO UPDATE SET rate = excluded.rate, source = excluded.source
"""


@transaction.atomic
def store_funding(
    *,
    instrument_id: str,
    moments: Sequence[tuple[int, Decimal]],
    source: MarketSource,
    replace: bool = False,
) -> StoredFunding:
    """Store (UTC ms at which it was set, rate) of one listed instrument, and say what changed; again, it does nothing.

    A rate that differs from the one that is stored for its moment refuses all of them, for what was set does not change
    and decisions were made by it; `replace` puts it in the other's place. Raises UnknownInstrument, FundingRefused.
    """
    row = models.Instrument.objects.select_for_update().filter(name=instrument_id).first()
    if row is None:
        raise UnknownInstrument(
            _("No instrument is called %(instrument)s: import or fetch its candles first."), instrument=instrument_id
        )
    given = _checked(moments)
    stored = models.FundingRate.objects.filter(instrument=row, at_ms__in=list(given))
    there = dict(stored.values_list("at_ms", "rate"))
    changed = sorted(at for at, rate in there.items() if rate != given[at])
    if changed and not replace:
        why = _("another rate is stored for %(at)s: %(stored)s, not %(given)s")
        first = changed[0]
        facts = {"stored": _plain(there[first]), "given": _plain(given[first])}
        raise FundingRefused(said(why, at=f"{clock.from_ms(first):%F %T}", **facts))
    fresh = sorted((given.keys() - there.keys()) | set(changed))
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [row.pk, source.value, fresh, [given[at] for at in fresh]])
    added = len(fresh) - len(changed)
    return StoredFunding(instrument_id, added, len(changed), len(there) - len(changed))


def import_funding(
    *,
    paths: Iterable[str | Path],
    replace: bool = False,
    on_file: Callable[[str, StoredFunding | FileRefusal], None] = lambda _file, _result: None,
) -> FundingReport:
    """Import Parquet and CSV files of funding rates, folders or globs of them; a file imported again changes nothing.

    on_file: told of each file when it is done. A file that is malformed, or says another rate than is stored where not
    `replace`, is refused whole and reported with row and reason; the others are taken.
    """
    report = FundingReport({}, [])
    for path in candle_files(paths, ending=FUNDING):
        try:
            result: StoredFunding | FileRefusal = _import_file(path, replace)
            report.stored[str(path)] = result  # type: ignore[assignment]  # just made
        except FundingRefused as error:
            result = FileRefusal(str(path), error.row, error.reason)
            report.refused.append(result)
        except UnknownInstrument as error:
            result = FileRefusal(str(path), 0, said(error.message, **error.facts))
            report.refused.append(result)
        on_file(str(path), result)
    return report


def fetch_funding(*, reader: ExchangeReader, symbols: Collection[str] | None = None, days: int) -> list[StoredFunding]:
    """Fetch and store the funding rates of the last `days` days of each spot symbol ("BTC/USDT"), by default of all
    that are listed of this exchange: those of its linear perpetual of the same base and quote.

    A symbol without such a perpetual is told with an empty `perpetual`. Raises ExchangeUnavailable, with what was read
    before it kept, UnknownInstrument for one without candles, FundingRefused for an answer that contradicts itself or
    what is stored.
    """
    chosen = market_symbols(reader.venue) if symbols is None else list(symbols)
    end_ms = clock.to_ms(clock.now())
    perpetuals = reader.perpetuals(chosen)
    results = []
    for symbol in chosen:
        name, perpetual = f"{reader.venue}:{symbol}", perpetuals.get(symbol)
        if perpetual is None:
            results.append(StoredFunding(name))
            continue
        history = funding_history(reader=reader, perpetual=perpetual, start_ms=end_ms - days * DAY_MS, end_ms=end_ms)
        stored = store_funding(instrument_id=name, moments=history, source=MarketSource.FETCHED)
        results.append(StoredFunding(name, stored.added, stored.changed, stored.unchanged, perpetual))
    return results


def fetch_funding_if_there(*, reader: ExchangeReader, days: int) -> None:
    """`fetch_funding` of all that is listed, beside its candles: without it, only what reads funding has to wait."""
    try:
        fetch_funding(reader=reader, days=days)
    except (ExchangeUnavailable, FundingRefused) as error:
        log.warning("funding_not_fetched", venue=reader.venue, reason=str(error))


def _import_file(path: Path, replace: bool) -> StoredFunding:
    if not path.exists():
        raise FundingRefused(MISSING)
    venue, instrument_id = funding_named(path)
    if venue == SIMULATED_VENUE:
        why = _("%(venue)s is the simulated market: real funding rates need their exchange's name")
        raise FundingRefused(said(why, venue=venue))
    moments = read_funding_file(path)
    return store_funding(instrument_id=instrument_id, moments=moments, source=MarketSource.IMPORTED, replace=replace)


def _checked(moments: Sequence[tuple[int, Decimal]]) -> dict[int, Decimal]:
    """By moment, on the places that are kept. Raises FundingRefused, naming the first row that cannot be a rate."""
    given: dict[int, Decimal] = {}
    for row, (at, rate) in enumerate(moments, start=1):
        if not rate.is_finite() or not -1 < rate < 1:
            raise FundingRefused(_("a rate must be above -1 and below 1: 0.0001 is 0.01 percent"), row=row)
        if at <= 0:
            raise FundingRefused(_("its time is not in UTC milliseconds"), row=row)
        kept = rate.quantize(_PLACES, rounding=ROUND_HALF_EVEN)
        if given.setdefault(at, kept) != kept:
            raise FundingRefused(_("it repeats a moment with another rate"), row=row)
    return given


def _plain(rate: Decimal) -> str:
    return format(rate.normalize(), "f")
