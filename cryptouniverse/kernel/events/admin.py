"""The outbox, for operators: to read. Dead letters are replayed by command."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from cryptouniverse.kernel.events.models import Delivery, OutboxEvent


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    """What happened, newest first."""

    list_display = ("occurred_at", "type", "tenant_id", "stream", "sequence", "dispatched_at")
    list_filter = ("type", ("dispatched_at", admin.EmptyFieldListFilter))
    search_fields = ("public_id", "correlation_id")
    ordering = ("-id",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What each handler made of it."""

    list_display = ("id", "event", "handler", "attempts", "next_attempt_at", "dead_at")
    list_filter = ("handler", ("dead_at", admin.EmptyFieldListFilter))
    list_select_related = ("event",)
    ordering = ("-id",)
