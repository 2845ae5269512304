"""A person's books and topping up, over the API."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from credits.ledger.models import CreditLot, Entry
from credits.ledger.selectors import entries_for, lots_for
from credits.ledger.services import top_up_practice
from credits.ledger.types import Currency
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.fields import AmountField
from cryptouniverse.kernel.money import Credits

if TYPE_CHECKING:
    from accounts.users.models import User

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


class EntrySerializer(serializers.Serializer[Any]):
    """One movement of the caller's credits. amount: above zero where they came in, below where they were consumed."""

    id = serializers.UUIDField(source="public_id")
    amount = AmountField(max_digits=20, decimal_places=6)
    reason = serializers.CharField()
    occurred_at = serializers.DateTimeField()


class LotSerializer(serializers.Serializer[Any]):
    """Credits that came together. price_usd: paid per credit. ratio: USD of profit that one credit allows."""

    id = serializers.UUIDField(source="public_id")
    bought = AmountField(max_digits=20, decimal_places=6)
    remaining = AmountField(max_digits=20, decimal_places=6)
    price_usd = AmountField(max_digits=20, decimal_places=6)
    ratio = AmountField(max_digits=20, decimal_places=6)
    bought_at = serializers.DateTimeField()


@access("portfolio:read")
class CreditEntries(generics.ListAPIView[Entry]):
    """What moved the caller's credits, newest first."""

    serializer_class = EntrySerializer
    filters: ClassVar = {
        "since": ("occurred_at__gte", datetime),
        "until": ("occurred_at__lt", datetime),
        "currency": ("currency", tuple(CURRENCIES)),
    }

    def get_queryset(self) -> QuerySet[Entry]:
        """The caller's own, of practice credits unless another kind is asked for."""
        return entries_for(cast("User", self.request.user), _asked(self.request))


@access("portfolio:read")
class CreditLots(generics.ListAPIView[CreditLot]):
    """The lots in the caller's wallet, newest first; they are consumed first in, first out."""

    serializer_class = LotSerializer
    filters: ClassVar = {"currency": ("account__currency", tuple(CURRENCIES))}

    def get_queryset(self) -> QuerySet[CreditLot]:
        """The caller's own, of practice credits unless another kind is asked for."""
        return lots_for(cast("User", self.request.user), _asked(self.request))


def _asked(request: Request) -> str:
    """The kind of credits; one that is not known is refused by the list's filter."""
    asked = request.query_params.get("currency")
    return asked if asked in CURRENCIES else Currency.PRACTICE.value
