"""A person's credits over the API."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from credits.ledger.types import Currency
from credits.metering.models import MeteredProfit
from credits.metering.selectors import credit_view_for, profits_for
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.fields import AmountField

if TYPE_CHECKING:
    from accounts.users.models import User

CURRENCIES = [currency.value for currency in Currency]


class AskedSerializer(serializers.Serializer[Any]):
    """Which credits: practice credits unless said otherwise."""

    currency = serializers.ChoiceField(choices=CURRENCIES, default=Currency.PRACTICE.value)


class BalanceSerializer(serializers.Serializer[Any]):
    """What was available after a movement."""

    at = serializers.DateTimeField()
    available = AmountField(max_digits=20, decimal_places=6)


class MyCreditsSerializer(serializers.Serializer[Any]):
    """Amounts in credits; `mark` and `free_profit` in USD. `reached`: only exits run until credits are topped up."""

    currency = serializers.ChoiceField(choices=CURRENCIES)
    bought = AmountField(max_digits=20, decimal_places=6)
    consumed = AmountField(max_digits=20, decimal_places=6)
    available = AmountField(max_digits=20, decimal_places=6)
    free_profit = AmountField()
    mark = AmountField()
    reached = serializers.BooleanField()
    warned = serializers.ChoiceField(choices=[0, 80, 95])
    series = BalanceSerializer(many=True)


@access("portfolio:read")
class MyCredits(APIView):
    """What the caller bought, consumed and has left."""

    @extend_schema(
        parameters=[OpenApiParameter("currency", str, enum=CURRENCIES, default=Currency.PRACTICE.value)],
        responses=MyCreditsSerializer,
    )
    def get(self, request: Request) -> Response:
        """The caller's credits of one kind, with the latest balances."""
        asked = AskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        currency = asked.validated_data["currency"]
        view = credit_view_for(request.user, currency=currency)  # type: ignore[arg-type]  # the rule asks for a sign-in
        series = [{"at": at, "available": available} for at, available in view.series]
        return Response(MyCreditsSerializer({**asdict(view), "series": series}).data)


class MeteredProfitSerializer(serializers.Serializer[Any]):
    """One fill's realised profit in booking order: `profit` and `above_mark` in USD, the rest in credits."""

    fill = serializers.UUIDField(source="fill_id")
    sequence = serializers.IntegerField()
    profit = AmountField()
    above_mark = AmountField()
    consumed = AmountField(max_digits=20, decimal_places=6)
    free = AmountField(max_digits=20, decimal_places=6)
    occurred_at = serializers.DateTimeField()


@access("portfolio:read")
class MeteredProfits(generics.ListAPIView[MeteredProfit]):
    """What of the caller's profit was metered, newest first. A cursor is the id of a fill."""

    serializer_class = MeteredProfitSerializer
    cursor_field = "fill_id"
    filters: ClassVar = {
        "since": ("occurred_at__gte", datetime),
        "until": ("occurred_at__lt", datetime),
        "currency": ("mark__currency", tuple(CURRENCIES)),
    }

    def get_queryset(self) -> QuerySet[MeteredProfit]:
        """The caller's own, of practice credits unless another kind is asked for."""
        asked = self.request.query_params.get("currency")
        currency = asked if asked in CURRENCIES else Currency.PRACTICE.value
        return profits_for(cast("User", self.request.user), currency=currency)
