"""Intents, orders and fills, for operators: to read."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from trading.execution.models import Fill, Intent, Order


@admin.register(Intent)
class IntentAdmin(ReadOnlyAdmin):
    """Wishes to trade, recorded before any venue knows."""

    list_display = ("recorded_at", "public_id", "instrument_id", "side", "purpose", "quantity", "state")
    list_filter = ("state", "purpose")
    search_fields = ("public_id", "client_order_id")
    ordering = ("-id",)


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """What a venue was asked for."""

    list_display = ("placed_at", "public_id", "venue", "state", "reason")
    list_filter = ("state", "venue")
    search_fields = ("public_id",)
    ordering = ("-id",)


@admin.register(Fill)
class FillAdmin(ReadOnlyAdmin):
    """What was traded."""

    list_display = ("booked_at", "public_id", "instrument_id", "side", "cause", "price", "quantity", "fee", "profit")
    list_filter = ("cause", "side")
    search_fields = ("public_id", "venue_trade_id")
    ordering = ("-id",)
