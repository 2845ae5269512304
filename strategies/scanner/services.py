"""Looking at all markets with all strategies. Records are kept as they are made; a scan appears whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

import structlog
from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.locks import only_one
from cryptouniverse.kernel.market import DAY_MS, Bars, Instrument, Timeframe
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from strategies.catalog.asking import day_of
from strategies.catalog.beside import reference_id
from strategies.catalog.registry import all_strategies
from strategies.catalog.types import Strategy
from strategies.lab.search.overfitting import Shape
from strategies.scanner.looking import (
    BACK_DAYS,
    NO_DAYS,
    Before,
    Ground,
    Looked,
    look,
    packed,
    read_since,
    tried_as,
    unpacked,
)
from strategies.scanner.models import Opportunity, Scan, TrackRecord
from strategies.scanner.ranking import Trials, deflated_of, rank_of, score_kept, trials_of, verdict_of
from strategies.scanner.standing import levels_of
from strategies.scanner.types import FRESH, NO_TRACK, USUAL_COSTS, Standing, Track, Tried
from strategies.signals.types import signal_id
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import (
    bars_of,
    feed_state,
    funding_of_many,
    market_pairs,
    timeframes_there,
)
from trading.marketdata.types import FeedState

log = structlog.get_logger(__name__)
SCANS_KEPT: Final = 20
UNASKED: Final = _("It could not be asked: %(reason)s")
Failure = dict[str, str]  # strategy, instrument ("" before any), said
_LOCK: Final = 7_315_020
_KEY: Final = ("instrument_id", "timeframe", "day", "strategy", "parameters", "code_hash")
_NUMBERS: Final = tuple(field.name for field in TrackRecord._meta.local_fields if field.name not in {*_KEY, "id"})


@dataclass(frozen=True, slots=True)
class Seen:
    """A strategy on a market, as a scan saw it. error: why nothing stands, as `said` keeps it."""

    instrument: Instrument
    tried: Tried
    row: TrackRecord
    standing: Standing | None
    error: str

    @property
    def track(self) -> Track:
        """Its record."""
        return Track(**self.row.track)


def scan_market(*, strategies: Sequence[Strategy] | None = None) -> Scan | None:
    """Look at every market as it is shown now; None where nothing has closed since the last scan, or another worker
    looks. strategies: instead of the catalogue's.

    Killed on the way, it leaves the records that it made, and the next one goes on with them. Raises NoMarket.
    """
    chosen = tuple(all_strategies().values()) if strategies is None else strategies
    with only_one(_LOCK) as mine:
        feed = feed_state()
        if not mine or _is_done(feed):
            return None
        started, ends_ms = clock.now(), feed.cursor_ms + feed.timeframe.ms
        seen: list[Seen] = []
        failed: dict[str, Failure] = {}
        for timeframe in timeframes_there():
            tried = _tried(chosen, timeframe, failed)
            seen += _look_at_all(tried, feed, timeframe, ends_ms)
        return _keep(feed, seen, failed, started=started)


def scan_if_shown() -> Scan | None:
    """`scan_market`, and nothing where no market has been chosen yet."""
    try:
        return scan_market()
    except NoMarket:
        return None


def _is_done(feed: FeedState) -> bool:
    newest = Scan.objects.order_by("-pk").values_list("market", "timeframe", "cursor_ms").first()
    return newest == (feed.source.value, feed.timeframe.value, feed.cursor_ms)


def _tried(
    strategies: Sequence[Strategy], timeframe: Timeframe, failed: dict[str, Failure]
) -> list[tuple[Strategy, Tried]]:
    """All of them, with their defaults; whichever cannot even say those has `failed`."""
    found = []
    for one in strategies:
        try:
            found.append((one, tried_as(one, timeframe)))
        except Exception as error:  # whatever a strategy does, the others are asked
            log.exception("a strategy failed before the scan", strategy=one.name)
            why = said(UNASKED, reason=f"{type(error).__name__}: {error}")
            failed[one.name] = {"strategy": one.name, "instrument": "", "said": str(why)}
    return found


def _look_at_all(
    tried: Sequence[tuple[Strategy, Tried]], feed: FeedState, timeframe: Timeframe, ends_ms: int
) -> Iterator[Seen]:
    """Every market that has fresh candles of this timeframe, one after another: its candles are read once, and another
    time where they are read beside the others'.
    """
    history = max((one.history for _strategy, one in tried), default=1)
    since_ms = read_since(ends_ms, timeframe, history)
    listed = market_pairs(feed.source, timeframe)
    funding = funding_of_many(listed, start_ms=since_ms, end_ms=ends_ms)
    leaders = {name: _read(name, timeframe, since_ms, ends_ms) for name in set(map(reference_id, listed)) & set(listed)}
    for instrument in listed.values():
        bars = leaders.get(instrument.id) or _read(instrument.id, timeframe, since_ms, ends_ms)
        if len(bars) and int(bars.open_ms[-1]) + (1 + FRESH) * timeframe.ms >= ends_ms:
            other, rates = leaders.get(reference_id(instrument.id)), funding.get(instrument.id)
            yield from _look_at(tried, Ground(instrument, bars, day_of(ends_ms), history, other, rates))
    _forget(timeframe, ends_ms // DAY_MS)


def _read(name: str, timeframe: Timeframe, since_ms: int, ends_ms: int) -> Bars:
    return bars_of(name, timeframe, start_ms=since_ms, end_ms=ends_ms - timeframe.ms + 1)


@transaction.atomic
def _look_at(tried: Sequence[tuple[Strategy, Tried]], ground: Ground) -> list[Seen]:
    """One market: its records brought up to the day, in one commit. What reads what is not stored of it is left out."""
    known, seen, fresh = _known(ground), [], []
    for strategy, one in ((strategy, one) for strategy, one in tried if ground.feeds(strategy)):
        row = known.get((one.name, one.text, one.code_hash))
        looked = look(ground, strategy, one, _before(row))
        if row is None or not looked.holds:
            row = _row(ground, strategy, one, looked)
            fresh.append(row)
        seen.append(Seen(ground.instrument, one, row, looked.standing, looked.error))
    TrackRecord.objects.bulk_create(fresh, update_conflicts=True, unique_fields=_KEY, update_fields=_NUMBERS)
    return seen


def _before(row: TrackRecord | None) -> Before | None:
    if row is None:
        return None
    return Before(row.day * DAY_MS, row.fingerprint, unpacked(bytes(row.asked)), row.error)


def _known(ground: Ground) -> dict[tuple[str, str, str], TrackRecord]:
    """The newest kept record of each strategy on this market, of this day or of a few before."""
    day = ground.day_ms // DAY_MS
    rows = TrackRecord.objects.filter(
        instrument_id=ground.instrument.id,
        timeframe=ground.bars.timeframe.value,
        day__range=(day - BACK_DAYS, day),
    )
    ordered = rows.order_by("strategy", "parameters", "code_hash", "-day")
    return {
        (row.strategy, row.parameters, row.code_hash): row
        for row in ordered.distinct("strategy", "parameters", "code_hash")
    }


def _row(ground: Ground, strategy: Strategy, one: Tried, looked: Looked) -> TrackRecord:
    return TrackRecord(
        strategy=one.name,
        code_hash=one.code_hash,
        parameters=one.text,
        instrument_id=ground.instrument.id,
        timeframe=ground.bars.timeframe.value,
        day=ground.day_ms // DAY_MS,
        since_ms=ground.begin_ms,
        fingerprint=ground.fingerprint(strategy, ground.day_ms),
        asked=packed(looked.asked),
        error=looked.error,
        computed_at=clock.now(),
        track=asdict(looked.track or NO_TRACK),
        hash=looked.hash,
    )


@transaction.atomic
def _keep(feed: FeedState, seen: Sequence[Seen], failed: Mapping[str, Failure], *, started: datetime) -> Scan:
    """The scan with what stands in it, best last: so the list, newest first, is the ranking."""
    tried = _tried_by_timeframe(seen)
    place = {"market": feed.source.value, "timeframe": feed.timeframe.value, "cursor_ms": feed.cursor_ms}
    Scan.objects.filter(**place).delete()
    scan = Scan.objects.create(
        **place,
        strategies=len({one.tried.name for one in seen}),
        markets=len({(one.instrument.id, one.row.timeframe) for one in seen}),
        tried=len(seen),
        failures=_failures(seen, failed),
        simulated=feed.simulated,
        started_at=started,
        ended_at=clock.now(),
    )
    standing = [(one, one.standing) for one in seen if one.standing is not None]
    standing.sort(key=lambda each: _place(each[0]))
    rows = [
        _opportunity(scan, rank, one, stands, tried[one.row.timeframe])
        for rank, (one, stands) in enumerate(standing, 1)
    ]
    Opportunity.objects.bulk_create(rows[::-1])
    kept = Scan.objects.order_by("-pk").values_list("pk", flat=True)[:SCANS_KEPT]
    Scan.objects.exclude(pk__in=list(kept)).delete()
    return scan


def _tried_by_timeframe(seen: Sequence[Seen]) -> Mapping[str, Trials]:
    """How much was tried on candles of each timeframe: every strategy on every market that was looked at."""
    sharpes: dict[str, list[float]] = {}
    for one in seen:
        found = sharpes.setdefault(one.row.timeframe, [])
        if (sharpe := one.track.sharpe_day) is not None:
            found.append(sharpe)
    return {timeframe: trials_of(found) for timeframe, found in sharpes.items()}


def _place(one: Seen) -> tuple[float, tuple[str, ...]]:
    return rank_of(one.track.score, one.tried.name, one.instrument.id, one.row.timeframe)


def _opportunity(scan: Scan, rank: int, one: Seen, standing: Standing, tried: Trials) -> Opportunity:
    row, track = one.row, one.track
    levels = levels_of(standing, one.instrument, USUAL_COSTS)
    deflated = deflated_of(_shape(track), tried)
    verdict = verdict_of(
        trades=track.trades,
        deflated_sharpe=deflated,
        total=track.total_return,
        held=track.held_return,
        simulated=one.instrument.simulated,
    )
    key = one.tried.key_on(one.instrument, Timeframe(row.timeframe))
    return Opportunity(
        scan=scan,
        record=row,
        signal_id=signal_id(key, one.tried.code_hash, standing.slot_ms),
        rank=rank,
        strategy=one.tried.name,
        family=one.tried.family,
        code_hash=one.tried.code_hash,
        parameters=one.tried.text,
        instrument_id=one.instrument.id,
        timeframe=row.timeframe,
        slot_ms=standing.slot_ms,
        age=standing.age,
        score=score_kept(track.score),
        validated=verdict.validated,
        verdict={
            "deflated": deflated,
            "reasons": [{"code": why.code, "said": str(said(why.said, **why.facts))} for why in verdict.reasons],
        },
        **asdict(levels),
    )


def _shape(track: Track) -> Shape | None:
    if track.sharpe_day is None or track.skew is None or track.kurtosis is None:
        return None
    return Shape(track.periods, track.sharpe_day, track.skew, track.kurtosis)


def _failures(seen: Sequence[Seen], failed: Mapping[str, Failure]) -> list[Failure]:
    """Of each strategy that failed, its first market and why."""
    found = dict(failed)
    for one in seen:
        if one.error and one.error != NO_DAYS:
            facts = {"strategy": one.tried.name, "instrument": one.instrument.id, "said": one.error}
            found.setdefault(one.tried.name, facts)
    for facts in found.values():
        log.warning("a strategy failed in the scan", **facts)
    return [found[name] for name in sorted(found)]


def _forget(timeframe: Timeframe, day: int) -> None:
    """Records that nothing goes on from any more."""
    TrackRecord.objects.filter(timeframe=timeframe.value).exclude(day__range=(day - BACK_DAYS, day)).delete()
