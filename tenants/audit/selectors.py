"""Reading the audit."""

from __future__ import annotations

from django.db.models import QuerySet

from tenants.audit.models import AuditRecord


def audit_records() -> QuerySet[AuditRecord]:
    """All of the active tenant's records, newest first."""
    return AuditRecord.objects.all()
