"""The audit over the API, for administrators."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework import generics, serializers

from cryptouniverse.kernel.access import access
from tenants.audit.models import AuditRecord
from tenants.audit.selectors import audit_records


class AuditRecordSerializer(serializers.ModelSerializer[AuditRecord]):
    """One record. Ids are public ids."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    before = serializers.DictField(allow_null=True, read_only=True)
    after = serializers.DictField(allow_null=True, read_only=True)

    class Meta:
        model = AuditRecord
        fields = (
            "id",
            "at",
            "actor",
            "actor_kind",
            "action",
            "object_type",
            "object_id",
            "before",
            "after",
            "correlation_id",
            "address",
        )
        read_only_fields = fields


@access("system:read")
class AuditRecords(generics.ListAPIView[AuditRecord]):
    """What was done in this tenant, newest first."""

    serializer_class = AuditRecordSerializer

    def get_queryset(self) -> QuerySet[AuditRecord]:
        """Every record: the permission is the whole rule."""
        return audit_records()
