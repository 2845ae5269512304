"""The audit, for operators."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from tenants.audit.models import AuditRecord


@admin.register(AuditRecord)
class AuditRecordsAdmin(ReadOnlyAdmin):
    """Newest first."""

    list_display = ("at", "action", "object_type", "object_id", "actor_kind", "actor", "address")
    list_filter = ("action", "actor_kind")
    search_fields = ("object_id", "correlation_id")
    date_hierarchy = "at"
