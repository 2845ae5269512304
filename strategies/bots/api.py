"""The catalogue of strategies, and bots, over the API."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import Counted, access
from cryptouniverse.kernel.fields import AmountField
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.numbers import SettingField
from cryptouniverse.kernel.shown import shown
from strategies.bots.models import Bot
from strategies.bots.selectors import access_bot, access_own_bot, bots_for
from strategies.bots.serializers import (
    SizingSerializer,
    StrategiesSerializer,
    StrategyField,
    StrategySerializer,
    strategy_told,
)
from strategies.bots.services import (
    allow_live,
    change_bot,
    create_bot,
    end_live,
    pause_bot,
    rearm_bot,
    resume_bot,
    stop_bot,
)
from strategies.bots.types import BotStatus
from strategies.catalog.outside import WEBHOOK
from strategies.catalog.registry import all_finders, all_managers, all_strategies, strategy
from trading.ceilings.serializers import (
    CeilingSerializer,
    ReasonSerializer,
    StandingCeilingSerializer,
    StopSerializer,
    WithdrawnSerializer,
)
from trading.ceilings.types import Level, Mode
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import feed_state
from trading.portfolio.selectors import access_portfolio
from trading.risk.selectors import ceiling_of
from trading.risk.services import change_ceiling

if TYPE_CHECKING:
    from accounts.users.models import User

STATUSES = [status.value for status in BotStatus]
TIMEFRAMES = [timeframe.value for timeframe in Timeframe]


class BotTermsSerializer(serializers.Serializer[Any]):
    """What can be changed of a bot. allocation: most that one entry may cost, "0" for no such cap; of a bot that keeps
    orders its funds. Of such a bot name and loss limit can be changed.

    trail_bps: the stop follows the best price at this distance. break_even_bps: after such a move it goes to the entry
    plus fees. time_stop_candles: a position is sold after so many. 0: not so.
    """

    name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    parameters = serializers.DictField(child=SettingField(), required=False)
    instruments = serializers.ListField(child=serializers.CharField(max_length=60), min_length=1, max_length=200)
    allocation = AmountField(max_digits=30, decimal_places=8, min_value=Decimal(0), required=False)
    sizing = SizingSerializer(required=False)
    stop_bps = serializers.IntegerField(min_value=1, max_value=9_999, required=False)
    target_bps = serializers.IntegerField(min_value=0, max_value=100_000, required=False)
    trail_bps = serializers.IntegerField(min_value=0, max_value=9_999, required=False)
    break_even_bps = serializers.IntegerField(min_value=0, max_value=100_000, required=False)
    time_stop_candles = serializers.IntegerField(min_value=0, max_value=100_000, required=False)


class ChangeBotSerializer(BotTermsSerializer):
    """What can be changed of a bot. strategy: another version of the rule set that it trades by, and nothing else."""

    strategy = serializers.CharField(max_length=60, required=False)


class NewBotSerializer(BotTermsSerializer):
    """A bot to be made: in which portfolio, with which strategy, at candles of which length.

    strategy: of the catalogue, "webhook" for signals from outside, or "rules:<id>:<version>" of one's own rule sets.
    """

    portfolio = serializers.UUIDField()
    strategy = StrategyField(choices=[*all_strategies(), *all_managers(), *all_finders(), WEBHOOK])
    timeframe = serializers.ChoiceField(choices=TIMEFRAMES)

    def validate_timeframe(self, value: str) -> str:
        """That of the market that is shown: at candles of another length nothing is decided."""
        try:
            shown_in = feed_state().timeframe.value
        except NoMarket:
            return value
        if value != shown_in:
            said = gettext("The market is shown in candles of %(shown)s: with %(asked)s a bot would never act.")
            raise serializers.ValidationError(said % {"shown": shown_in, "asked": value})
        return value


class BotSerializer(serializers.Serializer[Any]):
    """A configured strategy in a portfolio. live: its owner lets it trade for real money."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.IntegerField()
    name = serializers.CharField()
    portfolio = serializers.UUIDField(source="portfolio.public_id")
    strategy = serializers.CharField()
    parameters = serializers.DictField(child=SettingField())
    timeframe = serializers.ChoiceField(choices=TIMEFRAMES)
    instruments = serializers.ListField(child=serializers.CharField())
    allocation = AmountField()
    sizing = SizingSerializer()
    stop_bps = serializers.IntegerField()
    target_bps = serializers.IntegerField()
    trail_bps = serializers.IntegerField()
    break_even_bps = serializers.IntegerField()
    time_stop_candles = serializers.IntegerField()
    status = serializers.ChoiceField(choices=STATUSES)
    live = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class WhySerializer(serializers.Serializer[Any]):
    """Why, for the record."""

    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


@access("trading:read")
class Strategies(APIView):
    """The catalogue."""

    @extend_schema(operation_id="strategies_list", responses=StrategiesSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """Every strategy with its parameters, by name."""
        return Response({"data": [strategy_told(one) for one in all_strategies().values()], "has_more": False})


@access("trading:read")
class OneStrategy(APIView):
    """One strategy."""

    @extend_schema(responses=StrategySerializer)
    def get(self, request: Request, name: str, **_: Any) -> Response:
        """What it assumes, when it loses, and what can be set."""
        return Response(strategy_told(strategy(name)))


@access("trading:read")
class Bots(generics.ListAPIView[Bot]):
    """The bots in the caller's portfolios and in those shared with or delegated to them."""

    serializer_class = BotSerializer
    filters: ClassVar = {
        "status": ("status", tuple(STATUSES)),
        "portfolio": ("portfolio__public_id", UUID),
        "strategy": ("strategy", str),
        "instrument": ("instruments__contains", [str]),
    }

    def get_queryset(self) -> QuerySet[Bot]:
        """Those that they may look at."""
        return bots_for(_caller(self.request))

    @access("trading:write", audit="bot.created")
    @extend_schema(
        request=NewBotSerializer,
        responses={201: BotSerializer},
        examples=[
            OpenApiExample(
                "A breakout bot",
                value={
                    "portfolio": "0193f5d2-8c1e-7a40-9a55-0d3c7f1b2a01",
                    "strategy": "donchian_breakout",
                    "timeframe": "1h",
                    "instruments": ["binance:BTC/USDT"],
                    "allocation": "250",
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, **_: Any) -> Response:
        """Make a bot; it is active from the next closed candle on."""
        sent = NewBotSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        terms = dict(sent.validated_data)
        portfolio = access_portfolio(_caller(request), terms.pop("portfolio"), permission="trading:write")
        bot = create_bot(
            owner=portfolio.owner,
            actor=_caller(request),
            portfolio=portfolio,
            timeframe=Timeframe(terms.pop("timeframe")),
            parameters=terms.pop("parameters", {}),
            **terms,
        )
        return Response(shown(BotSerializer, bot), status=201)


@access("trading:read")
class OneBot(APIView):
    """One bot."""

    @extend_schema(responses=BotSerializer)
    def get(self, request: Request, bot_id: UUID, **_: Any) -> Response:
        """What it trades, and whether it runs."""
        return Response(shown(BotSerializer, access_bot(_caller(request), bot_id, permission="trading:read")))

    @access("trading:write", audit="bot.changed")
    @extend_schema(request=ChangeBotSerializer, responses=BotSerializer)
    def patch(self, request: Request, bot_id: UUID, **_: Any) -> Response:
        """Change what is named, from the next closed candle on. Positions that are open keep their stops."""
        bot = access_bot(_caller(request), bot_id, permission="trading:write")
        sent = ChangeBotSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        return Response(shown(BotSerializer, change_bot(bot=bot, actor=_caller(request), **sent.validated_data)))


@access("trading:execute", audit="bot.paused")
class PauseBot(APIView):
    """Telling a bot to wait."""

    @extend_schema(request=WhySerializer, responses=BotSerializer)
    def post(self, request: Request, bot_id: UUID, **_: Any) -> Response:
        """Enter nothing more; exits go on. Again is harmless."""
        return _turned(request, bot_id, pause_bot)


@access("trading:execute", audit="bot.resumed")
class ResumeBot(APIView):
    """Telling a bot to go on."""

    @extend_schema(request=WhySerializer, responses=BotSerializer)
    def post(self, request: Request, bot_id: UUID, **_: Any) -> Response:
        """Enter again from the next closed candle on. Again is harmless."""
        return _turned(request, bot_id, resume_bot)


class LiveBot(APIView):
    """A bot's yes to real money: one of those that each order for it needs."""

    @access("trading:write", audit="bot.live_allowed", step_up=True)
    @extend_schema(request=None, responses=BotSerializer)
    def post(self, request: Request, bot_id: UUID, **_: Any) -> Response:
        """Let it trade for real money: its owner alone may say so. Again is harmless."""
        bot = access_own_bot(_caller(request), bot_id)
        return Response(shown(BotSerializer, allow_live(bot=bot, actor=_caller(request))))

    @access("trading:execute", audit="bot.live_ended")
    @extend_schema(responses={200: BotSerializer})
    def delete(self, request: Request, bot_id: UUID, **_: Any) -> Response:
        """It buys for real money no more; stops and exits go on. Again is harmless."""
        bot = access_bot(_caller(request), bot_id, permission="trading:execute")
        return Response(shown(BotSerializer, end_live(bot=bot, actor=_caller(request))))


class BotCeiling(APIView):
    """Caps of one bot, above the limits of its portfolio."""

    tagged: ClassVar = tuple(CeilingSerializer().fields)

    @access("trading:read")
    @extend_schema(responses=StandingCeilingSerializer)
    def get(self, request: Request, bot_id: UUID, **_: Any) -> Response:
        """The caps, and the mode."""
        bot = access_bot(_caller(request), bot_id, permission="trading:read")
        return Response(shown(StandingCeilingSerializer, ceiling_of(Level.BOT, bot.public_id)))

    @access("trading:write", audit="ceiling.changed")
    @extend_schema(request=CeilingSerializer(partial=True), responses=StandingCeilingSerializer)
    def patch(self, request: Request, bot_id: UUID, **_: Any) -> Response:
        """Change those that are named, from the next decision on."""
        bot = access_bot(_caller(request), bot_id, permission="trading:write")
        sent = CeilingSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        asked = {"whose": bot.owner.public_id, **sent.validated_data}
        row = change_ceiling(level=Level.BOT, subject=bot.public_id, actor=_caller(request), **asked)
        return Response(shown(StandingCeilingSerializer, row))


@access("trading:execute", audit="trading.stopped", counted=Counted.NEVER)
class StopBot(APIView):
    """The switch that stops one bot."""

    @extend_schema(request=StopSerializer, responses=WithdrawnSerializer)
    def post(self, request: Request, bot_id: UUID, **_: Any) -> Response:
        """Stop a bot at once and take back what it has on its way. Again is harmless."""
        bot = access_bot(_caller(request), bot_id, permission="trading:execute")
        sent = StopSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        asked = {"reason": sent.validated_data["reason"], "mode": Mode(sent.validated_data["mode"])}
        withdrawn = stop_bot(bot=bot, actor=_caller(request), **asked)
        mode = ceiling_of(Level.BOT, bot.public_id).mode
        return Response(shown(WithdrawnSerializer, {"level": Level.BOT.value, "mode": mode, "withdrawn": withdrawn}))


@access("trading:execute", audit="trading.resumed")
class RearmBot(APIView):
    """The way back."""

    @extend_schema(request=ReasonSerializer, responses=StandingCeilingSerializer)
    def post(self, request: Request, bot_id: UUID, **_: Any) -> Response:
        """Let a bot go on where nothing else stops it. The reason says what was checked."""
        bot = access_bot(_caller(request), bot_id, permission="trading:execute")
        sent = ReasonSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        rearm_bot(bot=bot, actor=_caller(request), reason=sent.validated_data["reason"])
        return Response(shown(StandingCeilingSerializer, ceiling_of(Level.BOT, bot.public_id)))


def _caller(request: Any) -> User:
    return cast("User", request.user)  # signed in: the rule asked


def _turned(request: Request, bot_id: UUID, turn: Any) -> Response:
    bot = access_bot(_caller(request), bot_id, permission="trading:execute")
    sent = WhySerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    return Response(shown(BotSerializer, turn(bot=bot, actor=_caller(request), reason=sent.validated_data["reason"])))
