"""Cash between a person's own portfolios on paper."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.fields import AmountField
from cryptouniverse.kernel.shown import shown
from trading.portfolio.api.portfolios import caller
from trading.portfolio.models import Transfer
from trading.portfolio.selectors import access_own_portfolio, transfers_for
from trading.portfolio.services import transfer_cash

_EXAMPLE_ID = "0193f5d2-8c1e-7a40-9a55-0d3c7f1b2a{}"


class TransferSerializer(serializers.Serializer[Any]):
    """Cash that was moved. source, target: ids of the portfolios."""

    id = serializers.UUIDField(source="public_id")
    source = serializers.UUIDField(source="source.public_id")  # type: ignore[assignment]  # DRF's own `source` is set later
    target = serializers.UUIDField(source="target.public_id")
    amount = AmountField()
    currency = serializers.CharField()
    booked_at = serializers.DateTimeField()


class NewTransferSerializer(serializers.Serializer[Any]):
    """From which portfolio to which, and how much."""

    source = serializers.UUIDField()  # type: ignore[assignment]  # see above
    target = serializers.UUIDField()
    amount = AmountField(max_digits=30, decimal_places=8, min_value=Decimal("0.00000001"))


@access("portfolio:read")
class Transfers(generics.ListAPIView[Transfer]):
    """What the caller moved between their portfolios, newest first."""

    serializer_class = TransferSerializer
    filters: ClassVar = {"since": ("booked_at__gte", datetime), "until": ("booked_at__lt", datetime)}

    def get_queryset(self) -> QuerySet[Transfer]:
        """The caller's own."""
        return transfers_for(caller(self.request))

    @access("portfolio:write", audit="cash.transferred", idempotent=True)
    @extend_schema(
        request=NewTransferSerializer,
        responses={201: TransferSerializer},
        examples=[
            OpenApiExample(
                "Into a sub-account",
                value={"source": _EXAMPLE_ID.format("01"), "target": _EXAMPLE_ID.format("02"), "amount": "250.5"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, **_: Any) -> Response:
        """Move free cash between two of the caller's own portfolios on paper, once per Idempotency-Key."""
        sent = NewTransferSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        wanted, user = sent.validated_data, caller(request)
        row = transfer_cash(
            source=access_own_portfolio(user, wanted["source"]),
            target=access_own_portfolio(user, wanted["target"]),
            amount=wanted["amount"],
            key=request.headers["Idempotency-Key"],
            actor=user,
        )
        return Response(shown(TransferSerializer, row), status=201)
