"""Limits of portfolios and the mode they trade in, and ceilings of a tenant. Tenant schema.

A portfolio's row is locked where caps are checked.
"""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.columns import amount, percent
from trading.ceilings.columns import MODES, Caps
from trading.ceilings.types import Level, Mode


class RiskLimits(models.Model):
    """What nothing may cross. Amounts in the portfolio's currency; percentages of its equity.

    stopped_at: since when the mode is not normal. stop_cause: the trigger that set it, "" for a person. armed_slot_ms:
    the market's time when it was last armed by a person; triggers count from there. warned: triggers that are near.
    """

    portfolio = models.OneToOneField("trading_portfolio.Portfolio", on_delete=models.CASCADE, related_name="limits")
    whitelist = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    order_notional_max = amount(default=Decimal(10_000))
    position_notional_max = amount(default=Decimal(50_000))
    position_pct_max = percent(default=Decimal(10))
    risk_per_trade_pct = percent(default=Decimal(2))
    daily_loss_pct_max = percent(default=Decimal(5))
    open_positions_max = models.PositiveIntegerField(default=10)
    quote_age_s_max = models.PositiveIntegerField(default=10)
    collar_bps = models.PositiveIntegerField(default=100)

    protections = models.JSONField(default=list, db_default=[], blank=True)
    triggers = models.JSONField(default=list, db_default=[], blank=True)

    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.CharField(max_length=60, blank=True)
    stop_reason = models.CharField(max_length=200, blank=True)
    stop_cause = models.CharField(max_length=12, blank=True, default="", db_default="")
    mode = models.CharField(max_length=10, choices=MODES, default=Mode.NORMAL.value, db_default=Mode.NORMAL.value)
    armed_slot_ms = models.BigIntegerField(default=0, db_default=0)
    warned = models.JSONField(default=list, db_default=[], blank=True)

    class Meta:
        verbose_name_plural = _("risk limits")
        constraints = [
            models.CheckConstraint(
                condition=Q(order_notional_max__gt=0)
                & Q(position_notional_max__gt=0)
                & Q(position_pct_max__gt=0)
                & Q(risk_per_trade_pct__gt=0)
                & Q(daily_loss_pct_max__gt=0),
                name="risk_limits_above_zero",
            )
        ]

    @property
    def standing_mode(self) -> Mode:
        """The mode that is in force: a stop that names none is close-only."""
        if self.stopped_at is None:
            return Mode.NORMAL
        return Mode.CLOSE_ONLY if self.mode == Mode.NORMAL else Mode(self.mode)


class Ceiling(Caps):
    """What stands above the limits of portfolios: of the whole tenant, of a person, a connection or a bot (`subject`).

    by_admin: whoever looks after the organisation set the mode, and nobody else lifts it.
    """

    LEVELS = (
        (Level.TENANT.value, _("Organisation")),
        (Level.USER.value, _("Person")),
        (Level.CONNECTION.value, _("Connection")),
        (Level.BOT.value, _("Bot")),
    )

    level = models.CharField(max_length=10, choices=LEVELS)
    subject = models.UUIDField()
    by_admin = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("ceiling")
        verbose_name_plural = _("ceilings")
        constraints = [
            models.UniqueConstraint(fields=["level", "subject"], name="ceiling_once"),
            models.CheckConstraint(
                condition=Q(level__in=["tenant", "user", "connection", "bot"]), name="ceiling_level_known"
            ),
            models.CheckConstraint(condition=Q(mode__in=[mode.value for mode in Mode]), name="ceiling_mode_known"),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.subject}"
