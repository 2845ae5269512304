"""How the work is going, for administrators: what waits to be delivered, and whether anybody works."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.cache import caches
from drf_spectacular.utils import extend_schema
from redis import Redis, RedisError
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.celery import QUEUES, app
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.errors import Unavailable
from cryptouniverse.kernel.events.selectors import outbox_lag
from cryptouniverse.kernel.shown import shown

ASKED_EVERY_S = 10
ANSWER_WITHIN_S = 0.5
logger = logging.getLogger(__name__)


class OutboxSerializer(serializers.Serializer[Any]):
    """This tenant's facts that are on their way. oldest_s: how long the first waits. dead: given up."""

    waiting = serializers.IntegerField()
    oldest_s = serializers.IntegerField()
    failing = serializers.IntegerField()
    dead = serializers.IntegerField()


class QueueSerializer(serializers.Serializer[Any]):
    """A queue of work, and how much waits in it."""

    name = serializers.CharField()
    waiting = serializers.IntegerField()


class WorkersSerializer(serializers.Serializer[Any]):
    """Processes that take work. asked_at: they are asked every ten seconds at most."""

    workers = serializers.IntegerField()
    queues = QueueSerializer(many=True)
    asked_at = serializers.DateTimeField()


@access("system:read")
class Outbox(APIView):
    """The delivery of facts."""

    @extend_schema(responses=OutboxSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """How far it is behind, in this tenant."""
        return Response(shown(OutboxSerializer, outbox_lag(current_tenant().id, now=clock.now())))


@access("system:read")
class Workers(APIView):
    """Who works."""

    @extend_schema(responses=WorkersSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """How many workers answer, and what waits in each queue. Raises Unavailable without the queue's server."""
        kept = caches["global"]
        found = kept.get("monitoring:workers")
        if found is None:
            found = _asked()
            kept.set("monitoring:workers", found, ASKED_EVERY_S)
        return Response(found)


def _asked() -> dict[str, Any]:
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as redis:
            queues = [{"name": name, "waiting": redis.llen(name)} for name in QUEUES]
        with app.connection_for_write() as own:  # a pooled one would be left waiting for more, also in who is forked
            workers = len(app.control.inspect(timeout=ANSWER_WITHIN_S, connection=own).ping() or {})
    except (RedisError, OSError) as error:
        logger.warning("workers_not_asked", extra={"error": str(error)})
        raise Unavailable from error
    at = serializers.DateTimeField().to_representation(clock.now())
    return {"workers": workers, "queues": queues, "asked_at": at}
