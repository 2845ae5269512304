"""Rule sets over the API: made, versioned, named, checked, deleted. A person's own alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.shown import shown
from strategies.builder.models import RuleSet, RuleSetVersion
from strategies.builder.rules.compiling import validated
from strategies.builder.rules.shape import schema
from strategies.builder.selectors import access_rule_set, rule_sets_of, version_of, versions_of
from strategies.builder.serializers import (
    DocumentSerializer,
    IndicatorsSerializer,
    NewVersionSerializer,
    RuleSetNameSerializer,
    RuleSetSerializer,
    RuleVersionSerializer,
    ValidationSerializer,
    indicator_told,
)
from strategies.builder.services import create_rule_set, delete_rule_set, rename_rule_set, save_version
from trading.indicators.registry import indicators

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User

_PRICE: Final = {"is": "price", "field": "close"}
_AVERAGE: Final = {"is": "indicator", "name": "sma", "set": {"period": 200}}
_RSI: Final = {"is": "indicator", "name": "rsi", "set": {"period": {"is": "parameter", "name": "period"}}}
_EXAMPLE: Final = OpenApiExample(
    "Buy weakness in a rising market",
    value={
        "document": {
            "format": 1,
            "name": "Weakness in a rise",
            "parameters": [
                {"name": "period", "kind": "int", "default": 14, "low": 2, "high": 50, "step": 1, "meaning": "RSI"}
            ],
            "enter_long": {
                "is": "all",
                "of": [
                    {"is": "below", "left": _RSI, "right": {"is": "number", "value": 30}},
                    {"is": "above", "left": _PRICE, "right": _AVERAGE},
                ],
            },
            "exit_long": {"is": "above", "left": _RSI, "right": {"is": "number", "value": 55}},
            "patience": 48,
            "stop_bps": 300,
            "target_bps": 600,
        }
    },
    request_only=True,
)


@access("trading:read")
class RuleSets(generics.ListAPIView[RuleSet]):
    """The caller's rule sets, newest first."""

    serializer_class = RuleSetSerializer

    def get_queryset(self) -> QuerySet[RuleSet]:
        """Their own."""
        return rule_sets_of(_caller(self.request))

    @access("trading:write", audit="rules.created")
    @extend_schema(request=DocumentSerializer, responses={201: RuleSetSerializer}, examples=[_EXAMPLE])
    def post(self, request: Request, **_: Any) -> Response:
        """Keep a document as version 1 of a rule set; one that was exported too. What is not valid is refused whole."""
        sent = _sent(DocumentSerializer, request)
        made = create_rule_set(actor=_caller(request), document=sent["document"])
        return Response(shown(RuleSetSerializer, made), status=201)


@access("trading:read")
class OneRuleSet(APIView):
    """One rule set."""

    @extend_schema(responses=RuleSetSerializer)
    def get(self, request: Request, rule_set_id: UUID, **_: Any) -> Response:
        """What it is called, and its newest version."""
        return Response(shown(RuleSetSerializer, access_rule_set(_caller(request), rule_set_id)))

    @access("trading:write", audit="rules.renamed")
    @extend_schema(request=RuleSetNameSerializer, responses=RuleSetSerializer)
    def patch(self, request: Request, rule_set_id: UUID, **_: Any) -> Response:
        """Call it otherwise; its rules stay as they are."""
        name = _sent(RuleSetNameSerializer, request)["name"]
        renamed = rename_rule_set(actor=_caller(request), rule_set_id=rule_set_id, name=name)
        return Response(shown(RuleSetSerializer, renamed))

    @access("trading:write", audit="rules.deleted")
    @extend_schema(responses={204: None})
    def delete(self, request: Request, rule_set_id: UUID, **_: Any) -> Response:
        """Forget it with all of its versions; refused while a backtest by it is kept."""
        delete_rule_set(actor=_caller(request), rule_set_id=rule_set_id)
        return Response(status=204)


@access("trading:read")
class Versions(generics.ListAPIView[RuleSetVersion]):
    """The versions of a rule set, newest first."""

    serializer_class = RuleVersionSerializer

    def get_queryset(self) -> QuerySet[RuleSetVersion]:
        """Of one of the caller's own."""
        return versions_of(access_rule_set(_caller(self.request), self.kwargs["rule_set_id"]))

    @access("trading:write", audit="rules.saved")
    @extend_schema(request=NewVersionSerializer, responses={201: RuleVersionSerializer})
    def post(self, request: Request, rule_set_id: UUID, **_: Any) -> Response:
        """Save another version. The newest document again is no new version; an older `based_on` is a conflict."""
        sent = _sent(NewVersionSerializer, request)
        version = save_version(actor=_caller(request), rule_set_id=rule_set_id, **sent)
        return Response(shown(RuleVersionSerializer, version), status=201)


@access("trading:read")
class OneVersion(APIView):
    """One version of a rule set."""

    @extend_schema(responses=RuleVersionSerializer)
    def get(self, request: Request, rule_set_id: UUID, number: int, **_: Any) -> Response:
        """Its document, which may be imported anywhere."""
        version = version_of(access_rule_set(_caller(request), rule_set_id), number)
        return Response(shown(RuleVersionSerializer, version))


@access("trading:read", keeps_nothing=True)
class ValidateRules(APIView):
    """Checking a document without keeping it."""

    @extend_schema(request=DocumentSerializer, responses=ValidationSerializer)
    def post(self, request: Request, **_: Any) -> Response:
        """Everything that is wrong with it, each with its place; nothing is kept."""
        return Response(shown(ValidationSerializer, validated(_sent(DocumentSerializer, request)["document"])))


@access("trading:read")
class RulesSchema(APIView):
    """The schema of rule documents."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, **_: Any) -> Response:
        """JSON schema, draft 2020-12."""
        return Response(schema())


def _sent(kind: type[Any], request: Request) -> dict[str, Any]:
    sent = kind(data=request.data)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)


def _caller(request: Request) -> User:
    return cast("User", request.user)


@access("trading:read")
class Indicators(APIView):
    """What rule sets are put together from."""

    @extend_schema(operation_id="indicators_list", responses=IndicatorsSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """Every indicator with its parameters, inputs and outputs, convention and source, by name."""
        return Response({"data": [indicator_told(one) for one in indicators().values()], "has_more": False})
