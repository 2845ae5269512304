"""What the OpenAPI document says of each route beyond its own body: the key it needs, and how it fails."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from django.conf import settings
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from cryptouniverse.api.idempotency import HEADER, KEY_LENGTH_MAX
from cryptouniverse.kernel.access import rule_of
from tenants.branding.selectors import current_brand


class ProblemSerializer(serializers.Serializer[Any]):
    """An error (RFC 9457). `code` is stable; `detail` is for people; `facts` are the values a program needs."""

    type = serializers.CharField()
    status = serializers.IntegerField()
    title = serializers.CharField()
    detail = serializers.CharField()
    code = serializers.CharField()
    correlation_id = serializers.CharField()
    facts = serializers.DictField()


class RuleSchema(AutoSchema):
    """drf-spectacular's document, with each route's access rule in it."""

    def get_override_parameters(self) -> list[Any]:
        """The Idempotency-Key, where the rule asks for it."""
        rule = rule_of(type(self.view), self.method)
        if not (rule and rule.idempotent):
            return []
        meaning = (
            f"Names this write; sent again with the same body it happens once. At most {KEY_LENGTH_MAX} characters."
        )
        return [OpenApiParameter(HEADER, str, OpenApiParameter.HEADER, required=True, description=meaning)]

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Nothing where the route is public; a session alone where keys and tokens do not count."""
        rule = rule_of(type(self.view), self.method)
        if not (rule and rule.permission):
            return []
        bearers: list[dict[str, list[str]]] = [{"bearer": []}] if len(self.view.authentication_classes) > 1 else []
        return [*bearers, {"session": []}]

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular calls it
        """The view's first lines, and the permission it asks for."""
        rule = rule_of(type(self.view), self.method)
        asks = f"Permission: `{rule.permission}`." if rule and rule.permission else "Open to everybody."
        return f"{super().get_description()}\n\n{asks}".strip()

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        answer: Any = self._get_response_for_code  # not typed there
        bodies["default"] = answer(ProblemSerializer, "default", ["application/problem+json"], direction)
        bodies["default"]["description"] = "The request failed; `code` says why."
        return bodies


class OnceGenerator(SchemaGenerator):
    """Makes the document once a process and language: it is the same for whoever asks, and takes 0.2 s."""

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        """The OpenAPI document. What depends on who asks (not public) is made anew."""
        if public:
            return _titled(_document(settings.ROOT_URLCONF, get_language()))
        return super().get_schema(request, public)  # type: ignore[no-untyped-call]  # not typed there


def _titled(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the tenant's name on it."""
    name = current_brand().name
    return {**document, "info": {**document["info"], "title": f"{name} API".strip()}}


@cache
def _document(_routes: str, _language: str | None) -> Any:
    generator: Any = SchemaGenerator  # not typed there
    return generator().get_schema(request=None, public=True)


def only_v1(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """Keep API v1's own routes, whatever else is ever served by DRF."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]
