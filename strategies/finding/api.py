"""Strategies that read order books, what they see now, and what bots that run them did, over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.fields import AmountField, MomentField
from cryptouniverse.kernel.shown import shown
from strategies.bots.selectors import access_bot
from strategies.catalog.finding import Finder
from strategies.catalog.registry import all_finders
from strategies.finding.models import FoundTrade
from strategies.finding.selectors import found_by, seen_now

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User

LEG_SIDES = ["buy", "sell"]
FOUND_KINDS = [kind.value for kind in FoundTrade.Kind]
CAUSES = ["stock", "leg", "undo", "quote", "stop", "left", "settled", "liquidated"]


class FinderSettingSerializer(serializers.Serializer[Any]):
    """What can be set: a whole number, or an exact one as text. Bounds as text."""

    name = serializers.CharField()
    default = serializers.CharField()
    low = serializers.CharField()
    high = serializers.CharField()
    meaning = serializers.CharField()


class FinderSerializer(serializers.Serializer[Any]):
    """A strategy that compares markets. runs: order books feed it, so bots on paper can run it. needs: its data."""

    name = serializers.CharField()
    title = serializers.CharField()
    family = serializers.CharField()
    hypothesis = serializers.CharField()
    regime = serializers.CharField()
    known_failure = serializers.CharField()
    needs = serializers.CharField()
    plan = serializers.CharField()
    runs = serializers.BooleanField()
    parameters = FinderSettingSerializer(many=True)


class FindersSerializer(serializers.Serializer[Any]):
    """All of them."""

    data = FinderSerializer(many=True)  # type: ignore[assignment]  # DRF's own `data` is what is shown of all
    has_more = serializers.BooleanField()


class LegSeenSerializer(serializers.Serializer[Any]):
    """One order that would be sent."""

    instrument = serializers.CharField(source="instrument_id")
    side = serializers.ChoiceField(choices=LEG_SIDES)
    size = AmountField()
    limit = AmountField()


class SeenNowSerializer(serializers.Serializer[Any]):
    """A strategy on markets that it is made for, at the last books. at: of the youngest; age_ms: how long ago that was
    by the market's clock; apart_ms: how much older the oldest was; stale: too old to be compared. legs: what it would
    send with `funds`; none where nothing pays. profit: after fees.
    """

    strategy = serializers.CharField()
    title = serializers.CharField()
    instruments = serializers.ListField(child=serializers.CharField())
    simulated = serializers.BooleanField()
    at = MomentField(source="at_ms")
    age_ms = serializers.IntegerField()
    apart_ms = serializers.IntegerField()
    stale = serializers.BooleanField()
    funds = AmountField()
    currency = serializers.CharField()
    legs = LegSeenSerializer(many=True)
    profit = AmountField(allow_null=True)
    capital = AmountField(allow_null=True)


class SeenAllSerializer(serializers.Serializer[Any]):
    """What pays first."""

    data = SeenNowSerializer(many=True)  # type: ignore[assignment]  # DRF's own `data` is what is shown of all
    has_more = serializers.BooleanField()


class BookFillSerializer(serializers.Serializer[Any]):
    """What one level of a book gave."""

    price = serializers.CharField()
    size = serializers.CharField()
    fee = serializers.CharField()
    fee_currency = serializers.CharField()


class BookOrderSerializer(serializers.Serializer[Any]):
    """An order of a trade at books, and what it got. cause: what it was for; undo: a leg that was not matched."""

    instrument = serializers.CharField()
    side = serializers.ChoiceField(choices=LEG_SIDES)
    cause = serializers.ChoiceField(choices=CAUSES)
    limit = serializers.CharField()
    size = serializers.CharField()
    fills = BookFillSerializer(many=True)


class FoundTradeSerializer(serializers.Serializer[Any]):
    """What a bot sent at one moment. kind: coins to begin with, a trade with legs, a quote that filled, or its stop.

    expected, profit: after fees, of a trade with legs: as it was counted, and as it came. one_sided: a leg was not
    matched by the others.
    """

    id = serializers.UUIDField(source="public_id")
    at = MomentField(source="at_ms")
    kind = serializers.ChoiceField(choices=FOUND_KINDS)
    currency = serializers.CharField()
    expected = AmountField(allow_null=True)
    capital = AmountField(allow_null=True)
    profit = AmountField(allow_null=True)
    one_sided = serializers.BooleanField()
    orders = BookOrderSerializer(many=True)


@access("trading:read")
class Finders(APIView):
    """The strategies that compare markets."""

    @extend_schema(operation_id="finders_list", responses=FindersSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """Every one with what it needs, by name."""
        return Response({"data": [_finder(one) for one in all_finders().values()], "has_more": False})


@access("trading:read")
class FindersSeen(APIView):
    """What they see in the books now."""

    @extend_schema(operation_id="finders_seen_list", responses=SeenAllSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """Each on the markets that it is made for, as the market is shown; what pays first."""
        return Response(shown(SeenAllSerializer, {"data": seen_now(), "has_more": False}))


@access("trading:read")
class BotFound(generics.ListAPIView[FoundTrade]):
    """What a bot that reads order books did."""

    serializer_class = FoundTradeSerializer
    filters: dict[str, Any] = {"kind": ("kind", tuple(FOUND_KINDS))}  # as on its neighbours

    def get_queryset(self) -> QuerySet[FoundTrade]:
        """Of one bot; nothing of a bot of another kind."""
        bot_id = cast("UUID", self.kwargs["bot_id"])
        return found_by(access_bot(cast("User", self.request.user), bot_id, permission="trading:read"))


def _finder(one: Finder) -> dict[str, Any]:
    words = ("title", "hypothesis", "regime", "known_failure", "needs")
    return {
        **{name: getattr(one, name) for name in ("name", "family", "plan")},
        **{name: gettext(getattr(one, name)) for name in words},
        "runs": True,
        "parameters": [
            {
                **{name: str(getattr(each, name)) for name in ("name", "default", "low", "high")},
                "meaning": gettext(each.meaning),
            }
            for each in one.parameters
        ],
    }
