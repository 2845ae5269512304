"""Support access over the API, for the tenant's administrator: who looks in, why, until when; to agree, to end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.context import current_tenant
from tenants.audit.types import Actor
from tenants.provisioning.selectors import approves_support
from tenants.provisioning.services import require_approval
from tenants.support.models import SupportGrant
from tenants.support.selectors import grants_of_tenant
from tenants.support.services import approve_access, end_access


class GrantSerializer(serializers.ModelSerializer[SupportGrant]):
    """One access. `starts_at` is empty while nobody has agreed, `ended_at` while it lasts."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    operator = serializers.CharField(source="operator_name", read_only=True)

    class Meta:
        model = SupportGrant
        fields = (
            "id",
            "operator",
            "reason",
            "minutes",
            "asked_at",
            "approved_by",
            "starts_at",
            "ends_at",
            "ended_at",
            "uses",
        )
        read_only_fields = fields


class SupportTermsSerializer(serializers.Serializer[dict[str, bool]]):
    """Whether an administrator must agree before an operator looks in."""

    approval_required = serializers.BooleanField()


@access("system:read")
class SupportGrants(generics.ListAPIView[SupportGrant]):
    """Every access that operators had or asked for, newest first."""

    serializer_class = GrantSerializer

    def get_queryset(self) -> QuerySet[SupportGrant]:
        """The active tenant's: the permission is the whole rule."""
        return grants_of_tenant()


@access("system:write", audit="support.started")
class ApproveGrant(APIView):
    """Agree to an access: it begins now."""

    @extend_schema(request=None, responses=GrantSerializer)
    def post(self, request: Request, grant_id: UUID, **_: Any) -> Response:
        """Raises UnknownGrant, or GrantIsOver for one that has begun or ended."""
        return Response(GrantSerializer(approve_access(grant_id=grant_id, actor=_caller(request))).data)


@access("system:write", audit="support.ended")
class EndGrant(APIView):
    """End an access at once, or turn it down."""

    @extend_schema(request=None, responses=GrantSerializer)
    def post(self, request: Request, grant_id: UUID, **_: Any) -> Response:
        """Raises UnknownGrant, or GrantIsOver for one that has ended."""
        return Response(GrantSerializer(end_access(grant_id=grant_id, actor=_caller(request))).data)


@access("system:read")
class SupportTerms(APIView):
    """Whether an administrator must agree before an operator looks in."""

    @extend_schema(responses=SupportTermsSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """The switch as it stands."""
        return Response({"approval_required": approves_support(current_tenant())})

    @access("system:write", audit="support.terms_changed")
    @extend_schema(request=SupportTermsSerializer, responses=SupportTermsSerializer)
    def put(self, request: Request, **_: Any) -> Response:
        """Turn it on or off; accesses that have begun go on."""
        given = SupportTermsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        required = given.validated_data["approval_required"]
        require_approval(required=required, actor=_caller(request))
        return Response({"approval_required": required})


def _caller(request: Any) -> Actor:
    actor: Actor = request.user
    return actor
