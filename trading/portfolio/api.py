"""The portfolio over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from credits.metering.selectors import credit_view_for
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.fields import AmountField
from trading.portfolio.models import Portfolio, Position
from trading.portfolio.selectors import access_portfolio, open_positions_of, portfolios_for

if TYPE_CHECKING:
    from accounts.users.models import User


class MomentField(serializers.DateTimeField):
    """UTC milliseconds as a time."""

    def to_representation(self, value: Any) -> str:
        """ISO 8601, UTC."""
        return str(super().to_representation(clock.from_ms(value)))


class PositionSerializer(serializers.ModelSerializer[Position]):
    """An open position. Amounts are in the portfolio's currency, quantity in the base asset."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    bot = serializers.UUIDField(source="bot_id", allow_null=True, read_only=True)
    instrument = serializers.CharField(source="instrument_id", read_only=True)
    quantity = AmountField(read_only=True)
    cost = AmountField(read_only=True)
    entry_price = AmountField(read_only=True)
    mark_price = AmountField(read_only=True)
    stop_price = AmountField(read_only=True)
    target_price = AmountField(allow_null=True, read_only=True)
    realised = AmountField(read_only=True)
    opened_at = MomentField(source="opened_slot_ms", read_only=True)

    class Meta:
        model = Position
        fields = (
            "id",
            "bot",
            "instrument",
            "quantity",
            "cost",
            "entry_price",
            "mark_price",
            "stop_price",
            "target_price",
            "realised",
            "opened_at",
        )


class CreditsSerializer(serializers.Serializer[Any]):
    """Profit potential: one credit allows one dollar of profit. reached: entries have stopped, exits run."""

    currency = serializers.CharField()
    bought = AmountField(max_digits=20, decimal_places=6)
    consumed = AmountField(max_digits=20, decimal_places=6)
    available = AmountField(max_digits=20, decimal_places=6)
    reached = serializers.BooleanField()


class PortfolioSerializer(serializers.Serializer[Any]):
    """What the caller owns, at the close of the last candle."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField()
    currency = serializers.CharField()
    cash = AmountField()
    reserved = AmountField()
    equity = AmountField()
    realised = AmountField()
    fees = AmountField()


class OwnPortfolioSerializer(PortfolioSerializer):
    """A portfolio in the list of them. connection: of its account at an exchange, null on paper."""

    connection = serializers.UUIDField(source="connection.public_id", allow_null=True, default=None)


class WholePortfolioSerializer(OwnPortfolioSerializer):
    """A portfolio with its open positions (newest first) and its owner's credits."""

    positions = PositionSerializer(many=True)
    credits = CreditsSerializer()


class WhichSerializer(serializers.Serializer[Any]):
    """Which portfolio; the one on paper if it is not said."""

    portfolio = serializers.UUIDField(required=False)


@access("portfolio:read")
class Portfolios(generics.ListAPIView[Portfolio]):
    """The caller's portfolios: one on paper, and one for each connection that was served."""

    serializer_class = OwnPortfolioSerializer

    def get_queryset(self) -> QuerySet[Portfolio]:
        """The caller's own."""
        return portfolios_for(cast("User", self.request.user))


class PortfolioView(APIView):
    """The caller's own portfolio."""

    @access("portfolio:read")
    @extend_schema(parameters=[WhichSerializer], responses=WholePortfolioSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """One portfolio of the caller's: cash, value, open positions (newest first) and credits."""
        user = cast("User", request.user)  # signed in: the rule asked
        asked = WhichSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        portfolio = access_portfolio(user, asked.validated_data.get("portfolio"), permission="portfolio:read")
        body = OwnPortfolioSerializer(portfolio).data
        body["positions"] = PositionSerializer(open_positions_of(portfolio), many=True).data
        body["credits"] = CreditsSerializer(credit_view_for(user, points=0)).data
        return Response(body)
