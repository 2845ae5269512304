"""The night: every closed day is replayed once for all of a tenant's bots, and made up for where nobody did.

A day's rows are written some bots at a time, each time in one transaction; what is there already is left alone. The
night's own row comes last, in one transaction with the alarms: a run that is killed leaves a day without it, and the
next run goes through the day again, to the same rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS
from strategies.monitoring.errors import DayNotOver
from strategies.monitoring.keeping import COLUMNS, as_row
from strategies.monitoring.models import BotDay, Night
from strategies.monitoring.reading import read_day
from strategies.monitoring.replaying import Replayed, replayed
from strategies.monitoring.selectors import last_closed_day, last_night
from strategies.monitoring.services.alarming import judge_day
from strategies.monitoring.services.mornings import forget_mornings

log = structlog.get_logger(__name__)
DAYS_BACK_MAX: Final = 14  # so many days are made up for at most
MORNINGS_KEPT: Final = 60  # days for which desks are kept as they began
CHUNK: Final = 100  # bots whose rows are written together


def run_nights() -> int:
    """Go through every closed day of the active tenant that nobody went through, oldest first; how many.

    The first night is the last closed day: what was before it was nobody's to watch.
    """
    last = last_closed_day()
    if last is None:
        return 0
    before = last_night()
    first = last if before is None else max(before + timedelta(days=1), last - timedelta(days=DAYS_BACK_MAX - 1))
    forget_mornings(before_ms=day_start_ms(last - timedelta(days=MORNINGS_KEPT)))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    for day in days:
        _write(day, _replayed(day))
        _end_night(day)
    return len(days)


def replay_day(*, day: date, bot_ids: Collection[UUID] | None = None) -> int:
    """Replay one closed day of the active tenant anew, or of these bots; how many rows. Rows that are there are written
    over. Raises DayNotOver.
    """
    last = last_closed_day()
    if last is None or day > last:
        raise DayNotOver(day=str(day))
    return _write(day, _replayed(day, bot_ids), anew=True)


def _replayed(day: date, only: Collection[UUID] | None = None) -> Iterator[Replayed]:
    read = read_day(day_start_ms(day), only=only)
    for bot in read.bots:
        if (found := replayed(read, bot)) is not None:
            yield found


def _write(day: date, found: Iterator[Replayed], *, anew: bool = False) -> int:
    written, rows = 0, []
    for one in found:
        rows.append(as_row(one, day))
        if len(rows) == CHUNK:
            written, rows = written + _keep(rows, anew=anew), []
    return written + _keep(rows, anew=anew)


@transaction.atomic
def _keep(rows: Sequence[BotDay], *, anew: bool) -> int:
    if anew:
        BotDay.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["bot", "day"], update_fields=list(COLUMNS)
        )
    else:
        BotDay.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def _end_night(day: date) -> None:
    bots = BotDay.objects.filter(day=day).count()
    _night, is_mine = Night.objects.get_or_create(day=day, defaults={"bots": bots, "ended_at": clock.now()})
    if is_mine:  # a twin waits for this row, finds it and leaves
        alarms = judge_day(day)
        log.info("night_ended", day=str(day), bots=bots, alarms=alarms)


def day_start_ms(day: date) -> int:
    """The start of a UTC day, UTC ms."""
    return (day - date(1970, 1, 1)).days * DAY_MS
