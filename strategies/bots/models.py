"""The bots of one tenant: a user's configured strategies. Tenant schema."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.columns import amount
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.market import Timeframe
from strategies.bots.types import BotMode, BotStatus

_STATUSES = [
    (BotStatus.ACTIVE.value, _("Active")),
    (BotStatus.PAUSED.value, _("Paused")),
    (BotStatus.STOPPED.value, _("Stopped")),
]
_MODES = [(BotMode.AUTONOMOUS.value, _("Autonomous"))]
_TIMEFRAMES = [(timeframe.value, timeframe.value) for timeframe in Timeframe]


class Bot(models.Model):
    """A strategy with its parameters, on instruments, in a portfolio of its owner. `BotRow` explains the fields."""

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    number = models.PositiveIntegerField(unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bots")
    portfolio = models.ForeignKey("trading_portfolio.Portfolio", on_delete=models.PROTECT, related_name="bots")
    name = models.CharField(max_length=80)
    strategy = models.CharField(max_length=60)
    parameters = models.JSONField()
    timeframe = models.CharField(max_length=4, choices=_TIMEFRAMES)
    instruments = ArrayField(models.CharField(max_length=64))
    allocation = amount(default=0)
    sizing = models.JSONField(default=dict, db_default={}, blank=True)
    stop_bps = models.PositiveIntegerField()
    target_bps = models.PositiveIntegerField()
    trail_bps = models.PositiveIntegerField(default=0, db_default=0)
    break_even_bps = models.PositiveIntegerField(default=0, db_default=0)
    time_stop_candles = models.PositiveIntegerField(default=0, db_default=0)
    status = models.CharField(max_length=8, choices=_STATUSES, default=BotStatus.ACTIVE.value)
    live = models.BooleanField(default=False, db_default=False)
    mode = models.CharField(max_length=12, choices=_MODES, default=BotMode.AUTONOMOUS.value)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("bot")
        verbose_name_plural = _("bots")
        ordering = ["number"]
        indexes = [models.Index(fields=["timeframe", "status"], name="bot_by_timeframe")]
        constraints = [
            models.CheckConstraint(condition=Q(allocation__gte=0), name="bot_allocation_not_negative"),
            models.CheckConstraint(condition=Q(stop_bps__gt=0, stop_bps__lt=10_000), name="bot_has_a_stop"),
            models.CheckConstraint(condition=Q(instruments__len__gt=0), name="bot_has_an_instrument"),
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in BotStatus]), name="bot_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
