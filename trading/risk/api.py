"""Limits and rules over the API."""

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
from cryptouniverse.kernel.fields import AmountField
from cryptouniverse.kernel.shown import shown
from trading.ceilings.serializers import MODES, STOP_MODES
from trading.ceilings.types import Mode
from trading.portfolio.selectors import access_portfolio
from trading.risk.protections import METHODS
from trading.risk.protections.parameters import CANDLES_MAX, MINUTES_MAX, TRADES_MAX
from trading.risk.registry import all_rules
from trading.risk.selectors import limits_of
from trading.risk.services import change_limits
from trading.risk.triggers import KINDS

if TYPE_CHECKING:
    from accounts.users.models import User

OPTIONAL: Any = {"required": False, "allow_null": True}


class RatioField(AmountField):
    """A ratio, 0.02 for 2%: as a string, and as a number too, for that is how freqtrade's settings have it."""

    def to_internal_value(self, data: Any) -> Decimal:
        """Either as a Decimal."""
        number = isinstance(data, (int, Decimal)) and not isinstance(data, bool)
        return super().to_internal_value(f"{Decimal(data):f}" if number else data)


class ProtectionSerializer(serializers.Serializer[Any]):
    """A lock on entries after what was closed lately, with freqtrade's names and parameters.

    method: CooldownPeriod, StoplossGuard, MaxDrawdown or LowProfitPairs. One of stop_duration_candles, stop_duration
    (minutes; 60 where nothing is said) and unlock_at ("08:00", UTC) says how long it locks; one of
    lookback_period_candles and lookback_period (minutes; 60) how far back closed positions count. Ratios are of what
    was paid. only_per_side changes nothing while positions are long only.
    """

    method = serializers.ChoiceField(choices=list(METHODS))
    stop_duration_candles = serializers.IntegerField(min_value=1, max_value=CANDLES_MAX, **OPTIONAL)
    stop_duration = serializers.IntegerField(min_value=1, max_value=MINUTES_MAX, **OPTIONAL)
    unlock_at = serializers.RegexField(r"^([01][0-9]|2[0-3]):[0-5][0-9]$", **OPTIONAL)
    lookback_period_candles = serializers.IntegerField(min_value=1, max_value=CANDLES_MAX, **OPTIONAL)
    lookback_period = serializers.IntegerField(min_value=1, max_value=MINUTES_MAX, **OPTIONAL)
    trade_limit = serializers.IntegerField(min_value=1, max_value=TRADES_MAX, **OPTIONAL)
    required_profit = RatioField(max_digits=20, decimal_places=10, **OPTIONAL)
    max_allowed_drawdown = RatioField(max_digits=20, decimal_places=10, **OPTIONAL)
    only_per_pair = serializers.BooleanField(**OPTIONAL)
    only_per_side = serializers.BooleanField(**OPTIONAL)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """What was said, and null for what was not."""
        return {str(name): instance.get(str(name)) for name in self.fields}


class TriggerSerializer(serializers.Serializer[Any]):
    """What puts the portfolio into an emergency by itself; people are warned at 80% of the limit.

    trigger: drawdown, day_loss and volatility (percent), loss_streak (positions in a row), feed and venue (seconds of
    silence), drift (units of an asset). mode: as for a stop by hand.
    """

    trigger = serializers.ChoiceField(choices=list(KINDS))
    limit = AmountField(max_digits=38)
    mode = serializers.ChoiceField(choices=STOP_MODES, default=Mode.CLOSE_ONLY.value)


class LimitsSerializer(serializers.Serializer[Any]):
    """What nothing may cross. Amounts in the portfolio's currency, percentages of its equity, collar in basis points.

    whitelist: instruments that may be bought; empty allows all. quote_age_s_max: how old a price may be. protections
    and triggers: all of them, each time.
    """

    whitelist = serializers.ListField(child=serializers.CharField(max_length=60), max_length=200)
    order_notional_max = AmountField(max_digits=38)
    position_notional_max = AmountField(max_digits=38)
    position_pct_max = AmountField(max_digits=7, decimal_places=4)
    risk_per_trade_pct = AmountField(max_digits=7, decimal_places=4)
    daily_loss_pct_max = AmountField(max_digits=7, decimal_places=4)
    open_positions_max = serializers.IntegerField(min_value=0, max_value=10_000)
    quote_age_s_max = serializers.IntegerField(min_value=1, max_value=86_400)
    collar_bps = serializers.IntegerField(min_value=0, max_value=10_000)
    protections = ProtectionSerializer(many=True)
    triggers = TriggerSerializer(many=True)


class StandingLimitsSerializer(LimitsSerializer):
    """The limits, and whether trading is stopped. mode: how far. stop_cause: the trigger that did it, "" for a person.

    warned: triggers that are near their limits.
    """

    mode = serializers.ChoiceField(choices=MODES, source="standing_mode")
    stop_cause = serializers.CharField(allow_blank=True)
    warned = serializers.ListField(child=serializers.CharField())
    stopped_at = serializers.DateTimeField(allow_null=True)
    stopped_by = serializers.CharField(allow_blank=True)
    stop_reason = serializers.CharField(allow_blank=True)


class RuleSerializer(serializers.Serializer[Any]):
    """One rule that stands before every entry, in the order in which they are asked."""

    name = serializers.CharField()
    meaning = serializers.CharField()


class RulesSerializer(serializers.Serializer[Any]):
    """All of them."""

    data = RuleSerializer(many=True)  # type: ignore[assignment]  # DRF's own `data` is what is shown of all
    has_more = serializers.BooleanField()


@access("portfolio:read")
class PortfolioLimits(APIView):
    """The limits of a portfolio."""

    tagged = tuple(LimitsSerializer().fields)

    @extend_schema(responses=StandingLimitsSerializer)
    def get(self, request: Request, portfolio_id: UUID, **_: Any) -> Response:
        """What nothing may cross there, and whether trading is stopped."""
        found = access_portfolio(_caller(request), portfolio_id, permission="portfolio:read")
        return Response(shown(StandingLimitsSerializer, limits_of(found)))

    @access("portfolio:write", audit="limits.changed", step_up=True)
    @extend_schema(
        request=LimitsSerializer(partial=True),
        responses=StandingLimitsSerializer,
        examples=[OpenApiExample("Less at once", value={"order_notional_max": "500"}, request_only=True)],
    )
    def patch(self, request: Request, portfolio_id: UUID, **_: Any) -> Response:
        """Change those that are named."""
        found = access_portfolio(_caller(request), portfolio_id, permission="portfolio:write")
        sent = LimitsSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        row = change_limits(portfolio=found, actor=_caller(request), **sent.validated_data)
        return Response(shown(StandingLimitsSerializer, row))


@access("trading:read")
class Rules(APIView):
    """What stands before every entry."""

    @extend_schema(operation_id="risk_rules_list", responses=RulesSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """The rules in their order. Exits are never asked."""
        rows = [{"name": rule.name, "meaning": gettext(rule.meaning)} for rule in all_rules().values()]
        return Response({"data": rows, "has_more": False})


def _caller(request: Any) -> User:
    return cast("User", request.user)  # signed in: the rule asked
