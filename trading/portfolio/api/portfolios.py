"""A person's portfolios, and those that they were given a part in."""

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

from credits.metering.selectors import credits_left_for
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.fields import AmountField, MomentField
from cryptouniverse.kernel.shown import shown, shown_all
from trading.portfolio.models import Portfolio, Position
from trading.portfolio.selectors import (
    access_portfolio,
    equity_curve_of,
    portfolios_listed,
    positions_of,
    positions_shown,
    rights_on,
)
from trading.portfolio.services import open_sub_account
from trading.portfolio.types import NAME_MAX, metered_in

if TYPE_CHECKING:
    from accounts.users.models import User

POINTS_MAX = 2_000
SIDES = ["long", "short"]
KINDS = [kind.value for kind in Portfolio.Kind]


class PositionSerializer(serializers.Serializer[Any]):
    """A position. Amounts are in the portfolio's currency, quantity in the base asset. closed_at: null while open.

    side: of a contract that is sold short, quantity and cost are below zero; it is bought back by its bot.
    """

    id = serializers.UUIDField(source="public_id")
    bot = serializers.UUIDField(source="bot_id", allow_null=True)
    instrument = serializers.CharField(source="instrument_id")
    side = serializers.ChoiceField(choices=SIDES)
    quantity = AmountField()
    cost = AmountField()
    entry_price = AmountField()
    mark_price = AmountField()
    stop_price = AmountField()
    target_price = AmountField(allow_null=True)
    realised = AmountField()
    opened_at = MomentField(source="opened_slot_ms")
    closed_at = MomentField(source="closed_slot_ms", allow_null=True)


class CreditsSerializer(serializers.Serializer[Any]):
    """Profit potential: one credit allows one dollar of profit. reached: entries have stopped, exits run."""

    currency = serializers.CharField()
    bought = AmountField(max_digits=20, decimal_places=6)
    consumed = AmountField(max_digits=20, decimal_places=6)
    available = AmountField(max_digits=20, decimal_places=6)
    reached = serializers.BooleanField()


class PortfolioSerializer(serializers.Serializer[Any]):
    """A portfolio at the close of the last candle. name: of a sub-account, "" for others."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.ChoiceField(choices=KINDS)
    name = serializers.CharField(allow_blank=True)
    currency = serializers.CharField()
    cash = AmountField()
    reserved = AmountField()
    equity = AmountField()
    realised = AmountField()
    fees = AmountField()


class ListedPortfolioSerializer(PortfolioSerializer):
    """A portfolio in the list. mine: the caller owns it. connection: its account at an exchange, to its owner only."""

    mine = serializers.BooleanField()
    owner = serializers.UUIDField()
    connection = serializers.UUIDField(allow_null=True)


class OnePortfolioSerializer(ListedPortfolioSerializer):
    """One portfolio, and what the caller may do there."""

    permissions = serializers.ListField(child=serializers.CharField())


class WholePortfolioSerializer(PortfolioSerializer):
    """A portfolio with its open positions (newest first) and, to its owner, their credits."""

    connection = serializers.UUIDField(allow_null=True)
    positions = PositionSerializer(many=True)
    credits = CreditsSerializer(allow_null=True)


class EquityCurveSerializer(serializers.Serializer[Any]):
    """Two arrays of one length, oldest first: times of candle closes, and what the portfolio was worth then."""

    currency = serializers.CharField()
    at = serializers.ListField(child=serializers.DateTimeField())
    equity = serializers.ListField(child=AmountField())


class WhichSerializer(serializers.Serializer[Any]):
    """Which portfolio; the main one if it is not said."""

    portfolio = serializers.UUIDField(required=False)


class SpanSerializer(serializers.Serializer[Any]):
    """From when, to before when, and how many points about."""

    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)
    points = serializers.IntegerField(min_value=1, max_value=POINTS_MAX, default=500)


class NewPortfolioSerializer(serializers.Serializer[Any]):
    """A sub-account on paper."""

    name = serializers.CharField(max_length=NAME_MAX)


@access("portfolio:read")
class Portfolios(generics.ListAPIView[Portfolio]):
    """The caller's portfolios and those shared with or delegated to them, newest first."""

    serializer_class = ListedPortfolioSerializer
    filters: ClassVar = {"kind": ("kind", tuple(KINDS))}

    def get_queryset(self) -> QuerySet[Portfolio]:
        """What they may look at."""
        return portfolios_listed(caller(self.request))

    def get(self, request: Request, *_args: Any, **_kwargs: Any) -> Response:
        """One page of them."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([_listed(row, caller(request)) for row in page])

    @access("portfolio:write", audit="portfolio.opened")
    @extend_schema(
        request=NewPortfolioSerializer,
        responses={201: OnePortfolioSerializer},
        examples=[OpenApiExample("A sub-account", value={"name": "Experiments"}, request_only=True)],
    )
    def post(self, request: Request, **_: Any) -> Response:
        """Open a sub-account: a further portfolio on paper, empty until cash is moved into it."""
        sent = NewPortfolioSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row = open_sub_account(owner=caller(request), name=sent.validated_data["name"])
        return Response(_whole(row, caller(request)), status=201)


@access("portfolio:read")
class OnePortfolio(APIView):
    """One portfolio."""

    @extend_schema(responses=OnePortfolioSerializer)
    def get(self, request: Request, portfolio_id: UUID, **_: Any) -> Response:
        """Cash, worth, and what the caller may do there."""
        row = access_portfolio(caller(request), portfolio_id, permission="portfolio:read")
        return Response(_whole(row, caller(request)))


@access("portfolio:read")
class Positions(generics.ListAPIView[Position]):
    """A portfolio's positions, newest first."""

    serializer_class = PositionSerializer
    filters: ClassVar = {
        "instrument": ("instrument_id", str),
        "bot": ("bot_id", UUID),
        "open": ("closed_slot_ms__isnull", bool),
        "since": ("opened_slot_ms__gte", "ms"),
        "until": ("opened_slot_ms__lt", "ms"),
    }

    def get_queryset(self) -> QuerySet[Position]:
        """Open and closed ones, unless `open` says which."""
        found = access_portfolio(caller(self.request), self.kwargs["portfolio_id"], permission="portfolio:read")
        return positions_of(found)


@access("portfolio:read")
class Equity(APIView):
    """A portfolio's worth over time."""

    @extend_schema(parameters=[SpanSerializer], responses=EquityCurveSerializer)
    def get(self, request: Request, portfolio_id: UUID, **_: Any) -> Response:
        """The curve, thinned to about so many points."""
        found = access_portfolio(caller(request), portfolio_id, permission="portfolio:read")
        asked = SpanSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        span = asked.validated_data
        bounds = {"since_ms": _ms(span.get("since"), 0), "until_ms": _ms(span.get("until"), 2**53)}
        curve = equity_curve_of(found, points_max=span["points"], **bounds)
        at, worth = MomentField(), AmountField()
        body = {
            "currency": found.currency,
            "at": [at.to_representation(slot) for slot in curve.slots_ms],
            "equity": [worth.to_representation(amount) for amount in curve.equity],
        }
        return Response(body)


class PortfolioView(APIView):
    """One portfolio with all that is in it."""

    @access("portfolio:read")
    @extend_schema(parameters=[WhichSerializer], responses=WholePortfolioSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """Cash, value, open positions (newest first) and credits: the main portfolio unless another is named."""
        user, asked = caller(request), None
        if "portfolio" in request.query_params:
            which = WhichSerializer(data=request.query_params)
            which.is_valid(raise_exception=True)
            asked = which.validated_data.get("portfolio")
        portfolio = access_portfolio(user, asked, permission="portfolio:read")
        mine = portfolio.owner_id == user.pk
        body = shown(PortfolioSerializer, portfolio)
        body["connection"] = _connection_of(portfolio) if mine else None
        body["positions"] = shown_all(PositionSerializer, positions_shown(portfolio))
        body["credits"] = _credits_of(portfolio, user) if mine else None
        return Response(body)


def caller(request: Any) -> User:
    """Who asks: signed in, for the rule has asked."""
    return cast("User", request.user)


def _credits_of(portfolio: Portfolio, user: User) -> dict[str, Any]:
    return shown(CreditsSerializer, credits_left_for(user, currency=metered_in(portfolio.kind)))


def _listed(row: Portfolio, user: User) -> dict[str, Any]:
    mine = row.owner_id == user.pk
    body = shown(PortfolioSerializer, row)
    owner = user.public_id if mine else getattr(row, "owner_public_id", None) or row.owner.public_id
    return {**body, "mine": mine, "owner": str(owner), "connection": _connection_of(row) if mine else None}


def _whole(row: Portfolio, user: User) -> dict[str, Any]:
    return {**_listed(row, user), "permissions": sorted(rights_on(user, row))}


def _connection_of(row: Portfolio) -> str | None:
    if row.connection_id is None:
        return None
    found = getattr(row, "connection_public_id", None) or (row.connection and row.connection.public_id)
    return str(found)


def _ms(moment: datetime | None, default: int) -> int:
    return int(moment.timestamp() * 1000) if moment else default
