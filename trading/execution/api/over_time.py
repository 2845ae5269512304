"""Orders over time over the API: which algorithms there are, begun once, watched, held up, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import Counted, access
from cryptouniverse.kernel.fields import AmountField
from cryptouniverse.kernel.market import Side
from cryptouniverse.kernel.shown import shown
from trading.algorithms import all_kinds
from trading.ceilings.serializers import NONE
from trading.execution.api.orders import SIDES
from trading.execution.api.tickets import PRICE, StrictSerializer
from trading.execution.models import ParentOrder
from trading.execution.over_time import OverTime
from trading.execution.progress import Progress, progress_of
from trading.execution.selectors import over_time_of, parent_order
from trading.execution.services import begin_over_time, end_over_time, go_on, hold_up
from trading.portfolio.selectors import access_portfolio, access_position

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User
    from trading.portfolio.models import Portfolio


class OverTimeSerializer(StrictSerializer):
    """What to carry out over time. kind, parameters: one of GET /algorithms.

    limit_price: no child trades at a worse price. stop_price: of what is bought; a buyer must say it. position: what a
    seller sells from. A "vwap" says weights, or intervals and profile_days: then they are counted from those days.
    """

    instrument = serializers.CharField(max_length=60)
    kind = serializers.ChoiceField(choices=tuple(all_kinds()))
    side = serializers.ChoiceField(choices=SIDES, default=Side.BUY.value)
    quantity = AmountField(**PRICE)
    limit_price = AmountField(**PRICE, **NONE)
    stop_price = AmountField(**PRICE, **NONE)
    target_price = AmountField(**PRICE, **NONE)
    position = serializers.UUIDField(**NONE)
    parameters = serializers.DictField()

    def asked(self) -> OverTime:
        """The order."""
        said = self.validated_data
        prices = {name: said.get(name) for name in ("limit_price", "stop_price", "target_price")}
        return OverTime(said["kind"], Side(said["side"]), said["quantity"], parameters=said["parameters"], **prices)


class BegunSerializer(serializers.Serializer[Any]):
    """An order over time. position: what it sells from, or has built up. ended_at: null while it works."""

    id = serializers.UUIDField(source="public_id")
    instrument = serializers.CharField(source="instrument_id")
    kind = serializers.CharField()
    side = serializers.ChoiceField(choices=SIDES)
    quantity = AmountField()
    limit_price = AmountField(allow_null=True)
    stop_price = AmountField(allow_null=True)
    target_price = AmountField(allow_null=True)
    position = serializers.UUIDField(source="position.public_id", allow_null=True, default=None)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class ProgressSerializer(serializers.Serializer[Any]):
    """Where an order over time stands. Slippage in basis points, positive is worse; null where it cannot be said.

    paused: why nothing is sent: "stopped" by a mode, or "by_hand: " and what a person said. finish: why it will send
    nothing more.
    rule, limit, value, level: why the gate let through less than the last child asked for. arrival_bps: against the
    price when it began; vwap_bps, twap_bps: against the market's in the time of the order.
    """

    order = BegunSerializer(source="row")
    done = AmountField()
    left = AmountField()
    in_flight = AmountField()
    average_price = AmountField(allow_null=True)
    children = serializers.IntegerField()
    paused = serializers.CharField(allow_null=True)
    finish = serializers.CharField(allow_null=True)
    arrival_bps = AmountField(allow_null=True)
    vwap_bps = AmountField(allow_null=True)
    twap_bps = AmountField(allow_null=True)
    share_bps = AmountField(allow_null=True)
    rule = serializers.CharField(allow_blank=True)
    limit = serializers.CharField(allow_blank=True)
    value = serializers.CharField(allow_blank=True)
    level = serializers.CharField(allow_blank=True)


class AlgorithmSerializer(serializers.Serializer[Any]):
    """An execution algorithm. parameters: name, meaning, whether it must be said, what counts if not."""

    kind = serializers.CharField(source="name")
    title = serializers.SerializerMethodField()
    meaning = serializers.SerializerMethodField()
    parameters = serializers.SerializerMethodField()
    example = serializers.SerializerMethodField()

    def get_title(self, kind: Any) -> str:
        """In the reader's language."""
        return gettext(kind.title)

    def get_meaning(self, kind: Any) -> str:
        """In the reader's language."""
        return gettext(kind.meaning)

    def get_parameters(self, kind: Any) -> list[dict[str, Any]]:
        """As they stand in `parameters`."""
        return [
            {"name": each.name, "meaning": gettext(each.meaning), "needed": each.needed, "default": each.default}
            for each in kind.parameters
        ]

    @extend_schema_field(serializers.DictField())
    def get_example(self, kind: Any) -> Any:
        """Parameters to begin with."""
        return dict(kind.examples[0])


class HoldUpSerializer(serializers.Serializer[Any]):
    """Why it is held up."""

    reason = serializers.CharField(max_length=200)


EXAMPLE = OpenApiExample(
    "A purchase in thirteen parts, five minutes apart",
    value={
        "instrument": "binance:BTC/USDT",
        "kind": "twap",
        "quantity": "0.13",
        "limit_price": "61000",
        "stop_price": "55000",
        "parameters": {"duration_s": 3600, "interval_s": 300},
    },
    request_only=True,
)


@access("trading:read")
class Algorithms(APIView):
    """How an order is carried out over time."""

    @extend_schema(responses=AlgorithmSerializer(many=True))
    def get(self, request: Request, **_: Any) -> Response:
        """Every execution algorithm with its parameters."""
        return Response(AlgorithmSerializer(all_kinds().values(), many=True).data)


class OrdersOverTime(generics.ListAPIView[ParentOrder]):
    """Orders over time of a portfolio."""

    serializer_class = BegunSerializer
    filters: ClassVar = {"instrument": ("instrument_id", str), "kind": ("kind", tuple(all_kinds()))}

    def get_queryset(self) -> QuerySet[ParentOrder]:
        """Those of a portfolio that the caller may look at, newest first."""
        return over_time_of(_named(self.request, self.kwargs["portfolio_id"], "trading:read"))

    @access("trading:read")
    def get(self, request: Request, *args: Any, **options: Any) -> Response:
        """Newest first, those that work and those that have ended."""
        return self.list(request, *args, **options)

    @access("trading:execute", audit="order.begun", idempotent=True)
    @extend_schema(request=OverTimeSerializer, responses={201: ProgressSerializer}, examples=[EXAMPLE])
    def post(self, request: Request, portfolio_id: UUID, **_: Any) -> Response:
        """Begin one, once per Idempotency-Key. Each of its children meets the risk gate when its time comes."""
        portfolio = _named(request, portfolio_id, "trading:execute")
        sent = OverTimeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        wanted = sent.validated_data.get("position")
        row = begin_over_time(
            portfolio=portfolio,
            actor=_caller(request),
            instrument_id=sent.validated_data["instrument"],
            asked=sent.asked(),
            key=request.headers["Idempotency-Key"],
            position=access_position(portfolio, wanted) if wanted else None,
        )
        return _told(progress_of(row), status=201)


class OneOrderOverTime(APIView):
    """One order over time."""

    @access("trading:read")
    @extend_schema(responses=ProgressSerializer)
    def get(self, request: Request, portfolio_id: UUID, parent_id: UUID, **_: Any) -> Response:
        """Where it stands, and what it cost against the market."""
        return _told(progress_of(parent_order(_named(request, portfolio_id, "trading:read"), parent_id)))

    @access("trading:execute", audit="order.ended", counted=Counted.NEVER)
    @extend_schema(responses={200: ProgressSerializer})
    def delete(self, request: Request, portfolio_id: UUID, parent_id: UUID, **_: Any) -> Response:
        """Send nothing more; what was filled stays. Again is harmless."""
        row = parent_order(_named(request, portfolio_id, "trading:execute"), parent_id)
        return _told(progress_of(end_over_time(row=row, actor=_caller(request))))


@access("trading:execute", audit="order.paused", counted=Counted.NEVER)
class PauseOverTime(APIView):
    """Holding an order over time up."""

    @extend_schema(request=HoldUpSerializer, responses=ProgressSerializer)
    def post(self, request: Request, portfolio_id: UUID, parent_id: UUID, **_: Any) -> Response:
        """Send nothing more until it is resumed; what waits at the market is withdrawn."""
        row = parent_order(_named(request, portfolio_id, "trading:execute"), parent_id)
        sent = HoldUpSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return _told(progress_of(hold_up(row=row, actor=_caller(request), reason=sent.validated_data["reason"])))


@access("trading:execute", audit="order.resumed")
class ResumeOverTime(APIView):
    """Going on with one."""

    @extend_schema(request=None, responses=ProgressSerializer)
    def post(self, request: Request, portfolio_id: UUID, parent_id: UUID, **_: Any) -> Response:
        """Go on; what was missed is caught up as its parameters say. What a mode has paused goes on by itself."""
        row = parent_order(_named(request, portfolio_id, "trading:execute"), parent_id)
        return _told(progress_of(go_on(row=row, actor=_caller(request))))


def _caller(request: Any) -> User:
    return cast("User", request.user)  # signed in: the rule asked


def _named(request: Any, portfolio_id: UUID, permission: str) -> Portfolio:
    return access_portfolio(_caller(request), portfolio_id, permission=permission)


def _told(progress: Progress, *, status: int = 200) -> Response:
    return Response(shown(ProgressSerializer, progress), status=status)
