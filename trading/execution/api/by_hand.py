"""Orders by hand over the API: shown first, placed once, cancelled one by one or all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import Counted, access
from cryptouniverse.kernel.shown import shown
from trading.execution.api.tickets import (
    AskedSerializer,
    PlacedSerializer,
    PreviewSerializer,
    TermsSerializer,
    TicketSerializer,
)
from trading.execution.models import Intent
from trading.execution.selectors import access_order_by_hand, waiting_by_hand
from trading.execution.services import (
    amend_by_hand,
    cancel_all_by_hand,
    cancel_by_hand,
    place_by_hand,
    preview_by_hand,
)
from trading.execution.tickets import Ticket
from trading.portfolio.selectors import access_portfolio

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User


class CancelledSerializer(serializers.Serializer[Any]):
    """How many orders were cancelled."""

    cancelled = serializers.IntegerField()


EXAMPLE = OpenApiExample(
    "A limit order with a stop and a target",
    value={
        "instrument": "binance:BTC/USDT",
        "kind": "limit",
        "quantity": "0.01",
        "limit_price": "60000",
        "stop_price": "58000",
        "targets": [{"price": "65000"}],
    },
    request_only=True,
)


@access("trading:execute", audit="order.placed", idempotent=True)
class PlaceOrder(APIView):
    """Ordering by hand."""

    @extend_schema(request=TicketSerializer, responses={201: PlacedSerializer}, examples=[EXAMPLE])
    def post(self, request: Request, portfolio_id: UUID, **_: Any) -> Response:
        """Place an order, once per Idempotency-Key. It is refused whole where the limits allow less of it."""
        portfolio = access_portfolio(_caller(request), portfolio_id, permission="trading:execute")
        instrument_id, ticket = _ticket(request)
        key = request.headers["Idempotency-Key"]
        placed = place_by_hand(
            portfolio=portfolio, actor=_caller(request), instrument_id=instrument_id, ticket=ticket, key=key
        )
        return Response(shown(PlacedSerializer, placed), status=201)


@access("trading:read")
class WaitingOrders(generics.ListAPIView[Intent]):
    """Orders by hand that wait."""

    serializer_class = PlacedSerializer

    def get_queryset(self) -> QuerySet[Intent]:
        """Those of a portfolio that the caller may look at, newest first."""
        caller = _caller(self.request)
        return waiting_by_hand(access_portfolio(caller, self.kwargs["portfolio_id"], permission="trading:read"))


@access("trading:read")
class PreviewOrder(APIView):
    """Seeing an order before it is placed."""

    @extend_schema(parameters=[AskedSerializer], responses=PreviewSerializer)
    def get(self, request: Request, portfolio_id: UUID, **_: Any) -> Response:
        """What it would cost and what the risk gate says; nothing is recorded."""
        portfolio = access_portfolio(_caller(request), portfolio_id, permission="trading:read")
        sent = AskedSerializer(data=request.query_params.dict())
        sent.is_valid(raise_exception=True)
        instrument_id, ticket = sent.ticket()
        seen = preview_by_hand(portfolio=portfolio, instrument_id=instrument_id, ticket=ticket)
        return Response(shown(PreviewSerializer, seen))


class OrderByHand(APIView):
    """An order by hand: read, given new terms, taken back."""

    tagged: ClassVar = ("id", "terms")

    @access("trading:read")
    @extend_schema(responses=PlacedSerializer)
    def get(self, request: Request, portfolio_id: UUID, order_id: UUID, **_: Any) -> Response:
        """An order by hand with the terms that it has now."""
        portfolio = access_portfolio(_caller(request), portfolio_id, permission="trading:read")
        return Response(shown(PlacedSerializer, access_order_by_hand(portfolio, order_id)))

    @access("trading:execute", audit="order.amended")
    @extend_schema(request=TermsSerializer(partial=True), responses=PlacedSerializer)
    def patch(self, request: Request, portfolio_id: UUID, order_id: UUID, **_: Any) -> Response:
        """Give an order that waits other terms, those that are named. Filled or ended meanwhile: 409, and no change."""
        portfolio = access_portfolio(_caller(request), portfolio_id, permission="trading:execute")
        sent = TermsSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        order = amend_by_hand(portfolio=portfolio, order_id=order_id, actor=_caller(request), changes=sent.said())
        return Response(shown(PlacedSerializer, order))

    @access("trading:execute", audit="order.cancelled", counted=Counted.NEVER)
    @extend_schema(responses={200: PlacedSerializer})
    def delete(self, request: Request, portfolio_id: UUID, order_id: UUID, **_: Any) -> Response:
        """Cancel an order by hand that waits; again is harmless. A position's stop stays: close the position."""
        portfolio = access_portfolio(_caller(request), portfolio_id, permission="trading:execute")
        order = cancel_by_hand(portfolio=portfolio, order_id=order_id, actor=_caller(request))
        return Response(shown(PlacedSerializer, order))


@access("trading:execute", audit="order.cancelled", counted=Counted.NEVER)
class CancelOrders(APIView):
    """Taking all orders back."""

    @extend_schema(request=None, responses=CancelledSerializer)
    def post(self, request: Request, portfolio_id: UUID, **_: Any) -> Response:
        """Cancel every order by hand that waits in a portfolio."""
        portfolio = access_portfolio(_caller(request), portfolio_id, permission="trading:execute")
        count = cancel_all_by_hand(portfolio=portfolio, actor=_caller(request))
        return Response(shown(CancelledSerializer, {"cancelled": count}))


def _caller(request: Any) -> User:
    return cast("User", request.user)  # signed in: the rule asked


def _ticket(request: Request) -> tuple[str, Ticket]:
    sent = TicketSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    return sent.ticket()
