"""Topping up over the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from credits.ledger.services import top_up_practice
from credits.ledger.types import Currency
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.fields import AmountField
from cryptouniverse.kernel.money import Credits

TOP_UP_MAX = Decimal(1_000_000)
CURRENCIES = [currency.value for currency in Currency]


class TopUpSerializer(serializers.Serializer[Any]):
    """How many credits of which kind."""

    amount = AmountField(max_digits=20, decimal_places=6, min_value=Decimal("0.000001"), max_value=TOP_UP_MAX)
    currency = serializers.ChoiceField(choices=CURRENCIES)


class ToppedUpSerializer(serializers.Serializer[Any]):
    """The entry that was booked."""

    id = serializers.UUIDField()
    amount = AmountField(max_digits=20, decimal_places=6)
    currency = serializers.ChoiceField(choices=CURRENCIES)


@access("portfolio:write", audit="credits.topped_up", idempotent=True)
class CreditTopUps(APIView):
    """Practice credits are free; bought ones come by payment and are refused here."""

    @extend_schema(request=TopUpSerializer, responses={201: ToppedUpSerializer})
    def post(self, request: Request) -> Response:
        """Put credits into the caller's wallet, once per Idempotency-Key."""
        wanted = TopUpSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        amount, currency = wanted.validated_data["amount"], wanted.validated_data["currency"]
        entry = top_up_practice(
            user=request.user,  # type: ignore[arg-type]  # the rule asks for a sign-in
            amount=Credits(amount),
            currency=currency,
            request_key=request.headers["Idempotency-Key"],
        )
        answer = {"id": entry.public_id, "amount": amount, "currency": currency}
        return Response(ToppedUpSerializer(answer).data, status=201)
