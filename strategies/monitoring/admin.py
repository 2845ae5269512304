"""Monitoring, for operators: to read."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from strategies.monitoring.models import BotDay, DriftAlarm, Night


@admin.register(BotDay)
class BotDayAdmin(ReadOnlyAdmin):
    """Days of bots."""

    list_display = ("day", "bot", "expected", "actual", "told_gap", "matched", "unmatched", "reason", "replayed_at")
    list_filter = ("day",)
    list_select_related = ("bot",)
    search_fields = ("public_id", "bot__public_id", "bot__name", "hash")

    @admin.display(description=_("gap"))
    def told_gap(self, row: BotDay) -> Any:
        """Actual less expected."""
        return row.gap


@admin.register(DriftAlarm)
class DriftAlarmAdmin(ReadOnlyAdmin):
    """Alarms of drift."""

    list_display = ("day", "bot", "rule", "paused", "raised_at", "ended_at")
    list_filter = ("rule", "paused")
    list_select_related = ("bot",)
    search_fields = ("public_id", "bot__public_id", "bot__name")


@admin.register(Night)
class NightAdmin(ReadOnlyAdmin):
    """Days that were gone through."""

    list_display = ("day", "bots", "ended_at")
