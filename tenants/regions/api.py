"""Region rules over the API, for administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.addresses import client_address
from cryptouniverse.kernel.context import current_tenant
from tenants.regions import services
from tenants.regions.countries import countries_known, country_of
from tenants.regions.models import RegionRule
from tenants.regions.selectors import access_rule, otherwise_of, region_rules
from tenants.regions.types import NOTE_MAX, RuleKind, Verdict

if TYPE_CHECKING:
    from tenants.audit.types import Actor

VERDICTS = [verdict.value for verdict in Verdict]
KINDS = [kind.value for kind in RuleKind]


class RegionRuleSerializer(serializers.Serializer[Any]):
    """A rule. value: two letters of a country (ISO 3166-1), or a network (CIDR)."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    kind = serializers.ChoiceField(choices=KINDS)
    value = serializers.CharField(max_length=60)
    verdict = serializers.ChoiceField(choices=VERDICTS)
    note = serializers.CharField(max_length=NOTE_MAX, required=False, allow_blank=True, default="")
    created_at = serializers.DateTimeField(read_only=True)


class OtherwiseSerializer(serializers.Serializer[Any]):
    """What becomes of everybody whom no rule names."""

    otherwise = serializers.ChoiceField(choices=VERDICTS)


class RegionPolicySerializer(OtherwiseSerializer):
    """And from where the caller is seen. countries_known: whether rules for countries can work here."""

    countries_known = serializers.BooleanField()
    your_address = serializers.CharField(allow_blank=True)
    your_country = serializers.CharField(allow_blank=True)


@access("system:read")
class RegionPolicyView(APIView):
    """The rule for everybody else."""

    @extend_schema(responses=RegionPolicySerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """What it is, and from where you are seen."""
        return Response(_policy(request))

    @access("system:write", audit="region.policy_changed")
    @extend_schema(request=OtherwiseSerializer, responses=RegionPolicySerializer)
    def put(self, request: Request, **_: Any) -> Response:
        """Change it. What would keep you out yourself is refused."""
        sent = OtherwiseSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        otherwise = Verdict(sent.validated_data["otherwise"])
        services.set_otherwise(actor=_actor(request), address=client_address(request), otherwise=otherwise)
        return Response(_policy(request))


@access("system:read")
class RegionRules(generics.ListAPIView[RegionRule]):
    """This tenant's region rules. The narrowest network decides, then the country, then the rule for everybody else."""

    serializer_class = RegionRuleSerializer

    def get_queryset(self) -> QuerySet[RegionRule]:
        """All of them."""
        return region_rules()

    @access("system:write", audit="region.rule_added")
    @extend_schema(request=RegionRuleSerializer, responses={201: RegionRuleSerializer})
    def post(self, request: Request, **_: Any) -> Response:
        """Add one. What would keep you out yourself is refused."""
        sent = RegionRuleSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        facts = dict(sent.validated_data)
        facts["kind"], facts["verdict"] = RuleKind(facts["kind"]), Verdict(facts["verdict"])
        row = services.add_rule(actor=_actor(request), address=client_address(request), **facts)
        return Response(RegionRuleSerializer(row).data, status=201)


@access("system:delete", audit="region.rule_deleted")
class OneRegionRule(APIView):
    """One of them."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, rule_id: UUID, **_: Any) -> Response:
        """Take it away. What would keep you out yourself is refused."""
        services.delete_rule(rule=access_rule(rule_id), actor=_actor(request), address=client_address(request))
        return Response(status=204)


def _policy(request: Request) -> dict[str, Any]:
    address = client_address(request)
    return {
        "otherwise": otherwise_of(current_tenant()),
        "countries_known": countries_known(),
        "your_address": address or "",
        "your_country": country_of(address),
    }


def _actor(request: Any) -> Actor:
    return cast("Actor", request.user)  # signed in: the rule asked
