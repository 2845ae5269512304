"""Cycles and decisions, for operators: to read."""

from django.contrib import admin

from aiengine.autopilot.models import CycleRun, DecisionRecord
from cryptouniverse.kernel.admin import ReadOnlyAdmin


@admin.register(CycleRun)
class CycleRunAdmin(ReadOnlyAdmin):
    """Which work ran for which candle."""

    list_display = ("ran_at", "work", "timeframe", "slot_ms")
    list_filter = ("timeframe",)
    ordering = ("-id",)


@admin.register(DecisionRecord)
class DecisionRecordAdmin(ReadOnlyAdmin):
    """What was made of each signal, with rule, limit and value."""

    list_display = ("decided_at", "strategy", "instrument_id", "outcome", "rule", "limit", "value", "quantity")
    list_filter = ("outcome", "rule", "strategy")
    search_fields = ("instrument_id", "public_id")
    ordering = ("-id",)
