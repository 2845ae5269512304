"""Votes, for operators: to read."""

from django.contrib import admin

from aiengine.consensus.models import OpinionRecord, VerdictRecord
from cryptouniverse.kernel.admin import ReadOnlyAdmin


@admin.register(VerdictRecord)
class VerdictRecordAdmin(ReadOnlyAdmin):
    """What was decided, and by whom."""

    list_display = ("decided_at", "instrument_id", "side", "confidence", "policy", "by_rules", "reason")
    list_filter = ("side", "by_rules")
    search_fields = ("instrument_id", "public_id")
    ordering = ("-id",)


@admin.register(OpinionRecord)
class OpinionRecordAdmin(ReadOnlyAdmin):
    """What each voter said. Raw answers are not shown here."""

    list_display = ("id", "verdict", "voter", "vote", "confidence", "model", "latency_ms", "cost_usd", "error")
    list_filter = ("voter", "vote", "error")
    list_select_related = ("verdict",)
    exclude = ("raw",)
    ordering = ("-id",)
