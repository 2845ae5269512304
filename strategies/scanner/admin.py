"""The scanner, for operators: to read."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from strategies.scanner.models import Opportunity, Scan, TrackRecord


@admin.register(Scan)
class ScanAdmin(ReadOnlyAdmin):
    """Looks at all markets."""

    list_display = ("ended_at", "public_id", "market", "timeframe", "strategies", "markets", "tried")
    list_filter = ("market", "timeframe")
    search_fields = ("public_id",)


@admin.register(Opportunity)
class OpportunityAdmin(ReadOnlyAdmin):
    """What stood in them."""

    list_display = ("public_id", "rank", "strategy", "instrument_id", "timeframe", "age", "score", "validated")
    list_filter = ("timeframe", "family", "validated")
    list_select_related = ("scan", "record")
    search_fields = ("public_id", "strategy", "instrument_id")


@admin.register(TrackRecord)
class TrackRecordAdmin(ReadOnlyAdmin):
    """Records without what was asked for."""

    exclude = ("asked",)
    list_display = ("computed_at", "strategy", "instrument_id", "timeframe", "day", "hash", "error")
    list_filter = ("timeframe", "strategy")
    search_fields = ("strategy", "instrument_id", "hash")
