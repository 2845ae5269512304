"""Templates of orders over the API: a person's own, and what one comes to at today's prices."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.fields import AmountField
from cryptouniverse.kernel.shown import shown
from trading.ceilings.serializers import NONE
from trading.execution.api.tickets import BPS, MOVE_MAX, TARGETS_MAX, SaidSerializer, StrictSerializer, WordField
from trading.execution.models import Template
from trading.execution.selectors import access_template, templates_of
from trading.execution.services import apply_template, change_template, delete_template, save_template
from trading.execution.templates import Terms, read_terms
from trading.execution.tickets import KINDS, SOURCES, TIMES
from trading.portfolio.selectors import access_portfolio

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User

PCT: Any = {"max_digits": 12, "decimal_places": 4}


class TemplateTargetSerializer(StrictSerializer):
    """A target: pct above the last price, for share_pct of the size."""

    pct = AmountField(**PCT)
    share_pct = AmountField(**PCT, min_value=0, max_value=100)


class TemplateSerializer(StrictSerializer):
    """A named order. Prices in percent of the last price: -2 lies 2% below it.

    size_quote (in the quote currency) or size_equity_pct (of the portfolio's equity): how much is spent. All else as in
    an order.
    """

    name = serializers.CharField(max_length=60)
    kind = WordField(choices=KINDS)
    size_quote = AmountField(max_digits=38, decimal_places=18, min_value=0, **NONE)
    size_equity_pct = AmountField(**PCT, min_value=0, max_value=100, **NONE)
    stop_pct = AmountField(**PCT)
    limit_pct = AmountField(**PCT, **NONE)
    trigger_pct = AmountField(**PCT, **NONE)
    time_in_force = WordField(choices=TIMES, default="GTC")
    visible_pct = AmountField(**PCT, min_value=0, max_value=100, **NONE)
    entry_trail_bps = serializers.IntegerField(**BPS, default=0)
    entry_trail_activation_pct = AmountField(**PCT, **NONE)
    entry_trail_source = WordField(choices=SOURCES, default="last")
    targets: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=TemplateTargetSerializer(), required=False, max_length=TARGETS_MAX
    )
    trail_bps = serializers.IntegerField(**BPS, default=0)
    trail_activation_pct = AmountField(**PCT, **NONE)
    trail_source = WordField(choices=SOURCES, default="last")
    break_even_after = serializers.IntegerField(min_value=0, max_value=TARGETS_MAX, default=0)
    break_even_bps = serializers.IntegerField(min_value=0, max_value=MOVE_MAX, default=0)
    time_stop_candles = serializers.IntegerField(min_value=0, max_value=100_000, default=0)

    def said(self) -> dict[str, Any]:
        """The fields that were said, or have their usual value, as `Terms` take them."""
        said = dict(self.validated_data)
        if "targets" in said:
            said["targets"] = tuple((one["pct"], one["share_pct"]) for one in said["targets"])
        return said


class KeptTemplateSerializer(TemplateSerializer):
    """A template that is kept."""

    id = serializers.UUIDField()
    created_at = serializers.DateTimeField()

    def to_representation(self, template: Template) -> dict[str, Any]:
        """The template with its terms as they were said."""
        terms = read_terms(template.terms)
        row: dict[str, Any] = {each.name: getattr(terms, each.name) for each in fields(terms)}
        row["targets"] = [{"pct": pct, "share_pct": share} for pct, share in terms.targets]
        named = {"id": template.public_id, "name": template.name, "created_at": template.created_at}
        body: dict[str, Any] = super().to_representation({**row, **named})
        return body


class OfInstrumentSerializer(serializers.Serializer[Any]):
    """For which market."""

    instrument = serializers.CharField(max_length=60)


class AppliedSerializer(SaidSerializer):
    """An order as a template comes to it today; it can be sent as it is."""

    instrument = serializers.CharField()


EXAMPLE = OpenApiExample(
    "Two percent of the equity, 1% below the market",
    value={
        "name": "Dip",
        "kind": "limit",
        "size_equity_pct": "2",
        "limit_pct": "-1",
        "stop_pct": "-4",
        "targets": [{"pct": "5", "share_pct": "100"}],
    },
    request_only=True,
)


class Templates(generics.ListAPIView[Template]):
    """A person's templates of orders."""

    serializer_class = KeptTemplateSerializer

    def get_queryset(self) -> QuerySet[Template]:
        """The caller's own, by name."""
        return templates_of(_caller(self.request))

    @access("trading:read")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The caller's own, by name."""
        return super().get(request, *args, **kwargs)

    @access("trading:execute", audit="template.created", idempotent=True)
    @extend_schema(request=TemplateSerializer, responses={201: KeptTemplateSerializer}, examples=[EXAMPLE])
    def post(self, request: Request, **_: Any) -> Response:
        """Keep a template, once per Idempotency-Key. Its terms are checked as if the market stood still."""
        sent = TemplateSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.said()
        made = save_template(actor=_caller(request), name=said.pop("name"), terms=Terms(**said))
        return Response(shown(KeptTemplateSerializer, made), status=201)


class OneTemplate(APIView):
    """One of the caller's templates."""

    @access("trading:read")
    @extend_schema(responses=KeptTemplateSerializer)
    def get(self, request: Request, template_id: UUID, **_: Any) -> Response:
        """A template."""
        return Response(shown(KeptTemplateSerializer, access_template(_caller(request), template_id)))

    @access("trading:execute", audit="template.changed")
    @extend_schema(request=TemplateSerializer(partial=True), responses=KeptTemplateSerializer)
    def patch(self, request: Request, template_id: UUID, **_: Any) -> Response:
        """Change what is named."""
        sent = TemplateSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        changed = change_template(actor=_caller(request), template_id=template_id, changes=sent.said())
        return Response(shown(KeptTemplateSerializer, changed))

    @access("trading:execute", audit="template.deleted")
    @extend_schema(responses={204: None})
    def delete(self, request: Request, template_id: UUID, **_: Any) -> Response:
        """Forget it."""
        delete_template(actor=_caller(request), template_id=template_id)
        return Response(status=204)


@access("trading:read")
class ApplyTemplate(APIView):
    """What a template comes to."""

    @extend_schema(parameters=[OfInstrumentSerializer], responses=AppliedSerializer)
    def get(self, request: Request, portfolio_id: UUID, template_id: UUID, **_: Any) -> Response:
        """The order at today's price of an instrument, in a portfolio; nothing is placed."""
        portfolio = access_portfolio(_caller(request), portfolio_id, permission="trading:read")
        sent = OfInstrumentSerializer(data=request.query_params.dict())
        sent.is_valid(raise_exception=True)
        name = sent.validated_data["instrument"]
        ticket = apply_template(
            actor=_caller(request), template_id=template_id, portfolio=portfolio, instrument_id=name
        )
        return Response({"instrument": name, **shown(SaidSerializer, ticket)})


def _caller(request: Any) -> User:
    return cast("User", request.user)  # signed in: the rule asked
