"""Branding over the API, for administrators."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.fields import AmountField
from tenants.branding import services
from tenants.branding.contrast import lowest
from tenants.branding.logos import BYTES_MAX
from tenants.branding.models import LegalText
from tenants.branding.selectors import credit_prices, legal_text, read_brand
from tenants.branding.types import LEGAL_MAX, NAME_MAX, RADIUS_MAX, SHORT_NAME_MAX, Brand, LegalKind

if TYPE_CHECKING:
    from tenants.audit.types import Actor

KINDS = [kind.value for kind in LegalKind]
_TAG = re.compile(r'(?:W/)?"(\d{1,9})"')
_IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag that was read: refused with 412 if it changed."
)


class PriceSerializer(serializers.Serializer[Any]):
    """What a pack of credits costs."""

    credits = AmountField(max_digits=20, decimal_places=6)
    price = AmountField()
    currency = serializers.RegexField(r"^[A-Z]{3,5}$")


class BrandChangeSerializer(serializers.Serializer[Any]):
    """What may be changed; what is not named stays. name: empty shows the platform's. colour: #rrggbb or empty.

    tint: how much of the colour greys take, "0" to "0.02". radius: of corners, px. sender_address: below a verified
    domain.
    """

    name = serializers.CharField(max_length=NAME_MAX, allow_blank=True)
    short_name = serializers.CharField(max_length=SHORT_NAME_MAX, allow_blank=True)
    colour = serializers.RegexField(r"^(#[0-9a-f]{6})?$", allow_blank=True)
    tint = AmountField(max_digits=4, decimal_places=3)
    radius = serializers.IntegerField(min_value=0, max_value=RADIUS_MAX)
    sender_name = serializers.CharField(max_length=NAME_MAX, allow_blank=True)
    sender_address = serializers.EmailField(allow_blank=True, max_length=254)
    support_address = serializers.EmailField(allow_blank=True, max_length=254)
    credit_prices = PriceSerializer(many=True)

    def changes(self) -> dict[str, Any]:
        """For `update_branding`."""
        sent = dict(self.validated_data)
        if "credit_prices" in sent:
            sent["credit_prices"] = [(p["credits"], p["price"], p["currency"]) for p in sent["credit_prices"]]
        return sent


class BrandSerializer(serializers.Serializer[Any]):
    """A brand. hue and chroma: what is kept of the colour. lowest_contrast: of all pairs of colours."""

    version = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    short_name = serializers.CharField(allow_blank=True)
    white_label = serializers.BooleanField()
    colour = serializers.CharField(allow_blank=True)
    hue = AmountField(source="colours.hue")
    chroma = AmountField(source="colours.chroma")
    tint = AmountField(source="colours.tint")
    radius = serializers.IntegerField(source="colours.radius")
    lowest_contrast = serializers.SerializerMethodField()
    logo = serializers.SerializerMethodField()
    sender_name = serializers.CharField(allow_blank=True)
    sender_address = serializers.CharField(allow_blank=True)
    support_address = serializers.CharField(allow_blank=True)
    legal = serializers.ListField(child=serializers.CharField())
    credit_prices = serializers.SerializerMethodField()

    def get_lowest_contrast(self, brand: Brand) -> str:
        """As a ratio with two places."""
        return f"{lowest(brand.colours).ratio:.2f}"

    def get_logo(self, brand: Brand) -> str:
        """Its address on the tenant's host; empty without one."""
        return f"/brand/logo/{brand.logo}" if brand.logo else ""

    @extend_schema_field(PriceSerializer(many=True))
    def get_credit_prices(self, _brand: Brand) -> list[dict[str, Any]]:
        """The smallest pack first."""
        return PriceSerializer(credit_prices(current_tenant()), many=True).data  # type: ignore[return-value]  # a list


class LegalTextSerializer(serializers.Serializer[Any]):
    """One version of a text. kind: terms, privacy or risk."""

    kind = serializers.CharField()
    version = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    body = serializers.CharField()


class NewLegalTextSerializer(serializers.Serializer[Any]):
    """A text to be published: plain, or with # headings, - lists, **bold** words and [links](https://...)."""

    body = serializers.CharField(max_length=LEGAL_MAX)


class Picture(BaseParser):
    """The bytes of a picture, as they are."""

    media_type = "image/*"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """At most one byte more than is allowed."""
        return stream.read(BYTES_MAX + 1)


@access("system:read")
class BrandingView(APIView):
    """How the tenant looks and speaks."""

    @extend_schema(responses=BrandSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """The brand; its ETag is for If-Match."""
        return _shown(read_brand(current_tenant()))

    @access("system:write", audit="branding.changed")
    @extend_schema(request=BrandChangeSerializer(partial=True), responses=BrandSerializer, parameters=[_IF_MATCH])
    def patch(self, request: Request, **_: Any) -> Response:
        """Change what is named. Colours that cannot be read well enough are refused."""
        sent = BrandChangeSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        version = _version(request)
        return _shown(
            services.update_branding(
                tenant=current_tenant(), actor=_caller(request), changes=sent.changes(), version=version
            )
        )

    @access("system:write", audit="branding.reset")
    @extend_schema(responses={200: BrandSerializer})
    def delete(self, request: Request, **_: Any) -> Response:
        """Back to the default look. Published texts and credit prices stay."""
        return _shown(services.reset_branding(tenant=current_tenant(), actor=_caller(request)))


@access("system:write", audit="branding.logo_set")
class BrandingLogo(APIView):
    """The logo: the body is the picture, PNG or WebP, at most 512 KB."""

    parser_classes = (Picture,)

    @extend_schema(
        request={"image/png": OpenApiTypes.BINARY, "image/webp": OpenApiTypes.BINARY}, responses=BrandSerializer
    )
    def put(self, request: Request, **_: Any) -> Response:
        """Set it. It is written anew: metadata and animation are not kept."""
        body: Any = request.data
        sent = body if isinstance(body, bytes) else b""
        return _shown(services.set_logo(tenant=current_tenant(), actor=_caller(request), sent=sent))

    @access("system:write", audit="branding.logo_removed")
    @extend_schema(responses={200: BrandSerializer})
    def delete(self, request: Request, **_: Any) -> Response:
        """Remove it. Again is harmless."""
        return _shown(services.remove_logo(tenant=current_tenant(), actor=_caller(request)))


@access("system:read")
class BrandingLegal(APIView):
    """A legal text."""

    @extend_schema(
        responses=LegalTextSerializer, parameters=[OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=KINDS)]
    )
    def get(self, request: Request, kind: str, **_: Any) -> Response:
        """The version in force."""
        return Response(LegalTextSerializer(legal_text(current_tenant(), kind)).data)

    @access("system:write", audit="branding.legal_published")
    @extend_schema(
        request=NewLegalTextSerializer,
        responses={201: LegalTextSerializer},
        parameters=[OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=KINDS)],
    )
    def post(self, request: Request, kind: str, **_: Any) -> Response:
        """Publish the next version. Older ones stay readable."""
        named = serializers.ChoiceField(choices=KINDS).run_validation(kind)
        sent = NewLegalTextSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        made: LegalText = services.publish_legal_text(
            tenant=current_tenant(), actor=_caller(request), kind=LegalKind(named), body=sent.validated_data["body"]
        )
        return Response(LegalTextSerializer(made).data, status=201)


def _shown(brand: Brand) -> Response:
    return Response(BrandSerializer(brand).data, headers={"ETag": f'"{brand.version}"'})


def _version(request: Request) -> int | None:
    """The version in If-Match, where it is one of ours; entity tags of the router are asked by the router."""
    found = _TAG.fullmatch(request.headers.get("If-Match", "").strip())
    return int(found[1]) if found else None


def _caller(request: Request) -> Actor:
    return cast("Actor", request.user)  # signed in: the rule asked
