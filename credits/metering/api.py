"""A person's credits over the API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from credits.ledger.types import Currency
from credits.metering.selectors import credit_view_for
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.fields import AmountField

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
