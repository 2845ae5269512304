"""Bringing signals to those who follow them: each candle's once, whoever works, however often, wherever it is killed.

Signals are computed before the transaction, so that nobody waits on them. It then locks how far the stream is
delivered, writes the notices, and moves on: all of it, or nothing and the next worker does the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.market import Instrument, Timeframe
from strategies.backtest.engine.entries import away
from strategies.builder.selectors import strategy_of
from strategies.feed.events import SignalsDelivered
from strategies.feed.models import DeliveredUpTo, SignalNotice, SignalSubscription
from strategies.feed.types import NoticeKind
from strategies.scanner.selectors import scanned_since, stood_in
from strategies.signals.services import signals_at
from strategies.signals.types import Action, Signal, SignalKey
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import feed_state, prices_at
from trading.marketdata.types import FeedState

SLOTS_A_TIME: Final = 100
SCANS: Final = "scans"
_INSERT = """
    INSERT INTO strategies_feed_signalnotice
        (public_id, owner_id, kind, signal_id, strategy, parameters, instrument_id, timeframe, slot_ms, action, price,
         stop, target, score, delivered_at)
    SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::text[],
        %s::text[], %s::bigint[], %s::text[], %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[],
        %s::timestamptz[])
    ON CONFLICT (owner_id, signal_id) DO NOTHING RETURNING owner_id, public_id
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A signal with what is told of it, for whoever follows it. followers: keys of subscriptions."""

    kind: NoticeKind
    signal_id: UUID
    key: SignalKey
    slot_ms: int
    action: Action
    price: Decimal
    stop: Decimal | None
    target: Decimal | None
    score: Decimal | None
    followers: Collection[int]


def deliver_signals() -> int:
    """Deliver to the active tenant's people what has come since the last time; how many notices were written."""
    try:
        feed = feed_state()
    except NoMarket:
        return 0
    followed = SignalSubscription.objects.exclude(timeframe="").values_list("timeframe", flat=True).distinct()
    found = 0
    for timeframe in sorted(map(Timeframe, followed), key=lambda each: each.ms):
        while (written := _deliver_candles(feed, timeframe)) is not None:
            found += written
    while (written := _deliver_scan()) is not None:
        found += written
    return found


def _deliver_candles(feed: FeedState, timeframe: Timeframe) -> int | None:
    """The next few slots of one timeframe; how many notices. None: nothing is left, or another worker was first."""
    stream = f"{feed.source.value} {timeframe.value}"
    last = (feed.cursor_ms + feed.timeframe.ms) // timeframe.ms * timeframe.ms - timeframe.ms
    rows = list(SignalSubscription.objects.filter(timeframe=timeframe.value).order_by("pk"))
    position = _position(stream)
    if position > last:
        _begin_anew(stream, timeframe, last)
    first = max(position, min((row.since_ms for row in rows), default=last) - timeframe.ms) + timeframe.ms
    slots = range(first - first % timeframe.ms, last + 1, timeframe.ms)[:SLOTS_A_TIME]
    if not slots:
        return None
    told = [one for slot_ms in slots for one in _signals_of(rows, timeframe, slot_ms)]
    return _write(stream, position, slots[-1], told)


def _signals_of(rows: Sequence[SignalSubscription], timeframe: Timeframe, slot_ms: int) -> Iterator[Told]:
    """What is to be told of one closed candle: equal subscriptions are one key, and one with bots'."""
    followers: dict[SignalKey, list[int]] = defaultdict(list)
    for row in rows:
        if slot_ms + timeframe.ms > row.since_ms:
            followers[SignalKey(row.strategy, row.parameters, row.instrument_id, timeframe)].append(row.pk)
    signals = signals_at(slot_ms=slot_ms, keys=list(followers)) if followers else {}
    prices = prices_at({key.instrument_id for key in signals}, timeframe, slot_ms=slot_ms) if signals else {}
    for key, signal in signals.items():
        if key.instrument_id in prices:
            listed, (*_others, close) = prices[key.instrument_id]
            yield _told(signal, listed, close, followers[key])


def _told(signal: Signal, listed: Instrument, close: int, followers: Collection[int]) -> Told:
    chosen, is_entry = strategy_of(signal.key.strategy), signal.action is Action.ENTER_LONG
    stop = close - away(close, chosen.stop_bps) if is_entry and chosen.stop_bps else 0
    target = close + away(close, chosen.target_bps) if is_entry and chosen.target_bps else 0
    return Told(
        kind=NoticeKind.SIGNAL,
        signal_id=signal.id,
        key=signal.key,
        slot_ms=signal.slot_ms,
        action=signal.action,
        price=listed.price_of(close),
        stop=listed.price_of(stop) if stop else None,
        target=listed.price_of(target) if target else None,
        score=None,
        followers=followers,
    )


def _deliver_scan() -> int | None:
    """The next scan for those who follow opportunities; None where there is none."""
    newest = scanned_since(0)
    position = _position(SCANS)
    if newest and position > newest[-1]:  # of scans elsewhere: this tenant was brought in from another installation
        DeliveredUpTo.objects.filter(stream=SCANS, position=position).update(position=newest[-1])
        return None
    waiting = [number for number in newest if number > position]
    if not waiting:
        return None
    rows = list(SignalSubscription.objects.filter(strategy="").order_by("pk"))
    if not rows:
        return _write(SCANS, position, waiting[-1], [])
    least = min(row.score_least for row in rows if row.score_least is not None)
    told = []
    for one in reversed(stood_in(waiting[0], score_least=least)):  # so that the best is the newest
        timeframe = Timeframe(one.timeframe)
        told.append(
            Told(
                kind=NoticeKind.OPPORTUNITY,
                signal_id=one.signal_id,
                key=SignalKey(one.strategy, one.parameters, one.instrument_id, timeframe),
                slot_ms=one.slot_ms,
                action=Action.ENTER_LONG,
                price=one.entry,
                stop=one.stop,
                target=one.target,
                score=one.score,
                followers=[
                    row.pk
                    for row in rows
                    if one.slot_ms + timeframe.ms > row.since_ms and (one.score or 0) >= (row.score_least or 0)
                ],
            )
        )
    return _write(SCANS, position, waiting[0], told)


@transaction.atomic
def _write(stream: str, position: int, now_at: int, told: Sequence[Told]) -> int | None:
    """The notices and the new position, in one commit; None where another worker was first."""
    row = DeliveredUpTo.objects.select_for_update().get(stream=stream)
    if row.position != position:
        return None
    named = {pk for one in told for pk in one.followers}
    still = SignalSubscription.objects.filter(pk__in=named).order_by("pk").select_for_update(no_key=True)
    owners = dict(still.values_list("pk", "owner_id"))  # whoever has ended one meanwhile is not in it
    now = clock.now()
    notices = [_columns(one, owners[pk], now) for one in told for pk in one.followers if pk in owners]
    written = query(_INSERT, [list(column) for column in zip(*notices, strict=True)]) if notices else []
    row.position = now_at
    row.save(update_fields=["position"])
    _publish(written)
    return len(written)


def _columns(one: Told, owner: int, now: Any) -> tuple[Any, ...]:
    key = one.key
    named = (key.strategy, key.parameters, key.instrument_id, key.timeframe.value)
    prices = (one.price, one.stop, one.target, one.score)
    return (new_id(), owner, one.kind.value, one.signal_id, *named, one.slot_ms, one.action.value, *prices, now)


def _publish(written: Sequence[tuple[int, UUID]]) -> None:
    by_owner: dict[int, list[UUID]] = defaultdict(list)
    for owner, notice in written:
        by_owner[owner].append(notice)
    names = _public_ids(by_owner)
    publish_on_commit(
        [SignalsDelivered(owner_id=names[owner], count=len(ids), newest=ids[-1]) for owner, ids in by_owner.items()]
    )


def _public_ids(by_owner: Mapping[int, object]) -> dict[int, UUID]:
    rows = SignalNotice.objects.filter(owner__in=list(by_owner)).values_list("owner_id", "owner__public_id").distinct()
    return dict(rows)


def _position(stream: str) -> int:
    row, _made = DeliveredUpTo.objects.get_or_create(stream=stream, defaults={"position": 0})
    return row.position


def _begin_anew(stream: str, timeframe: Timeframe, last: int) -> None:
    """The market was begun anew, at an earlier time: what is followed goes on from there."""
    DeliveredUpTo.objects.filter(stream=stream).update(position=last)
    close = last + timeframe.ms
    SignalSubscription.objects.filter(timeframe=timeframe.value, since_ms__gt=close).update(since_ms=close)
