"""What the OpenAPI document says of each route beyond its own body: the key it needs, and how it fails."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, Literal

from django.conf import settings
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from cryptouniverse.api.idempotency import HEADER, KEY_LENGTH_MAX
from cryptouniverse.api.tags import HEADER as VERSION
from cryptouniverse.kernel.access import rule_of
from tenants.branding.selectors import current_brand

KEY: Final = {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH_MAX, "pattern": "^[ -~]+$"}
TAGS: Final = {  # the first word of an address -> what that part of the platform is called
    "algorithms": "Portfolios",
    "audit": "Audit",
    "auth": "Tokens and keys",
    "backtests": "Backtests",
    "bots": "Bots",
    "credits": "Credits",
    "delegations": "Teams",
    "exchanges": "Exchanges",
    "finders": "Bots",
    "health": "Health",
    "invitations": "Teams",
    "managers": "Bots",
    "market": "Market",
    "me": "People",
    "monitoring": "Monitoring",
    "opportunities": "Signals and opportunities",
    "optimisations": "Optimisations",
    "order-templates": "Portfolios",
    "portfolio": "Portfolios",
    "portfolios": "Portfolios",
    "regions": "Organisation",
    "risk": "Risk",
    "rule-sets": "Rule sets",
    "scanner": "Signals and opportunities",
    "indicators": "Rule sets",
    "security": "Sign-in and security",
    "sessions": "Sign-in and security",
    "shares": "Teams",
    "signals": "Signals and opportunities",
    "strategies": "Bots",
    "support": "Organisation",
    "teams": "Teams",
    "tenant": "Organisation",
    "transfers": "Portfolios",
    "users": "People",
    "webhooks": "Webhooks",
}


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
        """The Idempotency-Key, where the rule asks for it; the version, where there is an update."""
        rule = rule_of(type(self.view), self.method)
        if self.method in {"PATCH", "PUT"} and hasattr(self.view, "get"):
            meaning = "The ETag of the version that is changed, or * for whichever is there."
            return [OpenApiParameter(VERSION, str, OpenApiParameter.HEADER, required=True, description=meaning)]
        if not (rule and rule.idempotent):
            return []
        meaning = (
            f"Names this write; sent again with the same body it happens once. At most {KEY_LENGTH_MAX} characters."
        )
        return [OpenApiParameter(HEADER, KEY, OpenApiParameter.HEADER, required=True, description=meaning)]

    def get_tags(self) -> list[str]:
        """The part of the platform: the first word of the address, as `TAGS` calls it; KeyError where it does not."""
        return [TAGS[self.path.removeprefix("/api/v1/").partition("/")[0]]]

    def get_summary(self) -> str:
        """The first sentence of what the method says of itself."""
        own = getattr(self.view, self.method.lower(), None)
        text = " ".join(str(getattr(own, "__doc__", "") or type(self.view).__doc__ or "").split())
        return text.partition(". ")[0].rstrip(".")

    def is_deprecated(self) -> bool:
        """Whether the route goes."""
        return hasattr(self.view, "deprecation")

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


def with_tags(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The document with the list of its tags, by name."""
    used = {tag for item in result["paths"].values() for operation in item.values() for tag in operation["tags"]}
    return {**result, "tags": [{"name": name} for name in sorted(used)]}


def only_v1(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """Keep API v1's own routes, whatever else is ever served by DRF."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]
