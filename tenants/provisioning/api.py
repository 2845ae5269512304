"""A tenant's domains and limits over the API, and the question of a proxy that gets certificates on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access, public
from cryptouniverse.kernel.context import current_tenant
from tenants.provisioning.domain_states import LISTED
from tenants.provisioning.domains import add_domain, check_domain, make_primary, remove_domain
from tenants.provisioning.models import Domain
from tenants.provisioning.proving import challenge_name, challenge_value
from tenants.provisioning.selectors import domain_of, domains_of, may_have_certificate
from tenants.provisioning.services import quotas
from tenants.provisioning.types import Quota

if TYPE_CHECKING:
    from tenants.audit.types import Actor

NAME_MAX = 253


class RecordSerializer(serializers.Serializer[Any]):
    """The TXT record by which the domain is proven."""

    name = serializers.CharField()
    type = serializers.CharField()
    value = serializers.CharField()


class DomainSerializer(serializers.Serializer[Any]):
    """A host name. given: by us, and needs no record. Only a verified one is served.

    proven_at: when its record was last seen. misses: daily lookups since that did not find it.
    points_to: where to point it (CNAME); empty where the operator tells you.
    """

    domain = serializers.CharField()
    state = serializers.ChoiceField(choices=[state.value for state in LISTED])
    primary = serializers.BooleanField(source="is_primary")
    given = serializers.BooleanField(source="is_given")
    since = serializers.DateTimeField()
    proven_at = serializers.DateTimeField(allow_null=True)
    checked_at = serializers.DateTimeField(allow_null=True)
    misses = serializers.IntegerField()
    record = serializers.SerializerMethodField()
    points_to = serializers.SerializerMethodField()

    @extend_schema_field(RecordSerializer(allow_null=True))
    def get_record(self, row: Domain) -> dict[str, str] | None:
        """Null for a given host."""
        if row.is_given:
            return None
        return {"name": challenge_name(row.domain), "type": "TXT", "value": challenge_value(row.token)}

    def get_points_to(self, row: Domain) -> str:
        """The operator's edge, if it has a name."""
        return settings.CU.cu_edge_host


class NewDomainSerializer(serializers.Serializer[Any]):
    """A domain to be asked for."""

    domain = serializers.CharField(max_length=NAME_MAX)


class DomainListSerializer(serializers.Serializer[Any]):
    """All of them: there are never more than a page."""

    data = DomainSerializer(many=True)  # type: ignore[assignment]  # DRF calls its own input `data`
    has_more = serializers.BooleanField()


@access("system:read")
class Domains(APIView):
    """The tenant's domains."""

    @extend_schema(operation_id="tenant_domains_list", responses=DomainListSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """The primary one first."""
        rows = DomainSerializer(domains_of(current_tenant()), many=True).data
        return Response({"data": rows, "has_more": False})

    @access("system:write", audit="domain.added")
    @extend_schema(request=NewDomainSerializer, responses={201: DomainSerializer})
    def post(self, request: Request, **_: Any) -> Response:
        """Ask for a domain. Put its record into the DNS, then have it checked. Again is harmless."""
        sent = NewDomainSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row = add_domain(tenant=current_tenant(), name=sent.validated_data["domain"], actor=_caller(request))
        return Response(DomainSerializer(row).data, status=201)


@access("system:read")
class OneDomain(APIView):
    """One of them."""

    @extend_schema(responses=DomainSerializer)
    def get(self, request: Request, domain: str, **_: Any) -> Response:
        """Its state, and its record."""
        return Response(DomainSerializer(domain_of(current_tenant(), domain)).data)

    @access("system:delete", audit="domain.removed")
    @extend_schema(responses={204: None})
    def delete(self, request: Request, domain: str, **_: Any) -> Response:
        """Give it up: it is served no more at once, and held for 30 days if it was proven."""
        remove_domain(tenant=current_tenant(), name=domain, actor=_caller(request))
        return Response(status=204)


@access("system:write", audit="domain.checked")
class CheckDomain(APIView):
    """Looking the record up."""

    @extend_schema(request=None, responses=DomainSerializer)
    def post(self, request: Request, domain: str, **_: Any) -> Response:
        """Ask the DNS now; the state says what it answered."""
        row = check_domain(tenant=current_tenant(), name=domain, actor=_caller(request))
        return Response(DomainSerializer(row).data)


@access("system:write", audit="domain.made_primary")
class PrimaryDomain(APIView):
    """Choosing the domain that links name."""

    @extend_schema(request=None, responses=DomainSerializer)
    def post(self, request: Request, domain: str, **_: Any) -> Response:
        """Name this one in links from now on."""
        row = make_primary(tenant=current_tenant(), name=domain, actor=_caller(request))
        return Response(DomainSerializer(row).data)


class QuotaSerializer(serializers.Serializer[Quota]):
    """One limit. own: it was agreed with this organisation; otherwise it is everybody's. of_one: it counts for each
    person (signals that are followed) or each search (trials) by itself, and used is the most that one of them has.
    """

    name = serializers.CharField()
    used = serializers.IntegerField()
    most = serializers.IntegerField()
    own = serializers.BooleanField()
    of_one = serializers.BooleanField()


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


@public
@never_cache
def tls_allowed(request: HttpRequest) -> HttpResponse:
    """200 if a certificate may be got for `?domain=`, else 404; for a proxy that gets them on demand. Any host asks."""
    allowed = may_have_certificate(request.GET.get("domain", "")[:NAME_MAX])
    return HttpResponse(status=200 if allowed else 404, content_type="text/plain")


def _caller(request: Request) -> Actor:
    return cast("Actor", request.user)  # signed in: the rule asked
