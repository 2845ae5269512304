"""What protects an open position, over the API: seen, and given other terms. On paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.fields import AmountField
from cryptouniverse.kernel.shown import shown
from trading.execution.api.tickets import MovesSerializer, ProtectionSerializer, StandingTargetSerializer, targets_told
from trading.execution.services import protect_by_hand, protection_at
from trading.execution.types import Protected
from trading.portfolio.selectors import access_portfolio, access_position

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.portfolio.models import Portfolio


class ProtectedSerializer(MovesSerializer):
    """What protects a position now. stop_price: where the stop stands. targets: those that are left.

    candles: how many it has lived. even: the stop was moved to the entry plus fees.
    """

    position = serializers.UUIDField()
    instrument = serializers.CharField()
    quantity = AmountField()
    candles = serializers.IntegerField()
    even = serializers.BooleanField()
    targets = serializers.SerializerMethodField()

    @extend_schema_field(StandingTargetSerializer(many=True))
    def get_targets(self, seen: Any) -> list[dict[str, Any]]:
        """Nearest first."""
        return targets_told(seen["targets"])


class PositionProtection(APIView):
    """The stop and the targets of an open position."""

    tagged: ClassVar = tuple(map(str, ProtectionSerializer().fields))

    @access("trading:read")
    @extend_schema(responses=ProtectedSerializer)
    def get(self, request: Request, portfolio_id: UUID, position_id: UUID, **_: Any) -> Response:
        """What protects it now."""
        portfolio = _named(request, portfolio_id, "trading:read")
        position = access_position(portfolio, position_id)
        return _shown(protection_at(portfolio=portfolio, position_id=position.public_id))

    @access("trading:execute", audit="protection.amended")
    @extend_schema(request=ProtectionSerializer(partial=True), responses=ProtectedSerializer)
    def patch(self, request: Request, portfolio_id: UUID, position_id: UUID, **_: Any) -> Response:
        """Change what is named; the rest goes on, the level that a trail has reached too. Bots' positions as well."""
        portfolio = _named(request, portfolio_id, "trading:execute")
        position = access_position(portfolio, position_id)
        sent = ProtectionSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        seen = protect_by_hand(
            portfolio=portfolio, position_id=position.public_id, actor=_caller(request), changes=sent.said()
        )
        return _shown(seen)


def _shown(seen: Protected) -> Response:
    terms = {name: getattr(seen.protection, name) for name in PositionProtection.tagged}
    also = {"position": seen.position_id, "instrument": seen.instrument.id, "quantity": seen.quantity}
    return Response(shown(ProtectedSerializer, {**terms, **also, "candles": seen.candles, "even": seen.even}))


def _caller(request: Any) -> User:
    return cast("User", request.user)  # signed in: the rule asked


def _named(request: Any, portfolio_id: UUID, permission: str) -> Portfolio:
    return access_portfolio(_caller(request), portfolio_id, permission=permission)
