"""What bots that read order books did, for operators: to read."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from strategies.finding.models import FoundTrade, Outlook


@admin.register(FoundTrade)
class FoundTradeAdmin(ReadOnlyAdmin):
    """Trades with their legs."""

    list_display = ("bot", "at_ms", "kind", "expected", "profit", "currency", "one_sided")
    list_select_related = ("bot",)
    list_filter = ("kind", "one_sided")
    search_fields = ("bot__public_id",)
    exclude = ("orders",)


@admin.register(Outlook)
class OutlookAdmin(ReadOnlyAdmin):
    """How far bots have looked."""

    list_display = ("bot", "looked_at_ms", "stocked", "ended")
    list_select_related = ("bot",)
    search_fields = ("bot__public_id",)
