"""Strategies that keep orders, their ladders, and the desks of bots that run them, over the API."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.fields import AmountField, MomentField
from cryptouniverse.kernel.numbers import SettingField
from cryptouniverse.kernel.shown import shown
from cryptouniverse.kernel.words import told
from strategies.bots.selectors import access_bot
from strategies.catalog.managing import Manager
from strategies.catalog.registry import all_managers, manager
from strategies.catalog.settings import Choice, Setting
from strategies.managing.selectors import desks_of, ladders_now, promised_in, room_of
from trading.portfolio.selectors import access_portfolio

if TYPE_CHECKING:
    from accounts.users.models import User
    from strategies.managing.types import DeskShown

KINDS = ["int", "exact", "choice"]
SIDES = ["buy", "sell"]
ORDER_KINDS = ["limit", "market", "stop"]
ORDER_PLACES = ["rests", "sent", "here"]


class ManagerSettingSerializer(serializers.Serializer[Any]):
    """What can be set: a whole number, an exact one (as text), or one of some words. low, high: null for words."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS)
    default = serializers.CharField()
    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)
    words = serializers.ListField(child=serializers.CharField())
    meaning = serializers.CharField()


class ManagerSerializer(serializers.Serializer[Any]):
    """A strategy that keeps orders."""

    name = serializers.CharField()
    title = serializers.CharField()
    family = serializers.CharField()
    hypothesis = serializers.CharField()
    regime = serializers.CharField()
    known_failure = serializers.CharField()
    sizing = serializers.CharField()
    plan = serializers.CharField()
    parameters = ManagerSettingSerializer(many=True)


class ManagersSerializer(serializers.Serializer[Any]):
    """All of them."""

    data = ManagerSerializer(many=True)  # type: ignore[assignment]  # DRF's own `data` is what is shown of all
    has_more = serializers.BooleanField()


class WantedLadderSerializer(serializers.Serializer[Any]):
    """What a bot would be made with. funds: what it may spend, for all its instruments together."""

    portfolio = serializers.UUIDField()
    strategy = serializers.ChoiceField(choices=list(all_managers()))
    parameters = serializers.DictField(child=SettingField(), required=False, default=dict)
    instruments = serializers.ListField(child=serializers.CharField(max_length=60), min_length=1, max_length=20)
    funds = AmountField(max_digits=30, decimal_places=8, min_value=Decimal("0.01"))


class RungSerializer(serializers.Serializer[Any]):
    """One order with what stands once it has filled. bounce: how far the price must rise to the exit, as a ratio."""

    side = serializers.ChoiceField(choices=SIDES)
    kind = serializers.ChoiceField(choices=ORDER_KINDS)
    price = AmountField()
    size = AmountField()
    cost = AmountField()
    all_cost = AmountField()
    all_size = AmountField()
    average = AmountField()
    exit = AmountField(allow_null=True)
    bounce = AmountField(allow_null=True)
    profit = AmountField()


class LadderSerializer(serializers.Serializer[Any]):
    """Every order that would be placed in one market. needed: the most that it can have spent at once."""

    instrument = serializers.CharField()
    price = AmountField()
    funds = AmountField()
    needed = AmountField()
    fails_at = AmountField()
    loss_there = AmountField()
    fails = serializers.CharField()
    notes = serializers.ListField(child=serializers.CharField())
    orders = RungSerializer(many=True)


class LaddersSerializer(serializers.Serializer[Any]):
    """A ladder a market. order_at_most, held_at_most: what the portfolio's limits allow now; what is beyond waits.
    promised: what bots that keep orders count on already of the cash that is free.
    """

    data = LadderSerializer(many=True)  # type: ignore[assignment]  # DRF's own `data` is what is shown of all
    has_more = serializers.BooleanField()
    order_at_most = AmountField()
    held_at_most = AmountField()
    promised = AmountField()


class DeskOrderSerializer(serializers.Serializer[Any]):
    """One order of a desk. waits: which limit keeps it off the market, "" where it rests. size: null for a stop.

    place: it rests in the market, was sent to the exchange and is not answered yet, or is watched here and sent when
    its moment comes. got: what it has got so far at the exchange, where it rests on.
    """

    side = serializers.ChoiceField(choices=SIDES)
    kind = serializers.ChoiceField(choices=ORDER_KINDS)
    price = AmountField(allow_null=True)
    size = AmountField(allow_null=True)
    waits = serializers.CharField()
    limit = serializers.CharField()
    value = serializers.CharField()
    place = serializers.ChoiceField(choices=ORDER_PLACES)
    got = AmountField()


class DealSerializer(serializers.Serializer[Any]):
    """From flat to flat. profit: after fees."""

    opened_at = MomentField()
    closed_at = MomentField()
    profit = AmountField()


class DeskSerializer(serializers.Serializer[Any]):
    """What a bot keeps of one instrument. at_limits: earned by resting sells; otherwise: by sales at the market or at a
    stop; unrealised: of what is still held, at the last price. worth: funds and these three. problem: why it has not
    begun. at_exchange: its orders rest at an exchange, else on paper. deals: the last ones.
    """

    instrument = serializers.CharField(source="instrument_id")
    begun_at = MomentField()
    funds = AmountField()
    cash = AmountField()
    held = AmountField()
    cost = AmountField()
    average = AmountField(allow_null=True)
    price = AmountField(allow_null=True)
    at_limits = AmountField()
    otherwise = AmountField()
    unrealised = AmountField()
    worth = AmountField()
    sales = serializers.IntegerField()
    ended = serializers.BooleanField()
    problem = serializers.CharField()
    at_exchange = serializers.BooleanField()
    orders = DeskOrderSerializer(many=True)
    deals = DealSerializer(many=True)


class DesksSerializer(serializers.Serializer[Any]):
    """A desk an instrument; none for a bot of another kind, or one that has not seen a candle yet."""

    data = DeskSerializer(many=True)  # type: ignore[assignment]  # DRF's own `data` is what is shown of all
    has_more = serializers.BooleanField()


@access("trading:read")
class Managers(APIView):
    """The strategies that keep orders."""

    @extend_schema(operation_id="managers_list", responses=ManagersSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """Every one with what can be set, by name."""
        return Response({"data": [_manager(one) for one in all_managers().values()], "has_more": False})


@access("trading:read", keeps_nothing=True)
class BotLadders(APIView):
    """What a bot that keeps orders would place now; nothing is made."""

    @extend_schema(
        operation_id="bots_ladders",
        request=WantedLadderSerializer,
        responses=LaddersSerializer,
        examples=[
            OpenApiExample(
                "A ladder of safety orders",
                value={
                    "portfolio": "0193f5d2-8c1e-7a40-9a55-0d3c7f1b2a01",
                    "strategy": "dca_ladder",
                    "parameters": {"base": "100", "safety": "100", "maximum": 4},
                    "instruments": ["binance:BTC/USDT"],
                    "funds": "1000",
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, **_: Any) -> Response:
        """Every order with its cost, the average, the exit and the rise that it takes, and where all of it fails."""
        sent = WantedLadderSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        portfolio = access_portfolio(_caller(request), said["portfolio"], permission="trading:read")
        found = ladders_now(
            manager(said["strategy"]), said["parameters"], instrument_ids=said["instruments"], funds=said["funds"]
        )
        order, held = room_of(portfolio)
        rows = [_ladder(one) for one in found]
        answer = {"data": rows, "has_more": False, "order_at_most": order, "held_at_most": held}
        answer["promised"] = promised_in(portfolio)
        return Response(shown(LaddersSerializer, answer))


@access("trading:read")
class BotDesks(APIView):
    """What a bot that keeps orders holds and wants."""

    @extend_schema(operation_id="bots_desks_list", responses=DesksSerializer)
    def get(self, request: Request, bot_id: UUID, **_: Any) -> Response:
        """Its orders as they stand, its deals, and what it earned apart from what it still holds."""
        bot = access_bot(_caller(request), bot_id, permission="trading:read")
        return Response(shown(DesksSerializer, {"data": [_desk(one) for one in desks_of(bot)], "has_more": False}))


def _caller(request: Any) -> User:
    return cast("User", request.user)  # signed in: the rule asked


def _manager(one: Manager) -> dict[str, Any]:
    words = ("title", "hypothesis", "regime", "known_failure", "sizing")
    facts = {name: getattr(one, name) for name in ("name", "family", "plan")}
    told_of = {name: gettext(getattr(one, name)) for name in words}
    return {**facts, **told_of, "parameters": [_setting(each) for each in one.parameters]}


def _setting(each: Setting) -> dict[str, Any]:
    if isinstance(each, Choice):
        bounds: dict[str, Any] = {"kind": "choice", "low": None, "high": None, "words": list(each.words)}
    else:
        kind = "exact" if isinstance(each.default, str) else "int"
        bounds = {"kind": kind, "low": str(each.low), "high": str(each.high), "words": []}
    return {"name": each.name, "default": str(each.default), "meaning": gettext(each.meaning), **bounds}


def _ladder(one: dict[str, Any]) -> dict[str, Any]:
    rungs = [_counted(rung, RungSerializer) for rung in one["orders"]]
    return {**_counted(one, LadderSerializer), "fails": gettext(one["fails"]), "orders": rungs}


def _counted(row: dict[str, Any], kind: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """The texts of amounts as numbers, as the fields take them."""
    amounts = {name for name, field in kind().fields.items() if isinstance(field, AmountField)}
    return {name: Decimal(value) if name in amounts and value is not None else value for name, value in row.items()}


def _desk(one: DeskShown) -> dict[str, Any]:
    names = {str(name) for name in DeskSerializer().fields} - {"instrument", "begun_at", "orders", "deals"}
    return {
        **{name: getattr(one, name) for name in names},
        "instrument_id": one.instrument_id,
        "begun_at": one.begun_slot_ms,
        "problem": told(one.problem, gettext),
        "orders": [
            {
                **{name: getattr(order, name) for name in ("side", "kind", "price", "size", "place", "got")},
                "waits": gettext(order.waits) if order.waits else "",
                "limit": told(order.limit, gettext),
                "value": told(order.value, gettext),
            }
            for order in one.orders
        ],
        "deals": [
            {"opened_at": deal.opened_ms, "closed_at": deal.closed_ms, "profit": deal.profit} for deal in one.deals
        ],
    }
