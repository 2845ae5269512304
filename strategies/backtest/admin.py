"""Backtests, for operators: to read."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from strategies.backtest.models import Run


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """Runs without their arrays."""

    exclude = ("arrays",)
    list_display = ("asked_at", "public_id", "owner", "strategy", "timeframe", "state", "tries")
    list_filter = ("state", "strategy")
    list_select_related = ("owner",)
    search_fields = ("public_id", "owner__email", "hash")
