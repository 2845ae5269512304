"""Backtests over the API: asked for, watched, read, cancelled, deleted. A person's own alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.shown import shown
from strategies.backtest.models import Run
from strategies.backtest.selectors import access_run, line_of, runs_of, trades_of
from strategies.backtest.serializers import (
    STATES,
    TIMEFRAMES,
    BotRangeSerializer,
    LineSerializer,
    PlanSerializer,
    RunResultSerializer,
    RunSerializer,
    RunTradesSerializer,
)
from strategies.backtest.services import ask_for_bot, ask_for_run, cancel_run, delete_run
from strategies.bots.selectors import access_bot

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User


@access("trading:read")
class Backtests(generics.ListAPIView[Run]):
    """The caller's runs, newest first."""

    serializer_class = RunSerializer
    filters: ClassVar = {
        "strategy": ("strategy", str),
        "timeframe": ("timeframe", tuple(TIMEFRAMES)),
        "state": ("state", tuple(STATES)),
    }

    def get_queryset(self) -> QuerySet[Run]:
        """Their own."""
        return runs_of(_caller(self.request))

    @access("trading:write", audit="backtest.asked")
    @extend_schema(
        request=PlanSerializer,
        responses={201: RunSerializer},
        examples=[
            OpenApiExample(
                "A breakout over a month",
                value={
                    "strategy": "donchian_breakout",
                    "instruments": ["binance:BTC/USDT"],
                    "timeframe": "1h",
                    "since": "2024-01-01T00:00:00Z",
                    "until": "2024-02-01T00:00:00Z",
                    "terms": {"capital": "10000", "size": {"sizing": "risk", "percent": "2"}},
                },
                request_only=True,
            ),
            OpenApiExample(
                "Arbitrage over stored order books",
                value={
                    "strategy": "cross_exchange",
                    "instruments": ["binance:BTC/USDT", "kraken:BTC/USDT"],
                    "terms": {"capital": "10000", "stop_bps": 1000},
                },
                request_only=True,
            ),
        ],
    )
    def post(self, request: Request, **_: Any) -> Response:
        """Ask for a run; a worker does it, and its state says how far it is. What cannot run is refused at once."""
        sent = PlanSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        caller = _caller(request)
        return Response(shown(RunSerializer, ask_for_run(actor=caller, plan=sent.any_plan(caller))), status=201)


@access("trading:write", audit="backtest.asked")
class BotBacktest(APIView):
    """What a bot would have traded."""

    @extend_schema(request=BotRangeSerializer, responses={201: RunSerializer})
    def post(self, request: Request, bot_id: UUID, **_: Any) -> Response:
        """Ask for a run with the bot's own terms and its portfolio's value, without the entries that its panel
        refused then: they stand in the plan.
        """
        sent = BotRangeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        caller, said = _caller(request), sent.validated_data
        bot = access_bot(caller, bot_id, permission="trading:read")
        made = ask_for_bot(actor=caller, bot=bot, since_ms=said["since"], until_ms=said["until"])
        return Response(shown(RunSerializer, made), status=201)


@access("trading:read")
class OneBacktest(APIView):
    """One run."""

    @extend_schema(responses=RunResultSerializer)
    def get(self, request: Request, run_id: UUID, **_: Any) -> Response:
        """How far it is, and once it is done what it came to."""
        return Response(shown(RunResultSerializer, access_run(_caller(request), run_id)))

    @access("trading:write", audit="backtest.deleted")
    @extend_schema(responses={204: None})
    def delete(self, request: Request, run_id: UUID, **_: Any) -> Response:
        """Forget a run that is over, or waits."""
        delete_run(actor=_caller(request), run_id=run_id)
        return Response(status=204)


@access("trading:write", audit="backtest.cancelled")
class CancelBacktest(APIView):
    """Ending a run that is not over."""

    @extend_schema(request=None, responses=RunSerializer)
    def post(self, request: Request, run_id: UUID, **_: Any) -> Response:
        """At once where it waits, else within a second. Again is harmless."""
        return Response(shown(RunSerializer, cancel_run(actor=_caller(request), run_id=run_id)))


@access("trading:read")
class BacktestLine(APIView):
    """Equity and drawdown of a run."""

    @extend_schema(responses=LineSerializer)
    def get(self, request: Request, run_id: UUID, **_: Any) -> Response:
        """From the first close, or moment of books, to the last, beside buying and holding; of a run that is done."""
        points = line_of(access_run(_caller(request), run_id))
        return Response(shown(LineSerializer, {"data": points, "has_more": False}))


@access("trading:read")
class BacktestTrades(APIView):
    """The trades of a run."""

    @extend_schema(responses=RunTradesSerializer)
    def get(self, request: Request, run_id: UUID, **_: Any) -> Response:
        """All of them, in the order in which they closed, over order books with their orders and fills; of a run that
        is done.
        """
        trades = trades_of(access_run(_caller(request), run_id))
        return Response(shown(RunTradesSerializer, {"data": trades, "has_more": False}))


def _caller(request: Request) -> User:
    return cast("User", request.user)
