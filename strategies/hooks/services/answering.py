"""Alerts on their way through a cycle: which of them ask for something in a slot, and what came of each.

One alert of an instrument has its turn in a slot. A wish to leave goes first, and what was said before it is over; a
wish to enter that came after it waits for the next slot. Of wishes to enter the last counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import update_rows
from cryptouniverse.kernel.market import Timeframe
from strategies.catalog.outside import WEBHOOK
from strategies.catalog.types import SignalKey
from strategies.hooks.models import Alert, HookSecret
from strategies.hooks.types import KEPT_FOR, SPARE, Answer, Called, Outcome
from strategies.signals.types import Action, Signal

_WAITING = {"outcome": Outcome.WAITING.value}


def called_at(*, slot_ms: int, keys: Collection[SignalKey]) -> Called:
    """What the alerts that wait ask for at this slot, of those of `keys` whose bots take signals from outside.

    Nothing is written: `still_waiting` and `answer_alerts` do that with what was decided. One query, none without keys.
    """
    ours = {(UUID(key.parameters), key.instrument_id): key for key in keys if key.strategy == WEBHOOK}
    if not ours:
        return Called()
    now = clock.now()
    found = Alert.objects.filter(hook__bot__public_id__in={bot_id for bot_id, _ in ours}, **_WAITING)
    over: dict[int, Outcome] = {}
    lines: dict[tuple[UUID, str, bool], list[Alert]] = defaultdict(list)
    for row in found.select_related("hook__bot").order_by("pk"):
        bot = row.hook.bot
        if (place := (bot.public_id, row.instrument_id)) in ours:
            lines[(*place, row.test)].append(row)
        elif row.instrument_id not in bot.instruments or _is_late(row, Timeframe(bot.timeframe), now):
            over[row.pk] = Outcome.EXPIRED  # it trades that no more, or there was no candle all the time
    signals: list[Signal] = []
    tests: set[UUID] = set()
    for (bot_id, instrument_id, test), rows in lines.items():
        key = ours[bot_id, instrument_id]
        chosen, passed = _turn_of(rows, key.timeframe, now)
        over |= passed
        if chosen is not None:
            signals.append(Signal(key, slot_ms, Action(chosen.action), chosen.signal_id, chosen.hook.judged_as))
            if test:
                tests.add(chosen.signal_id)
    return Called(tuple(signals), frozenset(tests), over)


def still_waiting(signal_ids: Collection[UUID]) -> set[UUID]:
    """Those of these alerts' signals that nobody has answered, locked until the transaction ends."""
    if not signal_ids:
        return set()
    rows = Alert.objects.select_for_update().filter(signal_id__in=signal_ids, **_WAITING).order_by("pk")
    return set(rows.values_list("signal_id", flat=True))


def answer_alerts(*, slot_ms: int, answers: Mapping[UUID, Answer], over: Mapping[int, Outcome] | None) -> None:
    """Write down what came of alerts, by the id of their signals; over: of those whose turn came in vain.

    In the transaction that records what was decided: a kill before its commit leaves them waiting. Each once.
    """
    passed, now = over or {}, clock.now()
    asked = Q(signal_id__in=list(answers)) | Q(pk__in=list(passed))
    waiting = Alert.objects.select_for_update().filter(asked, **_WAITING).order_by("pk")
    rows = []
    for pk, signal_id in waiting.values_list("pk", "signal_id"):
        told = answers[signal_id] if signal_id in answers else Answer(passed[pk])
        rows.append((pk, told.outcome.value, now, slot_ms, told.rule, told.limit, told.value))
    update_rows(Alert, ("outcome", "outcome_at", "slot_ms", "rule", "limit", "value"), rows)


def forget_alerts() -> int:
    """Drop alerts that are older than `KEPT_FOR`, and secrets that have ended; how many alerts. Safe to run again."""
    now = clock.now()
    HookSecret.objects.filter(expires_at__lte=now).delete()
    return Alert.objects.filter(received_at__lt=now - KEPT_FOR).delete()[0]


def _turn_of(rows: Sequence[Alert], timeframe: Timeframe, now: datetime) -> tuple[Alert | None, dict[int, Outcome]]:
    """Of one instrument's alerts, oldest first, the one whose turn it is, and those that are over."""
    leaves = [row for row in rows if row.action == Action.EXIT_LONG.value]
    if leaves:
        return leaves[-1], {row.pk: Outcome.SUPERSEDED for row in rows if row.pk < leaves[-1].pk}
    late = {row.pk: Outcome.EXPIRED for row in rows if _is_late(row, timeframe, now)}
    fresh = [row for row in rows if row.pk not in late]
    passed = {row.pk: Outcome.SUPERSEDED for row in fresh[:-1]}
    return (fresh[-1] if fresh else None), late | passed


def _is_late(row: Alert, timeframe: Timeframe, now: datetime) -> bool:
    """Whether it is a wish to enter that waited too long; a wish to leave never is."""
    enters = row.action == Action.ENTER_LONG.value
    return enters and row.received_at < now - timedelta(milliseconds=timeframe.ms) - SPARE
