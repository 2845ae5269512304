"""Webhooks, for operators: to read. No secret is shown, and of what is sent nothing but its kind."""

from django.contrib import admin

from accounts.webhooks.models import Delivery, Endpoint
from cryptouniverse.kernel.admin import ReadOnlyAdmin


@admin.register(Endpoint)
class EndpointAdmin(ReadOnlyAdmin):
    """Where events are sent, and how it goes."""

    list_display = ("description", "owner", "whole_tenant", "off_since", "off_cause", "failing_since", "failures")
    list_filter = ("off_cause", "whole_tenant", ("off_since", admin.EmptyFieldListFilter))
    list_select_related = ("owner",)
    search_fields = ("owner__email", "public_id", "description")
    exclude = ("url", "busy_by", "secrets_version")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What was sent, by kind."""

    list_display = ("created_at", "type", "endpoint", "state", "attempts", "next_attempt_at", "ended_at")
    list_filter = ("state", "type")
    list_select_related = ("endpoint",)
    search_fields = ("public_id", "event_id")
    exclude = ("body",)
