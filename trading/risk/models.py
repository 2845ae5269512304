"""The limits of a portfolio and its stop switch. Tenant schema. The row is locked where caps are checked."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.columns import amount, percent


class RiskLimits(models.Model):
    """What nothing may cross. Amounts in the portfolio's currency; percentages of its equity."""

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

    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.CharField(max_length=60, blank=True)
    stop_reason = models.CharField(max_length=200, blank=True)

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
