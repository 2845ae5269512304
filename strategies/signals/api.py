"""Signals over the API: those that the caller's bots listen to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.fields import MomentField
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.numbers import NumberField
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.bots.selectors import bots_for
from strategies.builder.selectors import PREFIX
from strategies.signals.models import SignalRecord
from strategies.signals.selectors import own_signals_for, signals_for
from strategies.signals.services import execute_strategy
from strategies.signals.types import Action

if TYPE_CHECKING:
    from accounts.users.models import User

ACTIONS = [action.value for action in Action]
TIMEFRAMES = [timeframe.value for timeframe in Timeframe]


class SignalSerializer(serializers.Serializer[Any]):
    """What a strategy asks for after a candle has closed. at: the open of that candle."""

    id = serializers.UUIDField(source="public_id")
    strategy = serializers.CharField()
    instrument = serializers.CharField(source="instrument_id")
    timeframe = serializers.ChoiceField(choices=TIMEFRAMES)
    action = serializers.ChoiceField(choices=ACTIONS)
    at = MomentField(source="slot_ms")


@extend_schema(
    parameters=[
        OpenApiParameter(
            "own",
            bool,
            description="true: those of rule sets, the caller's own and those of bots that they may look at; else those"
            " of strategies of the catalogue.",
        )
    ]
)
@access("trading:read")
class Signals(generics.ListAPIView[SignalRecord]):
    """The signals that the caller's bots listen to, newest first; with `own=true` those of rule sets."""

    serializer_class = SignalSerializer
    filters: ClassVar = {
        "strategy": ("strategy", str),
        "instrument": ("instrument_id", str),
        "timeframe": ("timeframe", tuple(TIMEFRAMES)),
        "action": ("action", tuple(ACTIONS)),
        "since": ("slot_ms__gte", "ms"),
        "until": ("slot_ms__lt", "ms"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Those of bots that they may look at; what others listen to is not told. Raises Malformed."""
        user = cast("User", self.request.user)
        asked = self.request.query_params
        if asked.get("own", "false") not in {"true", "false"}:
            raise Invalid(_("%(name)s is true or false."), name="own")
        is_named = asked.get("strategy", "").startswith(PREFIX)
        if is_named or asked.get("own") == "true":
            return own_signals_for(user, bots_for(user))
        return signals_for(bots_for(user))


class ExecutionSerializer(serializers.Serializer[Any]):
    """What a strategy is asked about. parameters: those that are to differ from its defaults."""

    instrument = serializers.CharField(max_length=60)
    parameters = serializers.DictField(child=NumberField(), required=False, default=dict)


class AdviceSerializer(serializers.Serializer[Any]):
    """What a strategy asks for now. at: the open of the last closed candle. action: null where it asks for nothing."""

    strategy = serializers.CharField(source="key.strategy")
    instrument = serializers.CharField(source="key.instrument_id")
    timeframe = serializers.ChoiceField(source="key.timeframe", choices=TIMEFRAMES)
    parameters = serializers.DictField(child=NumberField())
    at = MomentField(source="slot_ms")
    action = serializers.ChoiceField(choices=ACTIONS, allow_null=True)


@access("trading:execute", audit="strategy.executed")
class ExecuteStrategy(APIView):
    """Asking a strategy once, without a bot."""

    @extend_schema(request=ExecutionSerializer, responses=AdviceSerializer)
    def post(self, request: Request, name: str, **_named: Any) -> Response:
        """Let it decide on the last closed candle, and say what it asks for. Nothing is traded: bots do that."""
        sent = ExecutionSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        facts = sent.validated_data
        advice = execute_strategy(
            name=name,
            instrument_id=facts["instrument"],
            parameters=facts["parameters"],
            actor=cast("User", request.user),
        )
        return Response(AdviceSerializer(advice).data)
