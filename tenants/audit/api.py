"""The audit over the API, for administrators."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from tenants.audit.exporting import answer_with, begin_export
from tenants.audit.models import AuditRecord
from tenants.audit.selectors import audit_records
from tenants.audit.types import ExportForm, Wanted


class AuditRecordSerializer(serializers.ModelSerializer[AuditRecord]):
    """One record. Ids are public ids; sequence and hash are its place in the chain, null for a second or so."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    before = serializers.DictField(allow_null=True, read_only=True)
    after = serializers.DictField(allow_null=True, read_only=True)
    sequence = serializers.IntegerField(source="link.sequence", allow_null=True, read_only=True, default=None)
    hash = serializers.CharField(source="link.hash", allow_null=True, read_only=True, default=None)

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
            "sequence",
            "hash",
        )
        read_only_fields = fields


class WantedSerializer(serializers.Serializer[Any]):
    """Which records: every filter narrows further."""

    actor = serializers.UUIDField(required=False, help_text=_("Public id of who did it."))
    action = serializers.CharField(required=False, max_length=80, help_text=_("How the action begins: `connection.`"))
    object_type = serializers.CharField(required=False, max_length=80, help_text=_("Kind of object, exactly."))
    object_id = serializers.CharField(required=False, max_length=120, help_text=_("Id of the object, exactly."))
    correlation_id = serializers.CharField(required=False, max_length=64, help_text=_("Everything one request did."))
    since = serializers.DateTimeField(required=False, help_text=_("From this moment on."))
    until = serializers.DateTimeField(required=False, help_text=_("Before this moment."))
    text = serializers.CharField(
        required=False, max_length=100, help_text=_("Anywhere in action, object, before or after; not quick.")
    )


class ExportSerializer(WantedSerializer):
    """Which records, and as what."""

    form = serializers.ChoiceField(choices=[form.value for form in ExportForm], default=ExportForm.JSONL.value)


@extend_schema(parameters=[WantedSerializer])
@access("system:read")
class AuditRecords(generics.ListAPIView[AuditRecord]):
    """What was done in this tenant, newest first."""

    serializer_class = AuditRecordSerializer

    def get_queryset(self) -> QuerySet[AuditRecord]:
        """The records that are asked for: the permission is the whole rule."""
        asked = WantedSerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        return audit_records(Wanted(**asked.validated_data))


@access("system:read", audit="audit.exported")
class AuditExports(APIView):
    """The records as a file. Who took which is a record itself."""

    @extend_schema(
        request=ExportSerializer,
        responses={(200, "text/csv"): OpenApiTypes.STR, (200, "application/jsonl"): OpenApiTypes.STR},
    )
    def post(self, request: Request, **_kwargs: Any) -> StreamingHttpResponse:
        """Oldest first, as CSV or as one JSON object a line."""
        asked = ExportSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = dict(asked.validated_data)
        form = ExportForm(wanted.pop("form"))
        actor: Any = request.user  # the rule asks for a sign-in
        return answer_with(begin_export(actor=actor, wanted=Wanted(**wanted), form=form), request._request)
