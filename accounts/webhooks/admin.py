"""Webhooks in the operators' admin: to look at, and to switch off with a reason. Their secrets are not shown."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.webhooks.models import Delivery, Endpoint
from accounts.webhooks.services import switch_off
from cryptouniverse.kernel.admin import ReadOnlyAdmin, asked_first


@admin.register(Endpoint)
class EndpointAdmin(ReadOnlyAdmin):
    """Where events are sent, and how that goes."""

    list_display = ("description", "owner", "whole_tenant", "off_since", "off_cause", "failures", "failing_since")
    list_select_related = ("owner",)
    list_filter = ("whole_tenant", "off_cause")
    search_fields = ("public_id", "description", "owner__email")
    exclude = ("url", "busy_by", "secrets_version")  # an address may have a secret in it
    actions = ("switch_off",)

    @asked_first(_("Switch off"), _("Nothing is sent there from now on, until its owner switches it on again."))
    def switch_off(self, request: HttpRequest, endpoint: Endpoint, reason: str) -> None:
        """Send nothing there."""
        switch_off(endpoint=endpoint, actor=request.user)  # type: ignore[arg-type]  # an operator is signed in here
        self.admin_site.record(request, action="webhook.stopped_by_operator", object=endpoint, after={"reason": reason})


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What became of each event that was to be sent, newest first. Not what was sent."""

    list_display = ("created_at", "endpoint", "type", "state", "attempts", "next_attempt_at")
    list_filter = ("state",)
    list_select_related = ("endpoint",)
    exclude = ("body",)
    ordering = ("-id",)
