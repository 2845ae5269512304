"""What was expected of a tenant's bots, day by day, and what they did. Tenant schema."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.columns import amount
from cryptouniverse.kernel.ids import new_id
from strategies.monitoring.drift import Rule
from strategies.monitoring.types import PARTS

_RULES = [(Rule.BEHIND.value, _("Gaps of the days")), (Rule.BELOW.value, _("Worse than its own trades"))]


# A comparison with nothing is neither true nor false, and a constraint lets that pass.
_ALL_THERE = {f"{name}__isnull": False for name in ("expected", "actual", "money", *PARTS)}


def _sum_of_parts() -> Any:
    first, *others = (F(name) for name in PARTS)
    total: Any = first
    for each in others:
        total = total + each
    return total


class BotDay(models.Model):
    """A UTC day of a bot: `types.DayResult` explains the amounts, in quote currency. Where the day could not be
    replayed, `reason` says why in nobody's language, and there are no amounts; `note` says, in the same way, what it
    was replayed under, where that was not what was in force all day.

    matched: trades that were expected and had; unmatched: the others. trades, refusals: as `keeping` writes them.
    profits: of each trade that was expected, what was expected and what the market made of it.
    hash: of the replay; the same candles, terms and start give the same one.
    """

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    bot = models.ForeignKey("strategies_bots.Bot", on_delete=models.CASCADE, related_name="days", db_index=False)
    day = models.DateField()
    reason = models.CharField(max_length=500, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="", db_default="")
    expected = amount(null=True)
    actual = amount(null=True)
    fills = amount(null=True)
    fees = amount(null=True)
    latency = amount(null=True)
    intra_bar = amount(null=True)
    size = amount(null=True)
    refused = amount(null=True)
    unexpected = amount(null=True)
    money = amount(null=True)
    matched = models.PositiveIntegerField(default=0)
    unmatched = models.PositiveIntegerField(default=0)
    trades = models.JSONField(default=list)
    refusals = models.JSONField(default=list)
    profits = models.JSONField(default=list)
    hash = models.CharField(max_length=64, blank=True, default="")
    replayed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("day of a bot")
        verbose_name_plural = _("days of bots")
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["bot", "day"], name="bot_day_once"),
            models.CheckConstraint(
                condition=Q(reason="", actual=F("expected") + _sum_of_parts(), **_ALL_THERE)
                | ~Q(reason="") & Q(expected__isnull=True),
                name="bot_day_parts_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bot_id} {self.day}"

    @property
    def gap(self) -> Any:
        """Actual less expected; None where the day could not be replayed."""
        return None if self.reason else self.actual - self.expected


class Morning(models.Model):
    """A desk of a bot that keeps orders as a UTC day began, so that the day can be gone through again.

    desk: its row (`strategies.managing`), as the database writes rows as JSON.
    """

    bot = models.ForeignKey("strategies_bots.Bot", on_delete=models.CASCADE, related_name="mornings", db_index=False)
    instrument_id = models.CharField(max_length=64)
    day_ms = models.BigIntegerField()
    desk = models.JSONField()

    class Meta:
        verbose_name = _("desk as a day began")
        verbose_name_plural = _("desks as days began")
        constraints = [models.UniqueConstraint(fields=["day_ms", "bot", "instrument_id"], name="morning_once")]

    def __str__(self) -> str:
        return f"{self.bot_id} {self.instrument_id} {self.day_ms}"


class Night(models.Model):
    """A day that was gone through for all of the tenant's bots. bots: how many were replayed."""

    day = models.DateField(unique=True)
    bots = models.PositiveIntegerField()
    ended_at = models.DateTimeField()

    class Meta:
        verbose_name = _("night")
        verbose_name_plural = _("nights")

    def __str__(self) -> str:
        return str(self.day)


class Watch(models.Model):
    """What its owner chose for a bot. Without a row, or with None, it is paused on drift if its money is real."""

    bot = models.OneToOneField("strategies_bots.Bot", on_delete=models.CASCADE, related_name="watch")
    pause_on_drift = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("watch over a bot")
        verbose_name_plural = _("watches over bots")

    def __str__(self) -> str:
        return str(self.bot_id)


class DriftAlarm(models.Model):
    """A bot drifted: the rule, and where it stood. day: the last that counted. ended_at: a person has ended it; the
    days up to then count no more.
    """

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    bot = models.ForeignKey("strategies_bots.Bot", on_delete=models.CASCADE, related_name="drift_alarms")
    day = models.DateField()
    rule = models.CharField(max_length=8, choices=_RULES)
    standing = models.JSONField()
    paused = models.BooleanField()
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_day = models.DateField(null=True)

    class Meta:
        verbose_name = _("drift alarm")
        verbose_name_plural = _("drift alarms")
        constraints = [
            models.UniqueConstraint(fields=["bot"], condition=Q(ended_at=None), name="drift_alarm_one_at_a_time"),
            models.UniqueConstraint(fields=["bot", "day"], name="drift_alarm_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.bot_id} {self.day} {self.rule}"
