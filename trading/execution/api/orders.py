"""Orders, fills and the stop switch over the API."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import Counted, access
from cryptouniverse.kernel.fields import AmountField, MomentField
from cryptouniverse.kernel.market import Side
from cryptouniverse.kernel.shown import shown
from trading.ceilings.serializers import MODES, ReasonSerializer, StopSerializer
from trading.ceilings.types import Mode
from trading.execution.models import Fill, Intent, Order
from trading.execution.selectors import fills_of, orders_of
from trading.execution.services import resume_for, stop_for
from trading.portfolio.selectors import access_portfolio
from trading.risk.selectors import limits_of

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.portfolio.models import Portfolio

SIDES = [side.value for side in Side]
STATES = [state.value for state in Order.State]
PURPOSES = [purpose.value for purpose in Intent.Purpose]


class OrderSerializer(serializers.Serializer[Any]):
    """An order at a venue, for one intent. executed: base units that were filled. Prices are null where it has none."""

    id = serializers.UUIDField(source="public_id")
    bot = serializers.UUIDField(source="intent.bot_id", allow_null=True)
    instrument = serializers.CharField(source="intent.instrument_id")
    purpose = serializers.ChoiceField(choices=PURPOSES, source="intent.purpose")
    side = serializers.ChoiceField(choices=SIDES, source="intent.side")
    state = serializers.ChoiceField(choices=STATES)
    venue = serializers.CharField()
    quantity = AmountField(source="intent.quantity")
    executed = AmountField()
    limit_price = AmountField(source="intent.limit_price", allow_null=True)
    stop_price = AmountField(source="intent.stop_price", allow_null=True)
    target_price = AmountField(source="intent.target_price", allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    placed_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class FillSerializer(serializers.Serializer[Any]):
    """What an order got. sequence: its place in the portfolio's books, from 1. profit: null for an entry."""

    id = serializers.UUIDField(source="public_id")
    bot = serializers.UUIDField(source="bot_id", allow_null=True)
    instrument = serializers.CharField(source="instrument_id")
    side = serializers.ChoiceField(choices=SIDES)
    cause = serializers.CharField()
    price = AmountField()
    quantity = AmountField()
    fee = AmountField()
    fee_currency = serializers.CharField()
    profit = AmountField(allow_null=True)
    sequence = serializers.IntegerField()
    at = MomentField(source="slot_ms")
    booked_at = serializers.DateTimeField()


class SwitchSerializer(serializers.Serializer[Any]):
    """The stop switch of a portfolio. withdrawn: entries on their way that this call took back."""

    portfolio = serializers.UUIDField()
    stopped = serializers.BooleanField()
    mode = serializers.ChoiceField(choices=MODES)
    withdrawn = serializers.IntegerField()


@access("trading:read")
class Orders(generics.ListAPIView[Order]):
    """A portfolio's orders, newest first."""

    serializer_class = OrderSerializer
    filters: ClassVar = {
        "state": ("state", tuple(STATES)),
        "instrument": ("intent__instrument_id", str),
        "bot": ("intent__bot_id", UUID),
        "purpose": ("intent__purpose", tuple(PURPOSES)),
        "since": ("placed_at__gte", datetime),
        "until": ("placed_at__lt", datetime),
    }

    def get_queryset(self) -> QuerySet[Order]:
        """Those of a portfolio that the caller may look at."""
        return orders_of(_named(self.request, self.kwargs["portfolio_id"], "trading:read"))


@access("trading:read")
class Fills(generics.ListAPIView[Fill]):
    """A portfolio's fills, newest first."""

    serializer_class = FillSerializer
    filters: ClassVar = {
        "instrument": ("instrument_id", str),
        "bot": ("bot_id", UUID),
        "side": ("side", tuple(SIDES)),
        "since": ("slot_ms__gte", "ms"),
        "until": ("slot_ms__lt", "ms"),
    }

    def get_queryset(self) -> QuerySet[Fill]:
        """Those of a portfolio that the caller may look at."""
        return fills_of(_named(self.request, self.kwargs["portfolio_id"], "trading:read"))


@access("trading:execute", audit="trading.stopped", counted=Counted.NEVER)
class StopTrading(APIView):
    """The switch that stops everything."""

    @extend_schema(
        request=StopSerializer,
        responses=SwitchSerializer,
        examples=[OpenApiExample("By hand", value={"reason": "The market looks wrong"}, request_only=True)],
    )
    def post(self, request: Request, portfolio_id: UUID, **_: Any) -> Response:
        """Stop every entry of a portfolio at once; stops go on, and exits as the mode says. Again is harmless."""
        found, sent = _named(request, portfolio_id, "trading:execute"), StopSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        asked = {"reason": sent.validated_data["reason"], "mode": Mode(sent.validated_data["mode"])}
        return _switched(found, stop_for(portfolio=found, actor=_caller(request), **asked))


@access("trading:execute", audit="trading.resumed")
class RearmTrading(APIView):
    """The way back."""

    @extend_schema(request=ReasonSerializer, responses=SwitchSerializer)
    def post(self, request: Request, portfolio_id: UUID, **_: Any) -> Response:
        """Let the bots of a portfolio open positions again. The reason says what was checked."""
        found, sent = _named(request, portfolio_id, "trading:execute"), ReasonSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        resume_for(portfolio=found, actor=_caller(request), reason=sent.validated_data["reason"])
        return _switched(found, 0)


def _caller(request: Any) -> User:
    return cast("User", request.user)  # signed in: the rule asked


def _named(request: Any, portfolio_id: UUID, permission: str) -> Portfolio:
    return access_portfolio(_caller(request), portfolio_id, permission=permission)


def _switched(found: Portfolio, withdrawn: int) -> Response:
    mode = limits_of(found).standing_mode
    standing = {"portfolio": found.public_id, "stopped": mode is not Mode.NORMAL, "mode": mode.value}
    return Response(shown(SwitchSerializer, {**standing, "withdrawn": withdrawn}))
