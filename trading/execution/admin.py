"""Intents, sendings, orders, fills and what is strange at a venue, for operators: to read."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from trading.execution.models import Attempt, Fill, Intent, Lease, Order, StrangeOrder


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

    list_display = ("placed_at", "public_id", "venue", "venue_order_id", "executed", "state", "reason")
    list_filter = ("state", "venue")
    search_fields = ("public_id", "venue_order_id")
    ordering = ("-id",)


@admin.register(Fill)
class FillAdmin(ReadOnlyAdmin):
    """What was traded."""

    list_display = ("booked_at", "public_id", "instrument_id", "side", "cause", "price", "quantity", "fee", "profit")
    list_filter = ("cause", "side")
    search_fields = ("public_id", "venue_trade_id")
    ordering = ("-id",)


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    """Each sending to an exchange; the open ones are being found out about."""

    list_display = (
        "sent_at",
        "client_order_id",
        "intent",
        "number",
        "quantity",
        "state",
        "reason",
        "absences",
        "epoch",
    )
    list_filter = ("state",)
    search_fields = ("client_order_id", "intent__public_id")
    ordering = ("-id",)


@admin.register(Lease)
class LeaseAdmin(ReadOnlyAdmin):
    """Which process may write to a connection."""

    list_display = ("connection", "holder", "epoch", "taken_at", "proven_to_ms")
    list_select_related = ("connection",)
    search_fields = ("holder", "connection__public_id")


@admin.register(StrangeOrder)
class StrangeOrderAdmin(ReadOnlyAdmin):
    """Orders at a venue that are none of ours, the newest first."""

    list_display = (
        "seen_at",
        "connection",
        "venue_order_id",
        "client_order_id",
        "symbol",
        "side",
        "quantity",
        "executed",
        "status",
        "ours",
        "explained_by",
    )
    list_filter = ("ours", "status")
    list_select_related = ("connection",)
    search_fields = ("venue_order_id", "client_order_id", "connection__public_id")
    ordering = ("-seen_at", "-id")
