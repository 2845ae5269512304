"""What a tenant's administrator sees of their organisation's limits."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from tenants.provisioning.services import quotas
from tenants.provisioning.types import Quota


class QuotaSerializer(serializers.Serializer[Quota]):
    """One limit. own: it was agreed with this organisation; otherwise it is everybody's."""

    name = serializers.CharField()
    used = serializers.IntegerField()
    most = serializers.IntegerField()
    own = serializers.BooleanField()


class QuotasSerializer(serializers.Serializer[dict[str, list[Quota]]]):
    """All limits of an organisation."""

    quotas = QuotaSerializer(many=True)


@access("system:read")
class Quotas(APIView):
    """How much this organisation may have, and has."""

    @extend_schema(responses=QuotasSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """Every limit, by name."""
        return Response(QuotasSerializer({"quotas": quotas()}).data)
