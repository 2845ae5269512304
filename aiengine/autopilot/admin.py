"""Cycles and decisions, for operators: to read."""

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aiengine.autopilot.models import CycleRun, DecisionRecord
from cryptouniverse.kernel.admin import ReadOnlyAdmin
from cryptouniverse.kernel.words import told


@admin.register(CycleRun)
class CycleRunAdmin(ReadOnlyAdmin):
    """Which work ran for which candle."""

    list_display = ("ran_at", "work", "timeframe", "slot_ms")
    list_filter = ("timeframe",)
    ordering = ("-id",)


@admin.register(DecisionRecord)
class DecisionRecordAdmin(ReadOnlyAdmin):
    """What was made of each signal, with rule, limit and value."""

    list_display = (
        "decided_at",
        "strategy",
        "instrument_id",
        "outcome",
        "rule",
        "allowed",
        "met",
        "quantity",
    )
    list_filter = ("outcome", "rule", "strategy")
    search_fields = ("instrument_id", "public_id")
    ordering = ("-id",)

    @admin.display(description=_("limit"))
    def allowed(self, decision: DecisionRecord) -> str:
        """The limit, in the reader's language."""
        return told(decision.limit, gettext)

    @admin.display(description=_("value"))
    def met(self, decision: DecisionRecord) -> str:
        """What was met, in the reader's language."""
        return told(decision.value, gettext)
