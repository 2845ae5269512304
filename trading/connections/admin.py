"""Connections, for operators: to read. Nothing of a key is shown, and the tables of sealed secrets not at all."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from trading.connections.models import Connection, TenantKey


@admin.register(Connection)
class ConnectionAdmin(ReadOnlyAdmin):
    """Accounts at exchanges, and how they are."""

    list_display = (
        "label",
        "owner",
        "venue",
        "kind",
        "status",
        "may_trade",
        "may_withdraw",
        "checked_at",
        "entries_stopped_at",
        "drift",
        "last_proven_at",
    )
    list_filter = ("kind", "status", "venue", ("entries_stopped_at", admin.EmptyFieldListFilter))
    list_select_related = ("owner",)
    search_fields = ("label", "owner__email", "public_id")
    exclude = ("key_fingerprint",)


@admin.register(TenantKey)
class TenantKeyAdmin(ReadOnlyAdmin):
    """Which master key each of the tenant's own keys is under: whether a rotation has ended."""

    list_display = ("public_id", "purpose", "master_id", "created_at", "retired_at")
    list_filter = ("purpose", ("retired_at", admin.EmptyFieldListFilter))
    exclude = ("wrapped",)
