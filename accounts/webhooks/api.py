"""Webhooks over the API. A secret is in the answer that makes it, and in no other."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.webhooks import services
from accounts.webhooks.models import Attempt, Delivery, Endpoint
from accounts.webhooks.selectors import (
    access_delivery,
    access_endpoint,
    deliveries_of,
    endpoints_for,
    public_event_types,
)
from accounts.webhooks.types import (
    DESCRIPTION_MAX,
    KEPT_FOR,
    OVERLAP_DEFAULT_H,
    OVERLAP_MAX_H,
    PATTERNS_MAX,
    OffCause,
    State,
)
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.egress.targets import URL_MAX
from cryptouniverse.kernel.events.selectors import schema_of

if TYPE_CHECKING:
    from accounts.users.models import User

STATES = [state.value for state in State]
_PATTERN = serializers.CharField(max_length=80)


class EndpointSerializer(serializers.Serializer[Any]):
    """A webhook. events: patterns such as "*", "credits.*" or "execution.order_filled".

    off_since: null while events are sent. off_cause: owner, failing (five days without a good answer) or gone (410).
    failing_since, failures_in_a_row: since the last good answer.
    """

    id = serializers.UUIDField(source="public_id")
    url = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    events = serializers.ListField(child=serializers.CharField(), source="patterns")
    whole_tenant = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    off_since = serializers.DateTimeField(allow_null=True)
    off_cause = serializers.ChoiceField(choices=[cause.value for cause in OffCause], allow_blank=True)
    failing_since = serializers.DateTimeField(allow_null=True)
    failures_in_a_row = serializers.IntegerField(source="failures")


class NewSecretSerializer(serializers.Serializer[Any]):
    """The secret that signs from now on: `whsec_...`, shown this once."""

    secret = serializers.CharField()


class MadeEndpointSerializer(EndpointSerializer):
    """A webhook that was just made, with its secret, shown this once."""

    secret = serializers.CharField()


class ChangeEndpointSerializer(serializers.Serializer[Any]):
    """What can be changed. url: https, the usual port, a public name."""

    url = serializers.CharField(max_length=URL_MAX, required=False)
    events = serializers.ListField(
        child=serializers.CharField(max_length=80),
        source="patterns",
        min_length=1,
        max_length=PATTERNS_MAX,
        required=False,
    )
    description = serializers.CharField(max_length=DESCRIPTION_MAX, required=False, allow_blank=True)


class NewEndpointSerializer(ChangeEndpointSerializer):
    """A webhook to be made. whole_tenant: everybody's events, for administrators."""

    url = serializers.CharField(max_length=URL_MAX)
    events = serializers.ListField(child=_PATTERN, source="patterns", min_length=1, max_length=PATTERNS_MAX)
    whole_tenant = serializers.BooleanField(required=False, default=False)


class RotateSerializer(serializers.Serializer[Any]):
    """overlap_hours: how long the secret before signs beside the new one; 0: not at all."""

    overlap_hours = serializers.IntegerField(
        min_value=0, max_value=OVERLAP_MAX_H, required=False, default=OVERLAP_DEFAULT_H
    )


class ReplaySerializer(serializers.Serializer[Any]):
    """since: of what happened from then on, at most 30 days back."""

    since = serializers.DateTimeField()


class ReplayedSerializer(serializers.Serializer[Any]):
    """How many deliveries are sent again."""

    deliveries = serializers.IntegerField()


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    """One try. status: HTTP, null without an answer. took_ms: null while it runs, or if it was interrupted.

    reason: "" for a good answer, else status, redirect, timeout, unreachable, unresolved, not_public, bad_address, tls,
    too_large, protocol or unsigned.
    """

    class Meta:
        model = Attempt
        fields = ("at", "status", "reason", "took_ms")
        read_only_fields = fields


class DeliverySerializer(serializers.Serializer[Any]):
    """One event for one webhook. message_id: its `webhook-id`, the same at every attempt. event_id: in the body."""

    id = serializers.UUIDField(source="public_id")
    message_id = serializers.CharField()
    event_id = serializers.UUIDField()
    type = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    attempts = serializers.IntegerField()
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class WholeDeliverySerializer(DeliverySerializer):
    """With the text that is signed and sent, and every attempt."""

    body = serializers.CharField()
    tries = AttemptSerializer(many=True)


class WantedSerializer(serializers.Serializer[Any]):
    """Which deliveries are wanted."""

    state = serializers.ChoiceField(choices=STATES, required=False)
    type = serializers.CharField(max_length=80, required=False)
    since = serializers.DateTimeField(required=False)


class EventTypeSerializer(serializers.Serializer[Any]):
    """A kind of event. schema: the JSON schema of `data`. version: of that."""

    type = serializers.CharField()
    version = serializers.IntegerField()
    description = serializers.CharField()
    schema = serializers.DictField()


@access("trading:read")
class WebhookEventTypes(APIView):
    """What a webhook can ask for."""

    @extend_schema(responses=EventTypeSerializer(many=True))
    def get(self, request: Request, **_: Any) -> Response:
        """Every kind of event that is the caller's to see; for administrators also those of the whole tenant."""
        kinds = public_event_types(whole_tenant=_caller(request).may("admin:read"))
        rows = [
            {"type": name, "version": kind.version, "description": made["description"], "schema": made}
            for name, kind, made in ((name, kind, schema_of(kind)) for name, kind in kinds.items())
        ]
        return Response(EventTypeSerializer(rows, many=True).data)


@access("trading:read")
class Webhooks(generics.ListAPIView[Endpoint]):
    """The caller's webhooks."""

    serializer_class = EndpointSerializer

    def get_queryset(self) -> QuerySet[Endpoint]:
        """The caller's own."""
        return endpoints_for(_caller(self.request))

    @access("trading:write", audit="webhook.created", step_up=True)
    @extend_schema(request=NewEndpointSerializer, responses={201: MadeEndpointSerializer})
    def post(self, request: Request, **_: Any) -> Response:
        """Make a webhook. The answer holds its secret, this once."""
        sent = NewEndpointSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row, secret = services.create_endpoint(owner=_caller(request), **sent.validated_data)
        body = {**EndpointSerializer(row).data, "secret": secret.reveal()}
        return Response(body, status=201, headers={"Cache-Control": "no-store"})


@access("trading:read")
class OneWebhook(APIView):
    """One of the caller's webhooks."""

    @extend_schema(responses=EndpointSerializer)
    def get(self, request: Request, webhook_id: UUID, **_: Any) -> Response:
        """What is known of it; nothing of its secret."""
        return _shown(_named(request, webhook_id))

    @access("trading:write", audit="webhook.changed", step_up=True)
    @extend_schema(request=ChangeEndpointSerializer, responses=EndpointSerializer)
    def patch(self, request: Request, webhook_id: UUID, **_: Any) -> Response:
        """Change its address, events or description."""
        row, sent = _named(request, webhook_id), ChangeEndpointSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return _shown(services.change_endpoint(endpoint=row, actor=_caller(request), **sent.validated_data))

    @access("trading:write", audit="webhook.deleted")
    @extend_schema(responses={200: EndpointSerializer})
    def delete(self, request: Request, webhook_id: UUID, **_: Any) -> Response:
        """Drop it with its secrets and deliveries."""
        row = _named(request, webhook_id)
        services.delete_endpoint(endpoint=row, actor=_caller(request))
        return _shown(row)


@access("trading:write", audit="webhook.switched_on")
class SwitchWebhookOn(APIView):
    """Switching on."""

    @extend_schema(request=None, responses=EndpointSerializer)
    def post(self, request: Request, webhook_id: UUID, **_: Any) -> Response:
        """Send events again, what waits first. Again is harmless."""
        return _shown(services.switch_on(endpoint=_named(request, webhook_id), actor=_caller(request)))


@access("trading:write", audit="webhook.switched_off")
class SwitchWebhookOff(APIView):
    """Switching off."""

    @extend_schema(request=None, responses=EndpointSerializer)
    def post(self, request: Request, webhook_id: UUID, **_: Any) -> Response:
        """Send nothing; what happens meanwhile is not kept for it. Again is harmless."""
        return _shown(services.switch_off(endpoint=_named(request, webhook_id), actor=_caller(request)))


@access("trading:write", audit="webhook.secret_rotated", step_up=True)
class RotateWebhookSecret(APIView):
    """Replacing a secret."""

    @extend_schema(request=RotateSerializer, responses=NewSecretSerializer)
    def post(self, request: Request, webhook_id: UUID, **_: Any) -> Response:
        """A new secret, in this answer only; the one before signs beside it for a while."""
        row, sent = _named(request, webhook_id), RotateSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        hours = sent.validated_data["overlap_hours"]
        secret = services.rotate_secret(endpoint=row, actor=_caller(request), overlap_h=hours)
        return Response({"secret": secret.reveal()}, headers={"Cache-Control": "no-store"})


@access("trading:write", audit="webhook.tested")
class TestWebhook(APIView):
    """Trying it out."""

    @extend_schema(request=None, responses={202: DeliverySerializer})
    def post(self, request: Request, webhook_id: UUID, **_: Any) -> Response:
        """Send an event of type `webhooks.test`, once. Read the delivery again to see what came of it."""
        made = services.send_test(endpoint=_named(request, webhook_id), actor=_caller(request))
        return Response(DeliverySerializer(made).data, status=202)


@access("trading:write", audit="webhook.replayed")
class ReplayWebhook(APIView):
    """Sending again what was given up."""

    @extend_schema(request=ReplaySerializer, responses={202: ReplayedSerializer})
    def post(self, request: Request, webhook_id: UUID, **_: Any) -> Response:
        """Send again every delivery that was given up, of what happened since then."""
        row, sent = _named(request, webhook_id), ReplaySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        since = max(sent.validated_data["since"], clock.now() - KEPT_FOR - timedelta(days=1))
        number = services.replay_failed(endpoint=row, since=since, actor=_caller(request))
        return Response({"deliveries": number}, status=202)


@access("trading:read")
@extend_schema(parameters=[WantedSerializer])
class WebhookDeliveries(generics.ListAPIView[Delivery]):
    """What was, is or will be sent to a webhook, of the last 30 days."""

    serializer_class = DeliverySerializer

    def get_queryset(self) -> QuerySet[Delivery]:
        """Those that are wanted. Raises UnknownEndpoint."""
        endpoint = _named(self.request, self.kwargs["webhook_id"])
        wanted = WantedSerializer(data=self.request.query_params)
        wanted.is_valid(raise_exception=True)
        found = dict(wanted.validated_data)
        if "since" in found:
            found["created_at__gte"] = found.pop("since")
        return deliveries_of(endpoint, **found)


@access("trading:read")
class OneDelivery(APIView):
    """One delivery."""

    @extend_schema(responses=WholeDeliverySerializer)
    def get(self, request: Request, delivery_id: UUID, **_: Any) -> Response:
        """What is sent, and every attempt. What the receiver answered is its status alone: bodies are not kept."""
        return Response(WholeDeliverySerializer(access_delivery(_caller(request), delivery_id)).data)


@access("trading:write", audit="webhook.replayed")
class ReplayDelivery(APIView):
    """Sending one delivery again."""

    @extend_schema(request=None, responses={202: DeliverySerializer})
    def post(self, request: Request, delivery_id: UUID, **_: Any) -> Response:
        """Send it again, also if it was delivered, under the same `webhook-id`."""
        row = services.replay(delivery=access_delivery(_caller(request), delivery_id), actor=_caller(request))
        return Response(DeliverySerializer(row).data, status=202)


def _caller(request: Any) -> User:
    return cast("User", request.user)  # signed in: the rule asked


def _named(request: Any, webhook_id: UUID) -> Endpoint:
    return access_endpoint(_caller(request), webhook_id)


def _shown(row: Endpoint) -> Response:
    return Response(EndpointSerializer(row).data)
