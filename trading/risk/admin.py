"""Limits and stops, for operators: to read."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from trading.risk.models import RiskLimits


@admin.register(RiskLimits)
class RiskLimitsAdmin(ReadOnlyAdmin):
    """The caps of each portfolio, and whether it is stopped."""

    list_display = (
        "portfolio",
        "risk_per_trade_pct",
        "daily_loss_pct_max",
        "open_positions_max",
        "stopped_at",
        "stopped_by",
    )
    list_filter = (("stopped_at", admin.EmptyFieldListFilter),)
    list_select_related = ("portfolio",)
