"""Signals from outside, for operators: to read. What opens a hook is not shown, not even closed."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from strategies.hooks.models import Alert, Hook


@admin.register(Hook)
class HookAdmin(ReadOnlyAdmin):
    """Addresses of bots."""

    list_display = ("public_id", "bot", "version", "created_at")
    list_select_related = ("bot",)
    search_fields = ("public_id", "bot__name")


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    """What came in, and what came of it."""

    list_display = ("received_at", "public_id", "hook", "sender", "action", "instrument_id", "test", "outcome")
    list_filter = ("outcome", "action", "sender", "test")
    list_select_related = ("hook",)
    search_fields = ("public_id", "hook__public_id", "instrument_id")
