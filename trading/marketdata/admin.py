"""The market, for operators: to read."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from trading.marketdata.models import Feed, FundingRate, Instrument, OrderBook


@admin.register(Instrument)
class InstrumentAdmin(ReadOnlyAdmin):
    """What can be traded, and in which units."""

    list_display = ("name", "tick", "step", "min_notional", "source")
    list_filter = ("source",)
    search_fields = ("name",)


@admin.register(Feed)
class FeedAdmin(ReadOnlyAdmin):
    """Where the market stands."""

    list_display = ("source", "timeframe", "cursor_ms", "end_ms", "speed", "running", "ended", "updated_at")


@admin.register(FundingRate)
class FundingRateAdmin(ReadOnlyAdmin):
    """What holding perpetuals costs."""

    list_display = ("instrument", "at_ms", "rate", "source")
    list_filter = ("source",)
    list_select_related = ("instrument",)
    search_fields = ("instrument__name",)


@admin.register(OrderBook)
class OrderBookAdmin(ReadOnlyAdmin):
    """What books showed."""

    list_display = ("instrument", "at_ms", "source")
    list_select_related = ("instrument",)
    list_filter = ("source",)
    search_fields = ("instrument__name",)
    exclude = ("levels",)
