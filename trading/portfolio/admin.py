"""Portfolios, for operators: to read."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from trading.portfolio.models import Dust, Portfolio, Position


@admin.register(Portfolio)
class PortfolioAdmin(ReadOnlyAdmin):
    """Who owns what."""

    list_display = ("public_id", "owner", "kind", "connection", "currency", "cash", "reserved", "equity", "realised")
    list_select_related = ("owner", "connection")
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


@admin.register(Dust)
class DustAdmin(ReadOnlyAdmin):
    """What was too small to be sold."""

    list_display = ("portfolio", "asset", "quantity", "cost")
    list_filter = ("asset",)
    list_select_related = ("portfolio",)
    ordering = ("-id",)
