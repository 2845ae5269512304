"""What profit cost, for operators: to read."""

from django.contrib import admin

from credits.metering.models import MeteredProfit, ProfitMark
from cryptouniverse.kernel.admin import ReadOnlyAdmin


@admin.register(ProfitMark)
class ProfitMarkAdmin(ReadOnlyAdmin):
    """High-water marks."""

    list_display = ("owner", "currency", "cumulative", "mark", "sequence", "ratio")
    list_select_related = ("owner",)


@admin.register(MeteredProfit)
class MeteredProfitAdmin(ReadOnlyAdmin):
    """Each profit and what it consumed."""

    list_display = ("occurred_at", "mark", "sequence", "profit", "above_mark", "consumed", "free")
    list_select_related = ("mark__owner",)
    search_fields = ("fill_id",)
    ordering = ("-id",)
