"""Bots, for operators: to read."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from strategies.bots.models import Bot


@admin.register(Bot)
class BotAdmin(ReadOnlyAdmin):
    """Configured strategies."""

    list_display = ("number", "name", "owner", "strategy", "timeframe", "status", "mode")
    list_filter = ("status", "strategy")
    list_select_related = ("owner",)
    search_fields = ("name", "owner__email", "public_id")
