"""Orders by hand over the API: shown first, placed once, cancelled one by one or all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import Counted, access
from cryptouniverse.kernel.fields import AmountField
from cryptouniverse.kernel.shown import shown
from cryptouniverse.kernel.words import told
from trading.ceilings.serializers import NONE
from trading.execution.api.orders import SIDES
from trading.execution.models import Intent
from trading.execution.selectors import waiting_by_hand
from trading.execution.services import cancel_all_by_hand, cancel_by_hand, place_by_hand, preview_by_hand
from trading.execution.tickets import KINDS, TIMES, Ticket
from trading.portfolio.selectors import access_portfolio

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User

INTENT_STATES = [state.value for state in Intent.State]
PRICE: Any = {"max_digits": 38, "decimal_places": 18}


class TargetSerializer(serializers.Serializer[Any]):
    """A price at which a part is sold with a profit. quantity: of a single target it may be left out: all of it."""

    price = AmountField(**PRICE)
    quantity = AmountField(**PRICE, **NONE)


class TicketTermsSerializer(serializers.Serializer[Any]):
    """An order to buy, and what protects it.

    kind: market (fills at once, at no more than the collar above the last price, or not at all), limit, stop (buys once
    the price has risen to trigger_price), stop_limit. time_in_force: of a limit. stop_price: where it is given up; it
    must be said. targets: nearest first. trail_bps: the stop follows the best price at this distance. break_even_after:
    after so many targets the stop moves to the entry plus fees. time_stop_candles: sold after so many candles.
    """

    instrument = serializers.CharField(max_length=60)
    kind = serializers.ChoiceField(choices=KINDS)
    quantity = AmountField(**PRICE)
    limit_price = AmountField(**PRICE, **NONE)
    trigger_price = AmountField(**PRICE, **NONE)
    time_in_force = serializers.ChoiceField(choices=TIMES, default="GTC")
    stop_price = AmountField(**PRICE)
    trail_bps = serializers.IntegerField(min_value=0, max_value=9_999, default=0)
    break_even_after = serializers.IntegerField(min_value=0, max_value=20, default=0)
    time_stop_candles = serializers.IntegerField(min_value=0, max_value=100_000, default=0)


class TicketSerializer(TicketTermsSerializer):
    """An order with any number of targets."""

    targets = TargetSerializer(many=True, required=False)

    def ticket(self) -> tuple[str, Ticket]:
        """Which instrument, and the order."""
        said = dict(self.validated_data)
        targets = tuple((one["price"], one.get("quantity")) for one in said.pop("targets", ()))
        return said.pop("instrument"), Ticket(targets=targets, **said)


class AskedSerializer(TicketTermsSerializer):
    """The same in an address, with one target at most."""

    target_price = AmountField(**PRICE, **NONE)

    def ticket(self) -> tuple[str, Ticket]:
        """Which instrument, and the order."""
        said = dict(self.validated_data)
        price = said.pop("target_price", None)
        return said.pop("instrument"), Ticket(targets=((price, None),) if price else (), **said)


class PreviewSerializer(serializers.Serializer[Any]):
    """What an order would cost, and what the risk gate says of it. Amounts in the quote currency.

    allowed: the quantity that the gate lets through. worst_price, cost: the most that is paid, the fee apart. slippage:
    what is expected to be paid above the last price. at_risk: what is lost at the stop. rule, limit, value: what
    refused or reduced it; level: whose limit that is.
    """

    price = AmountField()
    quantity = AmountField()
    allowed = AmountField()
    worst_price = AmountField()
    cost = AmountField()
    fee = AmountField()
    slippage = AmountField()
    at_risk = AmountField()
    rule = serializers.CharField(allow_blank=True)
    limit = serializers.SerializerMethodField()
    value = serializers.SerializerMethodField()
    level = serializers.CharField(allow_blank=True)

    def get_limit(self, seen: Any) -> str:
        """In the reader's language."""
        return told(seen.limit, gettext)

    def get_value(self, seen: Any) -> str:
        """In the reader's language."""
        return told(seen.value, gettext)


class PlacedSerializer(serializers.Serializer[Any]):
    """An order by hand. id: what it is cancelled by. order: the order at the venue, null until the exchange has it.

    state: recorded (not sent yet), sending (its fate is not known yet), acked (it works), or how it ended. held: the
    platform keeps it back from the exchange until its moment comes. ending: its end was asked for at the exchange.
    """

    id = serializers.UUIDField(source="public_id")
    order = serializers.SerializerMethodField()
    instrument = serializers.CharField(source="instrument_id")
    side = serializers.ChoiceField(choices=SIDES)
    state = serializers.ChoiceField(choices=INTENT_STATES)
    held = serializers.BooleanField()
    ending = serializers.SerializerMethodField()
    quantity = AmountField()
    limit_price = AmountField(allow_null=True)
    stop_price = AmountField(allow_null=True)
    target_price = AmountField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    recorded_at = serializers.DateTimeField()

    @extend_schema_field({"type": ["string", "null"], "format": "uuid"})
    def get_order(self, intent: Intent) -> str | None:
        """There is none before the venue has accepted it."""
        order = getattr(intent, "order", None)
        return str(order.public_id) if order else None

    def get_ending(self, intent: Intent) -> bool:
        """Whether somebody wants it gone."""
        return bool(intent.unwanted)


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


@access("trading:execute", audit="order.cancelled", counted=Counted.NEVER)
class CancelOrder(APIView):
    """Taking an order back."""

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
