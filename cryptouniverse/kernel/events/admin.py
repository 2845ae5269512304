"""The outbox, for operators: to read. Dead letters are replayed by command."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.events.models import Delivery, OutboxEvent


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    """What happened, newest first."""

    list_display = ("occurred_at", "type", "tenant_id", "stream", "sequence", "dispatched_at")
    list_filter = ("type", ("dispatched_at", admin.EmptyFieldListFilter))
    search_fields = ("public_id", "correlation_id")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxEvent]:
        """Those of the tenant that is looked at: what happened there is its own."""
        return super().get_queryset(request).filter(tenant_id=current_tenant().id)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What each handler made of it."""

    list_display = ("id", "event", "handler", "attempts", "next_attempt_at", "dead_at")
    list_filter = ("handler", ("dead_at", admin.EmptyFieldListFilter))
    list_select_related = ("event",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        """Those of the tenant that is looked at."""
        return super().get_queryset(request).filter(event__tenant_id=current_tenant().id)
