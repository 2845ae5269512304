"""Portfolios, for operators: to read."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from trading.portfolio.models import Portfolio, Position


@admin.register(Portfolio)
class PortfolioAdmin(ReadOnlyAdmin):
    """Who owns what."""

    list_display = ("public_id", "owner", "kind", "currency", "cash", "reserved", "equity", "realised")
    list_select_related = ("owner",)
    search_fields = ("owner__email", "public_id")


@admin.register(Position)
class PositionAdmin(ReadOnlyAdmin):
    """Open and closed positions, newest first."""

    list_display = (
        "public_id",
        "portfolio",
        "instrument_id",
        "quantity",
        "entry_price",
        "mark_price",
        "stop_price",
        "target_price",
        "realised",
    )
    list_filter = (("closed_slot_ms", admin.EmptyFieldListFilter), "instrument_id")
    list_select_related = ("portfolio",)
    ordering = ("-id",)
