"""Grants, for operators: to read. They are asked for on the first page of the admin."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from tenants.support.models import SupportGrant


@admin.register(SupportGrant)
class SupportGrantsAdmin(ReadOnlyAdmin):
    """Newest first."""

    list_display = ("operator_name", "tenant_id", "reason", "asked_at", "starts_at", "ends_at", "ended_at", "uses")
    search_fields = ("operator_name", "reason", "tenant_id")
    date_hierarchy = "asked_at"
