"""Alarms of drift: raised by the night, ended by a person. A bot is paused for one only if that was chosen."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.teams.selectors import on_behalf
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events.services import publish_on_commit
from strategies.bots.selectors import bots_by_key
from strategies.bots.services import pause_bot
from strategies.bots.types import BotStatus
from strategies.monitoring.drift import Standing
from strategies.monitoring.errors import NoAlarm
from strategies.monitoring.events import BotDrifted
from strategies.monitoring.models import BotDay, DriftAlarm, Watch
from strategies.monitoring.selectors import pauses_on_drift, standings
from tenants.audit.services import record

if TYPE_CHECKING:
    from accounts.users.models import User
    from strategies.bots.models import Bot


def judge_day(day: date) -> int:
    """Raise an alarm for each bot of that day that broke a rule and has none; how many. In the caller's transaction."""
    pks = list(BotDay.objects.filter(day=day, reason="").values_list("bot_id", flat=True))
    alarmed = set(DriftAlarm.objects.filter(bot_id__in=pks, ended_at=None).values_list("bot_id", flat=True))
    found = standings([pk for pk in pks if pk not in alarmed], until=day)
    broken = {pk: standing for pk, standing in found.items() if standing.broken}
    bots = bots_by_key(broken)
    chosen = dict(Watch.objects.filter(bot_id__in=list(broken)).values_list("bot_id", "pause_on_drift"))
    for pk, standing in broken.items():
        _raise(bots[pk], day, standing, pause=pauses_on_drift(bots[pk], chosen.get(pk)))
    return len(broken)


@transaction.atomic
def end_alarm(*, bot: Bot, actor: User) -> DriftAlarm:
    """A person has looked: the alarm is over, and the days up to now count no more. Audited as "drift.ended".

    A bot that was paused stays so until somebody resumes it. Raises NoAlarm.
    """
    alarm = DriftAlarm.objects.select_for_update().filter(bot=bot, ended_at=None).first()
    if alarm is None:
        raise NoAlarm(bot=str(bot.public_id))
    last = BotDay.objects.filter(bot=bot).order_by("-day").values_list("day", flat=True).first()
    alarm.ended_at, alarm.ended_day = clock.now(), max(last or alarm.day, alarm.day)
    alarm.save(update_fields=["ended_at", "ended_day"])
    after = {"day": str(alarm.day), "rule": alarm.rule, **on_behalf(actor=actor, owner_id=bot.owner.public_id)}
    record(actor=actor, action="drift.ended", object=bot, after=after)
    return alarm


@transaction.atomic
def choose_pause(*, bot: Bot, actor: User, pause_on_drift: bool) -> bool:
    """Whether the bot is paused when it drifts. Audited as "drift.changed"; what stands already is left alone."""
    watch, _made = Watch.objects.select_for_update().get_or_create(bot=bot)
    before = pauses_on_drift(bot, watch.pause_on_drift)
    watch.pause_on_drift = pause_on_drift
    watch.save(update_fields=["pause_on_drift"])
    if before != pause_on_drift:
        after = {"pause_on_drift": pause_on_drift, **on_behalf(actor=actor, owner_id=bot.owner.public_id)}
        record(actor=actor, action="drift.changed", object=bot, before={"pause_on_drift": before}, after=after)
    return pause_on_drift


def _raise(bot: Bot, day: date, standing: Standing, *, pause: bool) -> None:
    paused = pause and bot.status != BotStatus.STOPPED
    if paused:
        pause_bot(bot=bot, actor=None, reason="drift")
    alarm = DriftAlarm.objects.create(
        bot=bot, day=day, rule=standing.broken[0].value, standing=asdict(standing), paused=paused, raised_at=clock.now()
    )
    record(
        actor=None, action="drift.alarmed", object=bot, after={"day": str(day), "rule": alarm.rule, "paused": paused}
    )
    publish_on_commit(
        [
            BotDrifted(
                bot_id=bot.public_id,
                owner_id=bot.owner.public_id,
                portfolio_id=bot.portfolio.public_id,
                day=str(day),
                rule=alarm.rule,
                paused=paused,
            )
        ]
    )
