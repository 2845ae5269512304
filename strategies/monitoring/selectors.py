"""Reads of days, alarms, and where bots stand."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Max

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.market import DAY_MS
from strategies.monitoring.drift import DAYS_MAX, Standing, standing
from strategies.monitoring.errors import UnknownDay
from strategies.monitoring.models import BotDay, DriftAlarm, Morning, Night, Watch
from trading.portfolio.selectors import marked_until_ms

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from strategies.bots.models import Bot

BPS: Final = 10_000
_KEPT = """
    SELECT b.bot_id, d.money, d.fills + d.fees + d.latency + d.intra_bar, d.profits
    FROM (SELECT g.bot_id, max(a.ended_day) AS since FROM unnest(%s::bigint[]) AS g (bot_id)
          LEFT JOIN strategies_monitoring_driftalarm a ON a.bot_id = g.bot_id GROUP BY 1) b
    CROSS JOIN LATERAL (
        SELECT * FROM strategies_monitoring_botday
        WHERE bot_id = b.bot_id AND day <= %s AND reason = '' AND money > 0 AND (b.since IS NULL OR day > b.since)
        ORDER BY day DESC LIMIT %s) d
    ORDER BY b.bot_id, d.day
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """How a bot is watched. alarm: the one that stands, or None."""

    standing: Standing
    alarm: DriftAlarm | None
    pause_on_drift: bool


def last_closed_day() -> date | None:
    """The last UTC day whose every candle the tenant's books have met; None before there was one."""
    marked = marked_until_ms()
    return None if marked is None else clock.from_ms(marked - DAY_MS).date()


def last_night() -> date | None:
    """The last day that was gone through."""
    last: date | None = Night.objects.aggregate(last=Max("day"))["last"]
    return last


def days_of(bot: Bot) -> QuerySet[BotDay]:
    """The days of a bot that the caller may see, newest first."""
    return BotDay.objects.filter(bot=bot).order_by("-day")


def mornings_of(bot_pks: Collection[int], *, day_ms: int) -> dict[tuple[int, str], dict[str, Any]]:
    """Desks of these bots as the day began, by bot's key and instrument: rows as JSON. One query."""
    rows = Morning.objects.filter(bot_id__in=list(bot_pks), day_ms=day_ms)
    return {(pk, name): told for pk, name, told in rows.values_list("bot_id", "instrument_id", "desk")}


def rows_of_day(day: date, *, bot_ids: Collection[UUID] | None = None) -> QuerySet[BotDay]:
    """What is kept of a day, with the bots, by their numbers; of these alone, where some are named."""
    rows = BotDay.objects.filter(day=day).select_related("bot").order_by("bot__number")
    return rows if bot_ids is None else rows.filter(bot__public_id__in=list(bot_ids))


def access_day(bot: Bot, day: date) -> BotDay:
    """One day of a bot that the caller may see. Raises UnknownDay."""
    found = days_of(bot).filter(day=day).first()
    if found is None:
        raise UnknownDay(bot=str(bot.public_id), day=str(day))
    return found


def watched(bot: Bot) -> Watched:
    """How a bot is watched, and where it stands."""
    chosen = Watch.objects.filter(bot=bot).values_list("pause_on_drift", flat=True).first()
    alarm = DriftAlarm.objects.filter(bot=bot, ended_at=None).first()
    return Watched(standings([bot.pk], until=date.max)[bot.pk], alarm, pauses_on_drift(bot, chosen))


def alarmed(bots: Collection[Bot]) -> frozenset[int]:
    """Those of these bots, by key, that have an alarm. One query."""
    pks = [bot.pk for bot in bots]
    return frozenset(DriftAlarm.objects.filter(bot_id__in=pks, ended_at=None).values_list("bot_id", flat=True))


def pauses_on_drift(bot: Bot, chosen: bool | None) -> bool:
    """What its owner chose; where that is nothing, real money is paused and play money is not."""
    return bot.portfolio.kind == "live" if chosen is None else chosen


def standings(pks: Sequence[int], *, until: date) -> dict[int, Standing]:
    """Where these bots, by key, stand after `until`. One query."""
    gaps: dict[int, list[float]] = {pk: [] for pk in pks}
    profits: dict[int, list[tuple[float, float]]] = {pk: [] for pk in pks}
    for pk, money, market, pairs in query(_KEPT, [list(pks), until, DAYS_MAX]):
        gaps[pk].append(float(market / money * BPS))
        profits[pk].extend((float(should), float(came)) for should, came in json.loads(pairs))
    return {
        pk: standing(gaps[pk], [one for one, _ in profits[pk]], [one for _, one in profits[pk]], seed=pk) for pk in pks
    }
