"""Signals of shipped strategies, for operators: to read."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from strategies.signals.models import SignalRecord


@admin.register(SignalRecord)
class SignalRecordAdmin(ReadOnlyAdmin):
    """Newest first."""

    list_display = ("created_at", "strategy", "instrument_id", "timeframe", "slot_ms", "action", "code_hash")
    list_filter = ("strategy", "action")
    search_fields = ("instrument_id", "public_id")
    ordering = ("-id",)
