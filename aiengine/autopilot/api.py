"""Decisions, and the panel's verdicts behind them, over the API."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from aiengine.autopilot.models import DecisionRecord
from aiengine.autopilot.selectors import access_opportunity, decisions_of, opportunities_for
from aiengine.consensus.selectors import opinions_of
from aiengine.consensus.types import Vote
from aiengine.consensus.wording import sentence_of
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.fields import AmountField, MomentField
from cryptouniverse.kernel.shown import shown, shown_all
from cryptouniverse.kernel.words import told
from trading.portfolio.selectors import access_portfolio

if TYPE_CHECKING:
    from accounts.users.models import User

OUTCOMES = [outcome.value for outcome in DecisionRecord.Outcome]
VOTES = [vote.value for vote in Vote]
SHARES: Any = {"max_digits": 7, "decimal_places": 6}


class ToldField(serializers.CharField):
    """A text that is kept in no language, in the reader's."""

    def to_representation(self, value: Any) -> str:
        """The sentence."""
        return told(value, gettext)


class SentenceField(serializers.CharField):
    """A reason that is kept as a code, in words."""

    def to_representation(self, value: Any) -> str:
        """The sentence."""
        return str(sentence_of(value)) if value else ""


class DecisionSerializer(serializers.Serializer[Any]):
    """What became of a signal for one bot. rule, limit, value: what refused or reduced it; level: whose limit that
    was, "" for the portfolio's own. at: the candle's open.
    """

    id = serializers.UUIDField(source="public_id")
    bot = serializers.UUIDField(source="bot_id")
    strategy = serializers.CharField()
    signal = serializers.UUIDField(source="signal_id")
    opportunity = serializers.UUIDField(source="verdict_id", allow_null=True)
    instrument = serializers.CharField(source="instrument_id")
    at = MomentField(source="slot_ms")
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    rule = serializers.CharField(allow_blank=True)
    limit = ToldField(allow_blank=True)
    value = ToldField(allow_blank=True)
    level = serializers.CharField(allow_blank=True)
    wanted_quantity = AmountField(allow_null=True)
    quantity = AmountField(allow_null=True)
    decided_at = serializers.DateTimeField()


class OpinionSerializer(serializers.Serializer[Any]):
    """What one voter said. vote: "" where it abstained, and `error` says why."""

    voter = serializers.CharField()
    kind = serializers.ChoiceField(choices=["ai", "rule"])
    vote = serializers.ChoiceField(choices=VOTES, allow_blank=True)
    confidence = AmountField(allow_null=True, **SHARES)
    reason = SentenceField(allow_blank=True)
    error = serializers.CharField(allow_blank=True)


class VerdictSerializer(serializers.Serializer[Any]):
    """The panel's verdict on an entry signal. side: "" for no trade. by_rules: no AI was asked. at: the open."""

    id = serializers.UUIDField(source="public_id")
    signal = serializers.UUIDField(source="signal_id")
    instrument = serializers.CharField(source="instrument_id")
    at = MomentField(source="slot_ms")
    side = serializers.ChoiceField(choices=["buy", "sell"], allow_blank=True)
    confidence = AmountField(**SHARES)
    policy = serializers.CharField()
    reason = SentenceField()
    by_rules = serializers.BooleanField()
    decided_at = serializers.DateTimeField()


class OpportunitySerializer(VerdictSerializer):
    """A verdict with every opinion."""

    opinions = OpinionSerializer(many=True)


@access("trading:read")
class Decisions(generics.ListAPIView[DecisionRecord]):
    """What was decided in a portfolio, newest first."""

    serializer_class = DecisionSerializer
    filters: ClassVar = {
        "outcome": ("outcome", tuple(OUTCOMES)),
        "bot": ("bot_id", UUID),
        "instrument": ("instrument_id", str),
        "since": ("slot_ms__gte", "ms"),
        "until": ("slot_ms__lt", "ms"),
    }

    def get_queryset(self) -> QuerySet[DecisionRecord]:
        """Those of a portfolio that the caller may look at."""
        user = _caller(self.request)
        return decisions_of(access_portfolio(user, self.kwargs["portfolio_id"], permission="trading:read"))


@access("trading:read")
class Opportunities(generics.ListAPIView[Any]):
    """The verdicts on signals that reached the caller's bots, newest first."""

    serializer_class = VerdictSerializer
    filters: ClassVar = {
        "instrument": ("instrument_id", str),
        "side": ("side", ("buy", "sell")),
        "since": ("decided_at__gte", datetime),
        "until": ("decided_at__lt", datetime),
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Those behind decisions in portfolios that they may look at."""
        return opportunities_for(_caller(self.request))


@access("trading:read")
class OneOpportunity(APIView):
    """One verdict."""

    @extend_schema(responses=OpportunitySerializer)
    def get(self, request: Request, verdict_id: UUID, **_: Any) -> Response:
        """The verdict with what each voter said."""
        row = access_opportunity(_caller(request), verdict_id)
        opinions = shown_all(OpinionSerializer, opinions_of(row))
        return Response({**shown(VerdictSerializer, row), "opinions": opinions})


def _caller(request: Any) -> User:
    return cast("User", request.user)  # signed in: the rule asked
