"""The audit, for operators: to search and to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from tenants.audit.models import AuditCheck, AuditRecord


@admin.register(AuditRecord)
class AuditRecordsAdmin(ReadOnlyAdmin):
    """Newest first."""

    list_display = ("at", "place", "action", "object_type", "object_id", "actor_kind", "actor", "address")
    list_filter = ("actor_kind", "at")
    list_select_related = ("link",)
    search_fields = ("action__startswith", "object_id__exact", "correlation_id__exact", "actor__iexact")
    search_help_text = _("How an action begins; or an object, a correlation id or an actor, exactly")
    readonly_fields = ("place",)
    date_hierarchy = "at"

    @admin.display(description=_("place in the chain"))
    def place(self, record: AuditRecord) -> Any:
        """Its sequence number; nothing while it waits for one."""
        link = getattr(record, "link", None)
        return link.sequence if link else "-"


@admin.register(AuditCheck)
class AuditChecksAdmin(ReadOnlyAdmin):
    """Whole checks of the chain, newest first."""

    list_display = ("at", "sequence", "heads", "findings", "first")
