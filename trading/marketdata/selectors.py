"""Reads of market data. Everything here works in any schema: market data is public and has no owner."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

import numpy as np
from django.db.models import Max, Min, QuerySet, Sum

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.contracts import CONTRACT_NAME, is_contract
from cryptouniverse.kernel.market import DAY_MS, Bars, Instrument, Ints, Timeframe
from cryptouniverse.kernel.words import gettext_noop as _
from trading.fills import Book
from trading.marketdata import models
from trading.marketdata.books import SIMULATED_BEFORE_CLOSE_MS, simulated_books, unpacked
from trading.marketdata.days import ATTEMPTS, StoredCandles, read_candles, unpacked_days
from trading.marketdata.errors import CandlesDamaged, NoMarket, OnlyAtBooks, UnknownInstrument
from trading.marketdata.funding_rates import funding_of_many as funding_of_many  # noqa: PLC0414 - others read it through here
from trading.marketdata.funding_rates import funding_set as funding_set  # noqa: PLC0414 - others read it through here
from trading.marketdata.funding_rates import funding_spans as funding_spans  # noqa: PLC0414 - others read it through here
from trading.marketdata.funding_rates import without_funding as without_funding  # noqa: PLC0414 - others read it through here
from trading.marketdata.packing import TickColumns, opens_of, without_gaps
from trading.marketdata.simulation import TIMEFRAME as SIMULATED_TIMEFRAME
from trading.marketdata.types import Coverage, FeedState, FundingShown, MarketSource

Prices = tuple[int, int, int, int]  # open, high, low and close, in ticks

_AT = """
    SELECT d.id, d.checksum, i.name, i.base, i.quote, i.tick, i.step, i.min_notional, i.source
    FROM public.trading_marketdata_instrument i
    JOIN public.trading_marketdata_candleday d ON d.instrument_id = i.id AND d.timeframe = %s AND d.day = %s
    WHERE i.name = ANY(%s) ORDER BY i.name
"""

_BOOKS = """
    SELECT i.name, b.at_ms, b.tick, b.step, b.levels FROM public.trading_marketdata_instrument i
    CROSS JOIN LATERAL (
        (SELECT at_ms, tick, step, levels FROM public.trading_marketdata_orderbook
         WHERE instrument_id = i.id AND at_ms < %s AND at_ms >= %s)
        UNION ALL
        (SELECT at_ms, tick, step, levels FROM public.trading_marketdata_orderbook
         WHERE instrument_id = i.id AND at_ms < %s ORDER BY at_ms DESC LIMIT 1)
    ) AS b WHERE i.name = ANY(%s) ORDER BY i.name, b.at_ms
"""

_CUTS = """
    SELECT DISTINCT at_ms FROM (
        SELECT b.at_ms, row_number() OVER (ORDER BY b.at_ms) AS n FROM public.trading_marketdata_orderbook b
        JOIN public.trading_marketdata_instrument i ON i.id = b.instrument_id AND i.name = ANY(%s)
        WHERE b.at_ms >= %s AND b.at_ms < %s
    ) counted WHERE n %% %s = 0 ORDER BY at_ms
"""

_WITH_BOOKS = """
    SELECT i.name FROM public.trading_marketdata_instrument i
    WHERE i.source = 'simulated' OR EXISTS (
        SELECT FROM public.trading_marketdata_orderbook b WHERE b.instrument_id = i.id)
    ORDER BY i.name
"""


def instrument(instrument_id: str) -> Instrument:
    """The instrument of that id, such as "binance:BTC/USDT". Raises UnknownInstrument."""
    found = models.Instrument.objects.filter(name=instrument_id).first()
    if found is None:
        raise UnknownInstrument(
            _("No instrument is called %(instrument)s."), instrument=instrument_id, instruments=[instrument_id]
        )
    return found.as_value()


def require_spot(instrument_ids: Iterable[str]) -> None:
    """Raise OnlyAtBooks for a contract among these: for all that trades, or tries, without order books."""
    for name in instrument_ids:
        if is_contract(name):
            said = _("%(instrument)s is a contract: only strategies that read order books trade it.")
            raise OnlyAtBooks(said, instrument=name)


def listed_instruments() -> QuerySet[models.Instrument]:
    """Every listed instrument, the newest listing first."""
    return models.Instrument.objects.order_by("-pk")


def listed_instrument(public_id: UUID) -> models.Instrument:
    """The listed instrument with this public id. Raises UnknownInstrument."""
    found = models.Instrument.objects.filter(public_id=public_id).first()
    if found is None:
        raise UnknownInstrument(instrument=str(public_id))
    return found


def candles_shown(
    instrument_id: str, timeframe: Timeframe, *, since_ms: int | None, until_ms: int | None, limit: int
) -> Bars:
    """At most `limit` closed candles of the market as shown: from `since_ms` on, else the last before `until_ms`.

    Raises UnknownInstrument, or NoMarket before one was chosen.
    """
    feed = feed_state()
    end = feed.cursor_ms + feed.timeframe.ms - timeframe.ms + 1  # a candle that closes later has not happened yet
    end = end if until_ms is None else min(end, until_ms)
    start = max(0, end - limit * timeframe.ms if since_ms is None else since_ms)
    end = min(end, start + limit * timeframe.ms)
    return bars_of(instrument_id, timeframe, start_ms=start, end_ms=max(end, start))[:limit]


def instruments(ids: Iterable[str] | None = None) -> dict[str, Instrument]:
    """The listed instruments by id: all of them, or those of `ids` that are listed."""
    rows = models.Instrument.objects.order_by("name")
    if ids is not None:
        rows = rows.filter(name__in=list(ids))
    return {row.name: row.as_value() for row in rows}


def bars_of(instrument_id: str, timeframe: Timeframe, *, start_ms: int, end_ms: int, fill_gaps: bool = False) -> Bars:
    """The closed candles with start_ms <= open < end_ms, oldest first; see `bars_of_many`."""
    return bars_of_many([instrument_id], timeframe, start_ms=start_ms, end_ms=end_ms, fill_gaps=fill_gaps)[
        instrument_id
    ]


def bars_of_many(
    instrument_ids: Iterable[str], timeframe: Timeframe, *, start_ms: int, end_ms: int, fill_gaps: bool = False
) -> dict[str, Bars]:
    """The closed candles of each instrument with start_ms <= open < end_ms (UTC ms), oldest first.

    Only candles that trade happened in: a gap stays a gap. With `fill_gaps`, each gap between two of them holds flat
    candles at the last close with no volume, marked in `Bars.filled`; nothing is added before or after all of them.
    Raises UnknownInstrument for an id that is not listed. One query, and one more for days new to this process.
    """
    ids = list(instrument_ids)
    stored = read_candles(ids, timeframe, start_ms=start_ms, end_ms=max(end_ms, start_ms))
    return {name: _bars(name, timeframe, stored[name], fill_gaps=fill_gaps) for name in ids}


def funding_shown(instrument_id: str, *, since_ms: int | None, until_ms: int | None, limit: int) -> FundingShown:
    """At most `limit` funding rates of the market as shown: from `since_ms` on, else the last before `until_ms`.

    Raises UnknownInstrument, or NoMarket before one was chosen.
    """
    one, feed = instrument(instrument_id), feed_state()
    now_ms = feed.cursor_ms + feed.timeframe.ms
    end = now_ms + 1 if until_ms is None else min(now_ms + 1, until_ms)
    rows = models.FundingRate.objects.filter(instrument__name=instrument_id, at_ms__lt=end)
    if since_ms is None:
        found = list(rows.order_by("-at_ms").values_list("at_ms", "rate")[:limit])[::-1]
    else:
        found = list(rows.filter(at_ms__gte=since_ms).order_by("at_ms").values_list("at_ms", "rate")[:limit])
    return FundingShown(instrument_id, one.simulated, not without_funding([instrument_id], at_ms=now_ms), found)


def prices_at(
    instrument_ids: Iterable[str], timeframe: Timeframe, *, slot_ms: int
) -> dict[str, tuple[Instrument, Prices]]:
    """The instruments that have a candle which opened at `slot_ms`, by id, with its prices. Others are left out.

    One query, and one more for days new to this process.
    """
    ids = list(instrument_ids)
    for _attempt in range(ATTEMPTS):
        rows = query(_AT, [timeframe.value, slot_ms // DAY_MS, ids])
        days = unpacked_days([(row[0], row[1]) for row in rows], timeframe)
        if days is not None:
            found = ((_listed(*row[2:]), _prices_of(days[row[0], row[1]], slot_ms)) for row in rows)
            return {listed.id: (listed, prices) for listed, prices in found if prices}
    raise CandlesDamaged(_("The candles changed at every attempt to read them."))


def books_between(instrument_ids: Iterable[str], *, start_ms: int, end_ms: int) -> dict[str, list[Book]]:
    """The books of each instrument with start_ms <= at_ms < end_ms (UTC), oldest first, and the last one before them.

    Those of simulated instruments are made here, one a candle. Unknown instruments have none.
    """
    listed = instruments(instrument_ids)
    found: dict[str, list[Book]] = {name: [] for name in listed}
    made = [name for name, one in listed.items() if one.simulated]
    for name, at_ms, tick, step, levels in query(_BOOKS, [end_ms, start_ms, start_ms, sorted(listed.keys() - made)]):
        book = unpacked(at_ms, bytes(levels), tick=tick, step=step, instrument=listed[name])
        found[name] += [book] if book else []
    for name in made:
        found[name] = _simulated_books(listed[name], start_ms, end_ms)
    return found


def instruments_with_books() -> list[str]:
    """Ids of the instruments that have books: the simulated ones, and those of which one is stored."""
    return [name for (name,) in query(_WITH_BOOKS)]


def books_count(instrument_ids: Iterable[str], *, start_ms: int, end_ms: int) -> int:
    """How many books of these instruments there are with start_ms <= at_ms < end_ms (UTC), those that are made too."""
    listed = instruments(instrument_ids)
    stored = models.OrderBook.objects.filter(instrument__name__in=listed, at_ms__gte=start_ms, at_ms__lt=end_ms).count()
    made = [coverage(name, SIMULATED_TIMEFRAME) for name, one in listed.items() if one.simulated]
    spans = [(max(each.first_ms, start_ms), min(each.last_ms, end_ms)) for each in made if each.count]
    return stored + sum((last - first) // SIMULATED_TIMEFRAME.ms + 1 for first, last in spans if first < last)


def books_cuts(instrument_ids: Iterable[str], *, start_ms: int, end_ms: int, every: int) -> list[int]:
    """When every `every`-th stored book of these instruments was seen, of start_ms <= at_ms < end_ms (UTC), rising."""
    return [at_ms for (at_ms,) in query(_CUTS, [sorted(instrument_ids), start_ms, end_ms, every])]


def books_span(instrument_ids: Iterable[str]) -> tuple[int, int] | None:
    """From which moment on all of these instruments have books, and the end of the last, UTC ms; None without."""
    spans = []
    for name, one in instruments(instrument_ids).items():
        if one.simulated:
            there = coverage(name, SIMULATED_TIMEFRAME)
            spans.append((there.first_ms, there.last_ms + SIMULATED_TIMEFRAME.ms) if there.count else None)
        else:
            rows = models.OrderBook.objects.filter(instrument__name=name)
            ends = rows.aggregate(first=Min("at_ms"), last=Max("at_ms"))
            spans.append((ends["first"], ends["last"] + 1) if ends["last"] is not None else None)
    known = [span for span in spans if span is not None]
    if not known or len(known) < len(spans):
        return None
    return max(first for first, _end in known), max(end for _first, end in known)


def timeframes_there() -> dict[Timeframe, list[str]]:
    """Of which pairs there are candles, by their timeframe, shortest first; ids sorted. Contracts are left out."""
    days = models.CandleDay.objects.exclude(instrument__name__regex=CONTRACT_NAME)
    found = days.values_list("timeframe", "instrument__name").distinct().order_by("instrument__name")
    there: dict[Timeframe, list[str]] = {}
    for timeframe, name in found:
        there.setdefault(Timeframe(timeframe), []).append(name)
    return dict(sorted(there.items(), key=lambda each: each[0].ms))


def coverage(instrument_id: str, timeframe: Timeframe) -> Coverage:
    """What is stored of that instrument and timeframe, and what is missing in between."""
    days = models.CandleDay.objects.filter(instrument__name=instrument_id, timeframe=timeframe.value).order_by("day")
    return coverage_of(_opens_in(days, timeframe), timeframe)


def coverage_of(open_ms: Ints, timeframe: Timeframe) -> Coverage:
    """The span, count and gaps of rising candle opens."""
    if not len(open_ms):
        return Coverage(0, 0, 0)
    before = np.flatnonzero(np.diff(open_ms) > timeframe.ms)
    gaps = [(int(open_ms[row]) + timeframe.ms, int(open_ms[row + 1])) for row in before]
    return Coverage(int(open_ms[0]), int(open_ms[-1]), len(open_ms), gaps)


def feed_state() -> FeedState:
    """The market that is being shown, and how far. Raises NoMarket before one has been chosen."""
    feed = models.Feed.objects.first()
    if feed is None:
        raise NoMarket(_("No market has been chosen yet: `./cu run` does so, or `./cu candles FOLDER`."))
    return state_of(feed)


def state_of(feed: models.Feed) -> FeedState:
    """The feed's row as a value."""
    return FeedState(
        source=MarketSource(feed.source),
        timeframe=Timeframe(feed.timeframe),
        cursor_ms=feed.cursor_ms,
        end_ms=feed.end_ms,
        speed=Decimal(feed.speed),
        running=feed.running,
        ended=feed.ended,
        updated_at=feed.updated_at,
    )


def feed_age_s() -> Decimal | None:
    """For how long the market has not moved although it should; None while it stands still on purpose."""
    try:
        return age_of(feed_state())
    except NoMarket:
        return None


def age_of(feed: FeedState) -> Decimal | None:
    """`feed_age_s` of a market that was read already."""
    if not feed.running or feed.ended:
        return None
    expected_s = 1 / feed.speed if feed.speed else Decimal(0)
    return max(Decimal(int((clock.now() - feed.updated_at).total_seconds())) - expected_s, Decimal(0))


def market_symbols(venue: str) -> list[str]:
    """The symbols ("BTC/USDT") of the pairs that are listed of this venue, sorted; contracts on them are left out."""
    names = models.Instrument.objects.filter(name__startswith=f"{venue}:").order_by("name")
    names = names.exclude(name__regex=CONTRACT_NAME)
    return [name.partition(":")[2] for name in names.values_list("name", flat=True)]


def market_instruments(source: MarketSource, timeframe: Timeframe) -> dict[str, Instrument]:
    """The instruments of that source which have candles of that timeframe, by id; contracts too."""
    having = models.CandleDay.objects.filter(timeframe=timeframe.value).values("instrument_id").distinct()
    rows = models.Instrument.objects.filter(source=source.value, pk__in=having).order_by("name")
    return {row.name: row.as_value() for row in rows}


def market_pairs(source: MarketSource, timeframe: Timeframe) -> dict[str, Instrument]:
    """`market_instruments` without contracts: what is traded without order books."""
    return {name: one for name, one in market_instruments(source, timeframe).items() if one.contract is None}


def imported_timeframe() -> Timeframe | None:
    """The timeframe in which imported candles are shown: 1h if there are any, else the one with most candles."""
    days = models.CandleDay.objects.filter(instrument__source=MarketSource.IMPORTED.value)
    counts = dict(days.values_list("timeframe").annotate(candles=Sum("count")).order_by("-candles", "timeframe"))
    best = Timeframe.H1.value if Timeframe.H1.value in counts else next(iter(counts), None)
    return Timeframe(best) if best else None


def slots_after(source: MarketSource, timeframe: Timeframe, *, after_ms: int, count: int) -> list[int]:
    """The next `count` opens later than `after_ms` at which any instrument of that market has a candle."""
    days = models.CandleDay.objects.filter(
        instrument__source=source.value, timeframe=timeframe.value, day__gte=(after_ms + 1) // DAY_MS
    )
    # each day holds at least one slot, and the first may hold only earlier ones
    wanted = list(days.order_by("day").values_list("day", flat=True).distinct()[: count + 1])
    if not wanted:
        return []
    opens = np.unique(_opens_in(days.filter(day__lte=wanted[-1]), timeframe))
    return [int(slot) for slot in opens[opens > after_ms][:count]]


def last_slot(source: MarketSource, timeframe: Timeframe) -> int | None:
    """The open of the last candle of that market, or None when it has none."""
    days = models.CandleDay.objects.filter(instrument__source=source.value, timeframe=timeframe.value)
    last = days.order_by("-day").values_list("day", flat=True).first()
    if last is None:
        return None
    return int(_opens_in(days.filter(day=last), timeframe).max())


def _simulated_books(one: Instrument, start_ms: int, end_ms: int) -> list[Book]:
    step = SIMULATED_TIMEFRAME.ms
    bars = bars_of(one.id, SIMULATED_TIMEFRAME, start_ms=start_ms // step * step - 2 * step, end_ms=end_ms)
    moments = (bars.open_ms + step - SIMULATED_BEFORE_CLOSE_MS).tolist()
    return simulated_books(one, zip(moments, bars.close.tolist(), strict=True), start_ms=start_ms, end_ms=end_ms)


@lru_cache(maxsize=10_000)
def _listed(name: str, base: str, quote: str, tick: Decimal, step: Decimal, least: Decimal, source: str) -> Instrument:
    units = {"tick": tick, "step": step, "min_notional": least}
    return models.Instrument(name=name, base=base, quote=quote, source=source, **units).as_value()


def _prices_of(day: TickColumns, slot_ms: int) -> Prices | None:
    row = int(day.open_ms.searchsorted(slot_ms))
    if row == len(day) or day.open_ms[row] != slot_ms:
        return None
    return int(day.open[row]), int(day.high[row]), int(day.low[row]), int(day.close[row])


def _opens_in(days: QuerySet[models.CandleDay], timeframe: Timeframe) -> Ints:
    there = days.values_list("day", "present").distinct()
    return opens_of([(day, bytes(present)) for day, present in there], timeframe)


def _bars(name: str, timeframe: Timeframe, stored: StoredCandles, *, fill_gaps: bool) -> Bars:
    candles, filled = stored.candles, np.zeros(len(stored.candles), dtype=np.bool_)
    if fill_gaps:
        candles, filled = without_gaps(candles, timeframe)
    for column in (*candles.columns(), filled):
        column.flags.writeable = False
    return Bars(
        instrument_id=name,
        timeframe=timeframe,
        tick=stored.tick,
        open_ms=candles.open_ms,
        open=candles.open,
        high=candles.high,
        low=candles.low,
        close=candles.close,
        volume=candles.volume,
        filled=filled,
    )
