"""Desks, for operators: to read."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from strategies.managing.models import Desk


@admin.register(Desk)
class DeskAdmin(ReadOnlyAdmin):
    """What bots that keep orders hold."""

    list_display = ("bot", "instrument_id", "held", "last_number", "ended", "problem")
    list_select_related = ("bot",)
    search_fields = ("bot__public_id", "instrument_id")
    exclude = ("numbers", "rows", "state", "orders")
