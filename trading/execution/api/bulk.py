"""Many orders by hand in one call over the API: each with its own answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.errors import CryptoUniverseError, Invalid
from cryptouniverse.kernel.shown import shown
from trading.execution.api.tickets import PlacedSerializer, StrictSerializer, TicketSerializer
from trading.execution.models import Intent
from trading.execution.services import BULK_MAX, place_many_by_hand
from trading.execution.tickets import Ticket
from trading.portfolio.selectors import access_portfolio

if TYPE_CHECKING:
    from accounts.users.models import User


MANY: Any = {"min_length": 1, "max_length": BULK_MAX}


class ManySerializer(StrictSerializer):
    """Orders, in the order in which they are judged. all_or_nothing: where one is refused, none is placed."""

    orders: Any = serializers.ListSerializer(child=TicketSerializer(), **MANY)
    all_or_nothing = serializers.BooleanField(default=False)


class UnreadSerializer(ManySerializer):
    """The same before its orders are read, so that each can be refused by itself."""

    orders: Any = serializers.ListField(child=serializers.JSONField(), **MANY)


class RefusalSerializer(serializers.Serializer[Any]):
    """Why an order was not placed, as a problem document says it."""

    type = serializers.CharField()
    status = serializers.IntegerField()
    title = serializers.CharField()
    detail = serializers.CharField()
    code = serializers.CharField()
    facts = serializers.JSONField()


class ResultSerializer(serializers.Serializer[Any]):
    """What became of one order: it was placed, or there is a problem; the other one is null."""

    order = PlacedSerializer(allow_null=True)
    problem = RefusalSerializer(allow_null=True)


class ResultsSerializer(serializers.Serializer[Any]):
    """What became of each, in the order in which they were sent. placed: how many were."""

    placed = serializers.IntegerField()
    results = ResultSerializer(many=True)


@access("trading:execute", audit="order.placed", idempotent=True)
class PlaceOrders(APIView):
    """Ordering many at once."""

    @extend_schema(request=ManySerializer, responses=ResultsSerializer)
    def post(self, request: Request, portfolio_id: UUID, **_: Any) -> Response:
        """Place up to 50 orders, once per Idempotency-Key; each is judged after the one before it."""
        portfolio = access_portfolio(_caller(request), portfolio_id, permission="trading:execute")
        sent = UnreadSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        answers = place_many_by_hand(
            portfolio=portfolio,
            actor=_caller(request),
            asked=[_asked(one) for one in sent.validated_data["orders"]],
            key=request.headers["Idempotency-Key"],
            whole=sent.validated_data["all_or_nothing"],
        )
        placed = sum(isinstance(one, Intent) for one in answers)
        return Response(shown(ResultsSerializer, {"placed": placed, "results": [_result(one) for one in answers]}))


def _asked(raw: Any) -> tuple[str, Ticket] | CryptoUniverseError:
    """One order, or what is wrong with how it was said."""
    try:
        sent = TicketSerializer(data=raw)
        sent.is_valid(raise_exception=True)
        return sent.ticket()
    except serializers.ValidationError as error:
        return Invalid(fields=error.get_full_details())
    except CryptoUniverseError as error:
        return error


def _result(answer: Intent | CryptoUniverseError) -> dict[str, Any]:
    if isinstance(answer, Intent):
        return {"order": answer, "problem": None}
    return {
        "order": None,
        "problem": {
            "type": f"/problems/{answer.code}",
            "status": answer.status,
            "title": gettext(answer.title),
            "detail": answer.sentence(gettext),
            "code": answer.code,
            "facts": answer.facts,
        },
    }


def _caller(request: Any) -> User:
    return cast("User", request.user)  # signed in: the rule asked
