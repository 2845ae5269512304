"""Sessions, second factors and confirming, over the API, for the person whose session it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.security.selectors import (
    access_factor,
    factors_for,
    recovery_codes_left,
    sign_up_is_open,
    step_up_methods_of,
)
from accounts.security.services import door, factors
from accounts.security.types import Method
from accounts.security.visits import address_of, origin_of
from accounts.users.selectors import access_session, sessions_for
from accounts.users.services import confirm, end_other_sessions, end_session
from cryptouniverse.kernel.access import access

if TYPE_CHECKING:
    from accounts.users.models import User

METHODS = [method.value for method in Method]
TYPED = [value for value in METHODS if value != Method.PASSKEY.value]
BY_POST = [Method.MAIL.value, Method.SMS.value]


class SessionSerializer(serializers.Serializer[Any]):
    """Where the caller is signed in. last_seen_at: to the minute. current: the session that asks."""

    id = serializers.UUIDField(source="public_id")
    current = serializers.SerializerMethodField()
    address = serializers.CharField(allow_null=True)
    user_agent = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(source="expire_date")

    def get_current(self, row: Any) -> bool:
        """Whether the request came by this one."""
        return bool(row.public_id == self.context["current"])


class SessionsSerializer(serializers.Serializer[Any]):
    """All of them: they are few."""

    data = SessionSerializer(many=True)  # type: ignore[assignment]  # as lists call it; DRF has one, too


class EndedSerializer(serializers.Serializer[Any]):
    """How many ended."""

    ended = serializers.IntegerField()


class FactorSerializer(serializers.Serializer[Any]):
    """A second factor."""

    id = serializers.UUIDField(source="public_id")
    method = serializers.ChoiceField(choices=METHODS, source="method.value")
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)


class FactorsSerializer(serializers.Serializer[Any]):
    """How the caller proves who they are. step_up_methods: what confirming takes, the strongest first."""

    data = FactorSerializer(many=True)  # type: ignore[assignment]  # see above
    recovery_codes_left = serializers.IntegerField()
    step_up_methods = serializers.ListField(child=serializers.CharField())


class MethodSerializer(serializers.Serializer[Any]):
    """By which way a code is to be sent."""

    method = serializers.ChoiceField(choices=BY_POST)


class SentSerializer(serializers.Serializer[Any]):
    """The code that was sent."""

    id = serializers.UUIDField(source="public_id")
    expires_at = serializers.DateTimeField()


class ConfirmSerializer(serializers.Serializer[Any]):
    """code: the code, or the password. sent_id: of the code that was sent, where one was."""

    method = serializers.ChoiceField(choices=TYPED)
    code = serializers.CharField(max_length=200, trim_whitespace=False, write_only=True)
    sent_id = serializers.UUIDField(required=False, write_only=True)


class ConfirmedSerializer(serializers.Serializer[Any]):
    """Until when what asks for it may be done."""

    confirmed_at = serializers.DateTimeField()


class SignUpSwitchSerializer(serializers.Serializer[Any]):
    """Whether people may sign up by themselves."""

    open = serializers.BooleanField()


@access("portfolio:read")
class Sessions(APIView):
    """The caller's sessions."""

    @extend_schema(responses=SessionsSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """Where the caller is signed in."""
        rows = {"data": sessions_for(_caller(request))}
        return Response(SessionsSerializer(rows, context={"current": _current(request)}).data)


@access("portfolio:read")
class OneSession(APIView):
    """One of the caller's sessions."""

    @access("portfolio:read", audit="session.revoked")
    @extend_schema(responses={204: None})
    def delete(self, request: Request, session_id: UUID, **_: Any) -> Response:
        """End it: its next request is nobody's, and its sockets close."""
        end_session(session=access_session(_caller(request), session_id), actor=_caller(request))
        return Response(status=204)


@access("portfolio:read", audit="session.others_revoked")
class EndOtherSessions(APIView):
    """All but this one."""

    @extend_schema(request=None, responses=EndedSerializer)
    def post(self, request: Request, **_: Any) -> Response:
        """End every session of the caller but the one that asks."""
        ended = end_other_sessions(user=_caller(request), keep=_current(request))
        return Response({"ended": ended})


@access("portfolio:read")
class Factors(APIView):
    """Second factors."""

    @extend_schema(responses=FactorsSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """What the caller has. They are added on the security page, where app and device are at hand."""
        user = _caller(request)
        facts = {
            "data": factors_for(user),
            "recovery_codes_left": recovery_codes_left(user),
            "step_up_methods": [method.value for method in step_up_methods_of(user)],
        }
        return Response(FactorsSerializer(facts).data)


@access("portfolio:read")
class OneFactor(APIView):
    """One of the caller's second factors."""

    @access("portfolio:read", audit="factor.removed", step_up=True)
    @extend_schema(responses={204: None})
    def delete(self, request: Request, factor_id: UUID, **_: Any) -> Response:
        """Take it away."""
        user = _caller(request)
        factors.remove(factor=access_factor(user, factor_id), user=user, host=origin_of(request))
        return Response(status=204)


@access("portfolio:read", audit="factor.code_sent")
class StepUpCodes(APIView):
    """Codes to confirm with."""

    @extend_schema(request=MethodSerializer, responses={201: SentSerializer})
    def post(self, request: Request, **_: Any) -> Response:
        """Send one."""
        sent = MethodSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        method, where = Method(sent.validated_data["method"]), _where(request)
        row = factors.send_code(user=_caller(request), method=method, **where)
        return Response(SentSerializer(row).data, status=201)


@access("portfolio:read", audit="session.confirmed")
class StepUp(APIView):
    """Confirming that it is you."""

    @extend_schema(request=ConfirmSerializer, responses=ConfirmedSerializer)
    def post(self, request: Request, **_: Any) -> Response:
        """Show a second factor (or the password, without one): for five minutes guarded routes let this session in."""
        sent = ConfirmSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        shown = {"code": sent.validated_data["code"], "sent_id": str(sent.validated_data.get("sent_id", ""))}
        method = Method(sent.validated_data["method"])
        factors.show(user=_caller(request), method=method, **shown, **_where(request))
        session: Any = request.session
        confirm(session, user=_caller(request))
        return Response({"confirmed_at": session.step_up_at})


@access("users:read")
class SignUpSwitch(APIView):
    """Whether people may sign up by themselves."""

    @extend_schema(responses=SignUpSwitchSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """Whether they may now."""
        return Response({"open": sign_up_is_open()})

    @access("users:write", audit="sign_up.switched", step_up=True)
    @extend_schema(request=SignUpSwitchSerializer, responses=SignUpSwitchSerializer)
    def put(self, request: Request, **_: Any) -> Response:
        """Open it or close it."""
        sent = SignUpSwitchSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        door.set_sign_up(is_open=sent.validated_data["open"], actor=_caller(request))
        return Response({"open": sign_up_is_open()})


def _caller(request: Any) -> User:
    return cast("User", request.user)  # signed in: the rule asked


def _current(request: Request) -> UUID | None:
    session: Any = request.session
    current: UUID | None = session.public_id
    return current


def _where(request: Request) -> dict[str, Any]:
    return {"address": address_of(request), "host": origin_of(request)}
