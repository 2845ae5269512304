"""Connections over the API. Keys go in and never come out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import Counted, access
from cryptouniverse.kernel.fields import AmountField
from tenants.provisioning.selectors import live_trading
from tenants.provisioning.services import set_live_trading
from trading.connections import services
from trading.connections.models import Connection
from trading.connections.selectors import access_connection, connections_for
from trading.connections.types import KEY_FORM, LABEL_MAX, VENUES, Credentials, Kind, Status

if TYPE_CHECKING:
    from accounts.users.models import User

KINDS = [kind.value for kind in Kind]


class RightsSerializer(serializers.Serializer[Any]):
    """What the key may do, as last seen; null where the exchange does not tell."""

    trade = serializers.BooleanField(allow_null=True)
    withdraw = serializers.BooleanField(allow_null=True)
    transfer = serializers.BooleanField(allow_null=True)
    ip_restricted = serializers.BooleanField(allow_null=True)


class ConnectionSerializer(serializers.Serializer[Any]):
    """A connection. drift: by how much our books and the exchange's differed when they were last compared.

    entries_stopped_at: null while entries are allowed; exits always are. check_error: "" after a good check.
    """

    id = serializers.UUIDField(source="public_id")
    venue = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS)
    label = serializers.CharField()  # type: ignore[assignment]  # DRF calls its own title of a field `label`
    status = serializers.ChoiceField(choices=[status.value for status in Status])
    created_at = serializers.DateTimeField()
    rights = RightsSerializer()
    checked_at = serializers.DateTimeField(allow_null=True)
    check_error = serializers.CharField(allow_blank=True)
    check_asked_at = serializers.DateTimeField(allow_null=True)
    clock_offset_ms = serializers.IntegerField(allow_null=True)
    takes_entries = serializers.BooleanField()
    entries_stopped_at = serializers.DateTimeField(allow_null=True)
    entries_stopped_cause = serializers.CharField(allow_blank=True)
    entries_stopped_reason = serializers.CharField(allow_blank=True)
    last_proven_at = serializers.DateTimeField(allow_null=True)
    drift = AmountField()
    circuit = serializers.CharField(allow_blank=True)
    autonomous_live = serializers.BooleanField()


class LabelSerializer(serializers.Serializer[Any]):
    """What the owner calls it."""

    label = serializers.CharField(max_length=LABEL_MAX)  # type: ignore[assignment]  # see above


class KeySerializer(serializers.Serializer[Any]):
    """An exchange key: written, tested, sealed, and never read again."""

    api_key = serializers.RegexField(KEY_FORM, write_only=True)
    secret = serializers.RegexField(KEY_FORM, write_only=True)

    def credentials(self) -> Credentials:
        """The key that was sent."""
        return Credentials.of(self.validated_data["api_key"], self.validated_data["secret"])


class TermsSerializer(serializers.Serializer[Any]):
    """The version of the risk warning and terms that was read and is accepted."""

    terms_version = serializers.CharField(max_length=20)


class NewConnectionSerializer(LabelSerializer):
    """A connection to be made. Paper takes no key. A sandbox without a key gets an account opened, with play money.

    base_url: for operators. terms_version: of the risk warning and terms that a live connection needs.
    """

    venue = serializers.ChoiceField(choices=VENUES)
    kind = serializers.ChoiceField(choices=KINDS)
    api_key = serializers.RegexField(KEY_FORM, write_only=True, required=False)
    secret = serializers.RegexField(KEY_FORM, write_only=True, required=False)
    base_url = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    terms_version = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A key has both of its parts."""
        if ("api_key" in attrs) != ("secret" in attrs):
            missing = "secret" if "api_key" in attrs else "api_key"
            raise serializers.ValidationError({missing: self.fields[missing].error_messages["required"]})
        return attrs


@access("trading:read")
class Connections(generics.ListAPIView[Connection]):
    """The caller's connections."""

    serializer_class = ConnectionSerializer

    def get_queryset(self) -> QuerySet[Connection]:
        """The caller's own, without deleted ones."""
        return connections_for(_caller(self.request))

    @access("trading:write", audit="connection.created", step_up=True)
    @extend_schema(request=NewConnectionSerializer, responses={201: ConnectionSerializer})
    def post(self, request: Request, **_: Any) -> Response:
        """Make a connection. The exchange is asked about the key first: of an unfit one nothing is kept."""
        sent = NewConnectionSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        facts = dict(sent.validated_data)
        key, secret = facts.pop("api_key", None), facts.pop("secret", None)
        credentials = Credentials.of(key, secret) if key and secret else None
        facts["kind"], owner = Kind(facts["kind"]), _caller(request)
        if facts["kind"] == Kind.SANDBOX and credentials is None:
            row = services.open_sandbox_account(owner=owner, label=facts["label"])
        else:
            row = services.create_connection(owner=owner, credentials=credentials, **facts)
        return Response(ConnectionSerializer(row).data, status=201)


@access("trading:read")
class OneConnection(APIView):
    """One of the caller's connections."""

    tagged = ("label",)

    @extend_schema(responses=ConnectionSerializer)
    def get(self, request: Request, connection_id: UUID, **_: Any) -> Response:
        """What is known of it; nothing of its key."""
        return Response(ConnectionSerializer(_named(request, connection_id)).data)

    @access("trading:write", audit="connection.renamed")
    @extend_schema(request=LabelSerializer, responses=ConnectionSerializer)
    def patch(self, request: Request, connection_id: UUID, **_: Any) -> Response:
        """Give it another label."""
        row, sent = _named(request, connection_id), LabelSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        label = sent.validated_data["label"]
        return _shown(services.rename(connection=row, label=label, actor=_caller(request)))

    @access("trading:write", audit="connection.deleted", step_up=True)
    @extend_schema(responses={200: ConnectionSerializer})
    def delete(self, request: Request, connection_id: UUID, **_: Any) -> Response:
        """Destroy its key at once and let the account go. What is open there stays there, unmanaged."""
        row = _named(request, connection_id)
        services.delete(connection=row, actor=_caller(request))
        row.refresh_from_db()
        return _shown(row)


@access("trading:execute", audit="connection.check_asked", counted=Counted.TEST)
class TestConnection(APIView):
    """Testing a key that is kept."""

    @extend_schema(request=None, responses={202: ConnectionSerializer})
    def post(self, request: Request, connection_id: UUID, **_: Any) -> Response:
        """Have the trader ask the exchange. Read the connection again: `checked_at` moves when it has answered."""
        row = services.ask_for_check(connection=_named(request, connection_id), actor=_caller(request))
        return Response(ConnectionSerializer(row).data, status=202)


@access("trading:execute", audit="connection.activated")
class ActivateConnection(APIView):
    """Switching on."""

    @extend_schema(request=None, responses=ConnectionSerializer)
    def post(self, request: Request, connection_id: UUID, **_: Any) -> Response:
        """Let entries go there. Again is harmless."""
        return _shown(services.activate(connection=_named(request, connection_id), actor=_caller(request)))


@access("trading:execute", audit="connection.deactivated")
class DeactivateConnection(APIView):
    """Switching off."""

    @extend_schema(request=None, responses=ConnectionSerializer)
    def post(self, request: Request, connection_id: UUID, **_: Any) -> Response:
        """No more entries there; stops and exits go on. Again is harmless."""
        return _shown(services.deactivate(connection=_named(request, connection_id), actor=_caller(request)))


@access("trading:write", audit="connection.autonomous_allowed", step_up=True)
class LiveConnection(APIView):
    """The account's yes to bots that buy for real money: one of those that each such order needs."""

    @extend_schema(request=TermsSerializer, responses=ConnectionSerializer)
    def post(self, request: Request, connection_id: UUID, **_: Any) -> Response:
        """Let bots buy there, with the risk warning and terms read and accepted now. Again is harmless."""
        row, sent = _named(request, connection_id), TermsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        terms = sent.validated_data["terms_version"]
        return _shown(services.allow_autonomous(connection=row, terms_version=terms, actor=_caller(request)))

    @access("trading:execute", audit="connection.autonomous_ended")
    @extend_schema(responses={200: ConnectionSerializer})
    def delete(self, request: Request, connection_id: UUID, **_: Any) -> Response:
        """No bot buys there any more; stops and exits go on. Again is harmless."""
        return _shown(services.end_autonomous(connection=_named(request, connection_id), actor=_caller(request)))


class LiveTradingSerializer(serializers.Serializer[Any]):
    """Whether this organisation's people may trade for real money. platform: its operators' yes."""

    allowed = serializers.BooleanField()
    platform = serializers.BooleanField(read_only=True)


@access("system:read")
class LiveTrading(APIView):
    """The organisation's yes to trading for real money."""

    @extend_schema(responses=LiveTradingSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """The organisation's yes, and the platform's."""
        return _yeses()

    @access("system:write", audit="tenant.live_allowed", step_up=True)
    @extend_schema(request=LiveTradingSerializer, responses=LiveTradingSerializer)
    def put(self, request: Request, **_: Any) -> Response:
        """Allow it, or take that back: then nothing new is bought, and stops and exits go on. Again is harmless."""
        sent = LiveTradingSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        set_live_trading(allowed=sent.validated_data["allowed"], actor=_caller(request))
        return _yeses()


@access("trading:write", audit="connection.rotated", step_up=True)
class RotateConnection(APIView):
    """Replacing a key."""

    @extend_schema(request=KeySerializer, responses=ConnectionSerializer)
    def post(self, request: Request, connection_id: UUID, **_: Any) -> Response:
        """Test the new key, then put it in the place of the old one, which is destroyed."""
        row, sent = _named(request, connection_id), KeySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return _shown(services.rotate(connection=row, credentials=sent.credentials(), actor=_caller(request)))


def _caller(request: Any) -> User:
    return cast("User", request.user)  # signed in: the rule asked


def _named(request: Request, connection_id: UUID) -> Connection:
    return access_connection(_caller(request), connection_id)


def _yeses() -> Response:
    return Response({"allowed": live_trading(), "platform": bool(settings.LIVE_TRADING)})


def _shown(row: Connection) -> Response:
    return Response(ConnectionSerializer(row).data)
