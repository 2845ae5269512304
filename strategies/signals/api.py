"""Signals over the API: those that the caller's bots listen to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.db.models import QuerySet
from rest_framework import generics, serializers

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.fields import MomentField
from cryptouniverse.kernel.market import Timeframe
from strategies.bots.selectors import bots_for
from strategies.signals.models import SignalRecord
from strategies.signals.selectors import signals_for
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


@access("trading:read")
class Signals(generics.ListAPIView[SignalRecord]):
    """The signals that the caller's bots listen to, newest first."""

    serializer_class = SignalSerializer
    filters: ClassVar = {
        "strategy": ("strategy", str),
        "instrument": ("instrument_id", str),
        "timeframe": ("timeframe", tuple(TIMEFRAMES)),
        "action": ("action", tuple(ACTIONS)),
        "since": ("slot_ms__gte", "ms"),
        "until": ("slot_ms__lt", "ms"),
    }

    def get_queryset(self) -> QuerySet[SignalRecord]:
        """Those of bots that they may look at; what others listen to is not told."""
        return signals_for(bots_for(cast("User", self.request.user)))
