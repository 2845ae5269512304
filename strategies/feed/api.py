"""Signal feeds over the API: following, reading, and the secret address. A person's own alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.shown import shown
from strategies.backtest.serializers import TIMEFRAMES
from strategies.feed.errors import NoAddress
from strategies.feed.models import SignalNotice, SignalSubscription
from strategies.feed.selectors import access_subscription, address_of, notices_of, subscriptions_of
from strategies.feed.serializers import (
    ACTIONS,
    KINDS,
    FollowSerializer,
    NewSignalAddressSerializer,
    SignalAddressSerializer,
    SignalNoticeSerializer,
    SignalSubscriptionSerializer,
)
from strategies.feed.services import (
    follow_opportunities,
    follow_strategy,
    make_address,
    paths_of,
    revoke_address,
    unfollow,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User


@access("trading:read")
class Subscriptions(generics.ListAPIView[SignalSubscription]):
    """What the caller follows, newest first."""

    serializer_class = SignalSubscriptionSerializer
    filters: ClassVar = {
        "strategy": ("strategy", str),
        "instrument": ("instrument_id", str),
        "timeframe": ("timeframe", tuple(TIMEFRAMES)),
    }

    def get_queryset(self) -> QuerySet[SignalSubscription]:
        """Their own."""
        return subscriptions_of(_caller(self.request))

    @access("trading:write", audit="signals.followed")
    @extend_schema(
        request=FollowSerializer,
        responses={201: SignalSubscriptionSerializer},
        examples=[
            OpenApiExample(
                "A strategy on a market",
                value={"strategy": "donchian_breakout", "instrument": "binance:BTC/USDT", "timeframe": "1h"},
                request_only=True,
            ),
            OpenApiExample("All opportunities above a score", value={"score_least": "0.1"}, request_only=True),
        ],
    )
    def post(self, request: Request, **_: Any) -> Response:
        """Follow it from the next closed candle on, without a bot. What is followed already stays as it is."""
        sent = FollowSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        facts = sent.validated_data
        if "score_least" in facts:
            made = follow_opportunities(actor=_caller(request), score_least=facts["score_least"])
        else:
            made = follow_strategy(
                actor=_caller(request),
                strategy=facts["strategy"],
                parameters=facts["parameters"],
                instrument_id=facts["instrument"],
                timeframe=Timeframe(facts["timeframe"]),
            )
        return Response(shown(SignalSubscriptionSerializer, made), status=201)


@access("trading:read")
class OneSubscription(APIView):
    """One thing that is followed."""

    @extend_schema(responses=SignalSubscriptionSerializer)
    def get(self, request: Request, subscription_id: UUID, **_: Any) -> Response:
        """What it is."""
        return Response(shown(SignalSubscriptionSerializer, access_subscription(_caller(request), subscription_id)))

    @access("trading:write", audit="signals.unfollowed")
    @extend_schema(responses={204: None})
    def delete(self, request: Request, subscription_id: UUID, **_: Any) -> Response:
        """End it at once: what is not delivered yet will not be."""
        unfollow(actor=_caller(request), subscription_id=subscription_id)
        return Response(status=204)


@access("trading:read")
class Feed(generics.ListAPIView[SignalNotice]):
    """The signals that were delivered to the caller, newest first. `ending_before` the newest that is known gives what
    has come since. No advice; scores are of simulated results.
    """

    serializer_class = SignalNoticeSerializer
    filters: ClassVar = {
        "kind": ("kind", tuple(KINDS)),
        "strategy": ("strategy", str),
        "instrument": ("instrument_id", str),
        "timeframe": ("timeframe", tuple(TIMEFRAMES)),
        "action": ("action", tuple(ACTIONS)),
        "since": ("slot_ms__gte", "ms"),
        "until": ("slot_ms__lt", "ms"),
    }

    def get_queryset(self) -> QuerySet[SignalNotice]:
        """Their own."""
        return notices_of(_caller(self.request))


@access("trading:read")
class Address(APIView):
    """The secret address at which a feed reader finds the caller's signals."""

    @extend_schema(responses=SignalAddressSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """The one in force, without its secret. Raises NoAddress."""
        found = address_of(_caller(request))
        if found is None:
            raise NoAddress
        return Response(shown(SignalAddressSerializer, found))

    @access("trading:write", audit="signals.address_made", step_up=True)
    @extend_schema(request=None, responses={201: NewSignalAddressSerializer})
    def post(self, request: Request, **_: Any) -> Response:
        """A new one in place of the one before, which opens nothing from now on. It is shown this once."""
        made, token = make_address(actor=_caller(request))
        body = shown(SignalAddressSerializer, made) | paths_of(token)
        return Response(body, status=201, headers={"Cache-Control": "no-store"})

    @access("trading:write", audit="signals.address_revoked")
    @extend_schema(responses={204: None})
    def delete(self, request: Request, **_: Any) -> Response:
        """From now on it opens nothing. Again is harmless."""
        revoke_address(actor=_caller(request))
        return Response(status=204)


def _caller(request: Request) -> User:
    return cast("User", request.user)
