"""Expected against real, over the API: a bot's days, one day with its trades, and its alarm of drift."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.shown import shown
from strategies.bots.selectors import access_bot
from strategies.monitoring.errors import UnknownDay
from strategies.monitoring.models import BotDay
from strategies.monitoring.selectors import access_day, days_of, watched
from strategies.monitoring.serializers import (
    BotDaySerializer,
    BotDayTradesSerializer,
    BotDriftSerializer,
    DriftChoiceSerializer,
)
from strategies.monitoring.services import choose_pause, end_alarm

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User


@access("trading:read")
class BotDays(generics.ListAPIView[BotDay]):
    """A bot's days: what a replay in the backtest expected of each, and what it came to."""

    serializer_class = BotDaySerializer
    filters: ClassVar = {"since": ("day__gte", datetime), "until": ("day__lt", datetime)}

    def get_queryset(self) -> QuerySet[BotDay]:
        """Those of a bot that they may look at."""
        bot = access_bot(_caller(self.request), self.kwargs["bot_id"], permission="trading:read")
        return days_of(bot)


@access("trading:read")
class OneBotDay(APIView):
    """One day of a bot."""

    @extend_schema(
        responses=BotDayTradesSerializer,
        parameters=[OpenApiParameter("date", OpenApiTypes.DATE, OpenApiParameter.PATH, description="UTC.")],
    )
    def get(self, request: Request, bot_id: UUID, date: str, **_: Any) -> Response:
        """The day with its trades, each with its gap in parts, and the entries that were refused."""
        bot = access_bot(_caller(request), bot_id, permission="trading:read")
        return Response(shown(BotDayTradesSerializer, access_day(bot, day_named(date))))


class BotDrift(APIView):
    """How a bot is watched."""

    @access("trading:read")
    @extend_schema(responses=BotDriftSerializer)
    def get(self, request: Request, bot_id: UUID, **_: Any) -> Response:
        """Where it stands, its alarm, and what was chosen."""
        bot = access_bot(_caller(request), bot_id, permission="trading:read")
        return Response(shown(BotDriftSerializer, watched(bot)))

    @access("trading:write", audit="drift.changed")
    @extend_schema(request=DriftChoiceSerializer, responses=BotDriftSerializer)
    def patch(self, request: Request, bot_id: UUID, **_: Any) -> Response:
        """Choose whether the bot is paused when it drifts. Again is harmless."""
        bot = access_bot(_caller(request), bot_id, permission="trading:write")
        sent = DriftChoiceSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        choose_pause(bot=bot, actor=_caller(request), **sent.validated_data)
        return Response(shown(BotDriftSerializer, watched(bot)))


@access("trading:execute", audit="drift.ended")
class EndBotDrift(APIView):
    """Ending an alarm of drift."""

    @extend_schema(request=None, responses=BotDriftSerializer)
    def post(self, request: Request, bot_id: UUID, **_: Any) -> Response:
        """Somebody has looked: the alarm is over, and the days up to now count no more. A paused bot stays paused."""
        bot = access_bot(_caller(request), bot_id, permission="trading:execute")
        end_alarm(bot=bot, actor=_caller(request))
        return Response(shown(BotDriftSerializer, watched(bot)))


def day_named(text: str) -> date:
    """The day of this name, such as 2026-11-26. Raises UnknownDay."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnknownDay(day=text[:20]) from None


def _caller(request: Request) -> User:
    return cast("User", request.user)
