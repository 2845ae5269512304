"""Writing candles: the only code that writes instruments and days. One batch, one transaction, one bulk upsert."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.market import DAY_MS, Timeframe
from cryptouniverse.kernel.words import gettext_noop as _
from trading.marketdata import models
from trading.marketdata.days import read_candles
from trading.marketdata.packing import PackedDay, TickColumns, joined, pack_days
from trading.marketdata.selectors import coverage_of, last_slot
from trading.marketdata.ticks import as_ticks, step_of, tick_of
from trading.marketdata.types import CandleColumns, MarketSource, Stored

_DAYS_A_BATCH = 1000
_UPSERT = """
    INSERT INTO trading_marketdata_candleday
      (instrument_id, timeframe, day, count, floor, present, packed, checksum)
    SELECT %s, %s, * FROM unnest(%s::int[], %s::smallint[], %s::bigint[], %s::bytea[], %s::bytea[], %s::bigint[])
    ON CONFLICT (instrument_id, timeframe, day) DO UPDATE SET
      count = excluded.count, floor = excluded.floor, present = excluded.present,
      packed = excluded.packed, checksum = excluded.checksum
"""


@dataclass(frozen=True, slots=True)
class Listing:
    """The instrument that candles belong to. tick, step: its units where they are known; else they are inferred."""

    id: str
    base: str
    quote: str
    source: MarketSource
    tick: Decimal | None = None
    step: Decimal | None = None
    min_notional: Decimal = Decimal(5)


@transaction.atomic
def store_candles(*, listing: Listing, timeframe: Timeframe, candles: CandleColumns) -> Stored:
    """Store checked candles (rising, on the grid) of one instrument, and say what changed.

    What is stored already stays; a candle that differs replaces the stored one. Candles that had not closed by now are
    left out. Prices finer than the instrument's tick move all that is stored of it to the finer tick, in one go.
    Raises CandlesRefused for a price that is not on the tick, and then stores nothing.
    """
    simulated = listing.source is MarketSource.SIMULATED  # its time is its own: it has no future that is not known yet
    closed = candles if simulated else _closed(candles, timeframe)
    row, rescaled = _listed(listing, closed)
    new = as_ticks(closed, row.tick.normalize())
    old = _stored_around(row.name, timeframe, new)
    merged, added, changed = _merged(old, new)
    _upsert(row, timeframe, pack_days(merged, timeframe))
    _extend_feed(row.source, timeframe)
    return Stored(
        instrument_id=row.name,
        timeframe=timeframe,
        tick=row.tick.normalize(),
        step=row.step.normalize(),
        added=added,
        changed=changed,
        unchanged=len(new) - added - changed,
        unclosed=len(candles) - len(closed),
        rescaled=rescaled,
        gaps=coverage_of(new.open_ms, timeframe).gaps,
    )


def _closed(candles: CandleColumns, timeframe: Timeframe) -> CandleColumns:
    last = int(candles.open_ms.searchsorted(clock.to_ms(clock.now()) - timeframe.ms, side="right"))
    return CandleColumns(*(getattr(candles, name)[:last] for name in CandleColumns.__slots__))


def _listed(listing: Listing, candles: CandleColumns) -> tuple[models.Instrument, bool]:
    """The instrument's row, locked, its tick fine enough for `candles`; and whether that rescaled what is stored."""
    tick = _power_of_ten(listing.tick) if listing.tick else _tick_for(candles)
    step = _power_of_ten(listing.step) if listing.step else step_of(tick)
    fresh = models.Instrument(
        name=listing.id,
        base=listing.base,
        quote=listing.quote,
        tick=tick,
        step=max(step, step_of(tick)),
        min_notional=listing.min_notional,
        units_given=listing.step is not None,
        source=listing.source.value,
    )
    models.Instrument.objects.bulk_create([fresh], ignore_conflicts=True)
    row = models.Instrument.objects.select_for_update().get(name=listing.id)
    if listing.source is MarketSource.IMPORTED:
        row.source = MarketSource.IMPORTED.value
    rescaled = tick < row.tick
    if rescaled:
        _rescale(row, int(row.tick / tick))
        row.tick, row.step = tick, max(row.step, step_of(tick)) if row.units_given else step_of(tick)
    row.save(update_fields=["source", "tick", "step"])
    return row, rescaled


def _tick_for(candles: CandleColumns) -> Decimal:
    return tick_of(candles) if len(candles) else Decimal(1)


def _power_of_ten(unit: Decimal) -> Decimal:
    if unit <= 0 or unit != Decimal(1).scaleb(unit.adjusted()):
        raise Invalid(_("A tick or step must be a power of ten above zero, not %(unit)s."), unit=str(unit))
    return unit


def _rescale(row: models.Instrument, factor: int) -> None:
    for timeframe in Timeframe:
        stored = read_candles([row.name], timeframe, start_ms=0, end_ms=2**53)[row.name].candles
        _upsert(row, timeframe, pack_days(stored.scaled(factor), timeframe))


def _stored_around(name: str, timeframe: Timeframe, new: TickColumns) -> TickColumns:
    """What is stored of the days that `new` touches."""
    if not len(new):
        return new
    first, last = int(new.open_ms[0]) // DAY_MS, int(new.open_ms[-1]) // DAY_MS
    return read_candles([name], timeframe, start_ms=first * DAY_MS, end_ms=(last + 1) * DAY_MS)[name].candles


def _merged(old: TickColumns, new: TickColumns) -> tuple[TickColumns, int, int]:
    """Both in order, `new` winning, with how many candles are added and changed."""
    if not len(old):
        return new, len(new), 0
    both = joined([old, new])
    order = np.argsort(both.open_ms, kind="stable")
    both = both.take(order)
    again = np.append(both.open_ms[1:] == both.open_ms[:-1], False)  # an old candle with its new twin behind it
    differs = _differs_from_next(both) & again
    added = len(new) - int(again.sum())
    return both.take(~again), added, int(differs.sum())


def _differs_from_next(candles: TickColumns) -> NDArray[np.bool_]:
    differs = np.zeros(len(candles), dtype=np.bool_)
    for column in candles.columns()[1:]:
        differs[:-1] |= column[1:] != column[:-1]
    return differs


def _upsert(row: models.Instrument, timeframe: Timeframe, days: list[PackedDay]) -> None:
    stored = models.CandleDay.objects.filter(instrument=row, timeframe=timeframe.value)
    same = set(stored.values_list("day", "checksum"))
    changed = (day for day in days if (day.day, day.checksum) not in same)
    rows = [(day.day, day.count, day.floor, day.present, day.packed, day.checksum) for day in changed]
    with connection.cursor() as cursor:
        for start in range(0, len(rows), _DAYS_A_BATCH):
            batch = rows[start : start + _DAYS_A_BATCH]
            columns = [list(column) for column in zip(*batch, strict=True)]
            cursor.execute(_UPSERT, [row.pk, timeframe.value, *columns])


def _extend_feed(source: str, timeframe: Timeframe) -> None:
    """More candles of the market that is being shown: it has not ended after all."""
    feed = models.Feed.objects.select_for_update().filter(source=source, timeframe=timeframe.value).first()
    end_ms = last_slot(MarketSource(source), timeframe) if feed else None
    if feed and end_ms is not None:
        feed.end_ms, feed.ended = end_ms, feed.cursor_ms >= end_ms
        feed.save(update_fields=["end_ms", "ended"])
