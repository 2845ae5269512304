"""Stopping a person's trading or a whole organisation's, their ceilings, and closing a position by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.users.selectors import access_person
from cryptouniverse.kernel.access import Counted, access
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.fields import AmountField
from cryptouniverse.kernel.shown import shown
from trading.ceilings.serializers import (
    NONE,
    CeilingSerializer,
    ReasonSerializer,
    StandingCeilingSerializer,
    StopSerializer,
    WithdrawnSerializer,
)
from trading.ceilings.types import Level, Mode
from trading.connections.selectors import access_connection
from trading.execution.api.tickets import PRICE, StrictSerializer
from trading.execution.services import leave_by_hand, resume_level, stop_level
from trading.portfolio.selectors import access_portfolio, access_position
from trading.risk.selectors import ceiling_of
from trading.risk.services import change_ceiling

if TYPE_CHECKING:
    from accounts.users.models import User


class PartSerializer(StrictSerializer):
    """How much of a position is sold; all of it where that is not said."""

    quantity = AmountField(**PRICE, **NONE)


class LeavingSerializer(serializers.Serializer[Any]):
    """A position that is to be closed. recorded: an exit was recorded now; false where it is being left already."""

    position = serializers.UUIDField()
    recorded = serializers.BooleanField()


@access("trading:execute", audit="position.left", counted=Counted.NEVER)
class ClosePosition(APIView):
    """Closing by hand."""

    @extend_schema(request=PartSerializer, responses=LeavingSerializer)
    def post(self, request: Request, portfolio_id: UUID, position_id: UUID, **_: Any) -> Response:
        """Sell an open position at the market, or a part of it, whatever is stopped.

        Again is harmless while it is being left; a part is sold once where an Idempotency-Key is sent with it.
        """
        portfolio = access_portfolio(_caller(request), portfolio_id, permission="trading:execute")
        position = access_position(portfolio, position_id)
        sent = PartSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        part = {"quantity": sent.validated_data.get("quantity"), "key": request.headers.get("Idempotency-Key", "")}
        recorded = leave_by_hand(portfolio=portfolio, position_id=position.public_id, actor=_caller(request), **part)
        return Response(shown(LeavingSerializer, {"position": position.public_id, "recorded": recorded}))


class TenantCeiling(APIView):
    """Caps above the limits of everybody's portfolios in the organisation."""

    tagged: ClassVar = tuple(CeilingSerializer().fields)

    @access("admin:read")
    @extend_schema(responses=StandingCeilingSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """The caps, and the mode."""
        return _ceiling(Level.TENANT, current_tenant().id)

    @access("admin:write", audit="ceiling.changed", step_up=True)
    @extend_schema(request=CeilingSerializer(partial=True), responses=StandingCeilingSerializer)
    def patch(self, request: Request, **_: Any) -> Response:
        """Change those that are named, from the next decision on."""
        return _changed(request, Level.TENANT, current_tenant().id)


@access("admin:execute", audit="trading.stopped", counted=Counted.NEVER)
class StopTenant(APIView):
    """The switch that stops everybody in the organisation."""

    @extend_schema(request=StopSerializer, responses=WithdrawnSerializer)
    def post(self, request: Request, **_: Any) -> Response:
        """Stop all trading at once. Again is harmless."""
        return _stopped(request, Level.TENANT, current_tenant().id, by_admin=True)


@access("admin:execute", audit="trading.resumed", step_up=True)
class RearmTenant(APIView):
    """The way back."""

    @extend_schema(request=ReasonSerializer, responses=StandingCeilingSerializer)
    def post(self, request: Request, **_: Any) -> Response:
        """Let trading go on where nothing else stops it. The reason says what was checked."""
        return _resumed(request, Level.TENANT, current_tenant().id, by_admin=True)


class PersonCeiling(APIView):
    """Caps above the limits of one person's portfolios."""

    tagged: ClassVar = tuple(CeilingSerializer().fields)

    @access("users:read")
    @extend_schema(responses=StandingCeilingSerializer)
    def get(self, request: Request, user_id: UUID, **_: Any) -> Response:
        """The caps, and the mode."""
        return _ceiling(Level.USER, access_person(_caller(request), user_id, permission="users:read").public_id)

    @access("users:write", audit="ceiling.changed", step_up=True)
    @extend_schema(request=CeilingSerializer(partial=True), responses=StandingCeilingSerializer)
    def patch(self, request: Request, user_id: UUID, **_: Any) -> Response:
        """Change those that are named, from the next decision on."""
        person = access_person(_caller(request), user_id, permission="users:write")
        return _changed(request, Level.USER, person.public_id)


@access("users:execute", audit="trading.stopped", counted=Counted.NEVER)
class StopPerson(APIView):
    """The switch that stops all trading of one person."""

    @extend_schema(request=StopSerializer, responses=WithdrawnSerializer)
    def post(self, request: Request, user_id: UUID, **_: Any) -> Response:
        """Stop all portfolios of a person at once. Again is harmless."""
        person = access_person(_caller(request), user_id, permission="users:execute")
        return _stopped(request, Level.USER, person.public_id, by_admin=True)


@access("users:execute", audit="trading.resumed", step_up=True)
class RearmPerson(APIView):
    """The way back."""

    @extend_schema(request=ReasonSerializer, responses=StandingCeilingSerializer)
    def post(self, request: Request, user_id: UUID, **_: Any) -> Response:
        """Let a person's trading go on where nothing else stops it. The reason says what was checked."""
        person = access_person(_caller(request), user_id, permission="users:execute")
        return _resumed(request, Level.USER, person.public_id, by_admin=True)


@access("trading:execute", audit="trading.stopped", counted=Counted.NEVER)
class StopMine(APIView):
    """The switch that stops all of one's own trading."""

    @extend_schema(request=StopSerializer, responses=WithdrawnSerializer)
    def post(self, request: Request, **_: Any) -> Response:
        """Stop all of one's own portfolios at once. Again is harmless."""
        return _stopped(request, Level.USER, _caller(request).public_id, by_admin=False)


@access("trading:execute", audit="trading.resumed")
class RearmMine(APIView):
    """The way back."""

    @extend_schema(request=ReasonSerializer, responses=StandingCeilingSerializer)
    def post(self, request: Request, **_: Any) -> Response:
        """Let one's own trading go on where nothing else stops it. What the organisation stopped stays stopped: 403."""
        return _resumed(request, Level.USER, _caller(request).public_id, by_admin=False)


class ConnectionCeiling(APIView):
    """Caps above the limits of what one connection trades with."""

    tagged: ClassVar = tuple(CeilingSerializer().fields)

    @access("portfolio:read")
    @extend_schema(responses=StandingCeilingSerializer)
    def get(self, request: Request, connection_id: UUID, **_: Any) -> Response:
        """The caps, and the mode."""
        return _ceiling(Level.CONNECTION, access_connection(_caller(request), connection_id).public_id)

    @access("portfolio:write", audit="ceiling.changed", step_up=True)
    @extend_schema(request=CeilingSerializer(partial=True), responses=StandingCeilingSerializer)
    def patch(self, request: Request, connection_id: UUID, **_: Any) -> Response:
        """Change those that are named, from the next decision on."""
        return _changed(request, Level.CONNECTION, access_connection(_caller(request), connection_id).public_id)


def _caller(request: Any) -> User:
    return cast("User", request.user)  # signed in: the rule asked


def _ceiling(level: Level, subject: UUID) -> Response:
    return Response(shown(StandingCeilingSerializer, ceiling_of(level, subject)))


def _changed(request: Request, level: Level, subject: UUID) -> Response:
    sent = CeilingSerializer(data=request.data, partial=True)
    sent.is_valid(raise_exception=True)
    whose = subject if level is Level.USER else None
    row = change_ceiling(level=level, subject=subject, actor=_caller(request), whose=whose, **sent.validated_data)
    return Response(shown(StandingCeilingSerializer, row))


def _stopped(request: Request, level: Level, subject: UUID, *, by_admin: bool) -> Response:
    sent = StopSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    mode, reason = Mode(sent.validated_data["mode"]), sent.validated_data["reason"]
    withdrawn = stop_level(
        level=level,
        subject=subject,
        actor=_caller(request),
        reason=reason,
        mode=mode,
        by_admin=by_admin,
        whose=subject if level is Level.USER else None,
    )
    standing = ceiling_of(level, subject).mode
    return Response(shown(WithdrawnSerializer, {"level": level.value, "mode": standing, "withdrawn": withdrawn}))


def _resumed(request: Request, level: Level, subject: UUID, *, by_admin: bool) -> Response:
    sent = ReasonSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    reason = sent.validated_data["reason"]
    resume_level(
        level=level,
        subject=subject,
        actor=_caller(request),
        reason=reason,
        by_admin=by_admin,
        whose=subject if level is Level.USER else None,
    )
    return _ceiling(level, subject)
