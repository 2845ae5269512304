"""Is it there: for load balancers, supervisors and people. Says yes or no, never why: the log knows."""

from __future__ import annotations

import logging
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import public

logger = logging.getLogger(__name__)
TIMEOUT_S = 1.0


@public
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 when the database and Redis answer, else 503; open to every host and without a tenant."""
    parts = {"database": database_answers(), "redis": redis_answers()}
    healthy = all(parts.values())
    return JsonResponse({"healthy": healthy, **parts}, status=200 if healthy else 503)


def database_answers() -> bool:
    """Whether one trivial query comes back."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        logger.exception("the database does not answer")
        return False


def redis_answers() -> bool:
    """Whether Redis says PONG within a second."""
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S
        ) as client:
            return bool(client.ping())
    except redis.RedisError:
        logger.exception("Redis does not answer")
        return False


class HealthSerializer(serializers.Serializer[Any]):
    """Whether what the platform stands on answers. Never why not: the log knows."""

    healthy = serializers.BooleanField()
    database = serializers.BooleanField(required=False)
    redis = serializers.BooleanField(required=False)


@public
class DatabaseHealth(APIView):
    """Whether the database answers."""

    @extend_schema(responses={200: HealthSerializer, 503: HealthSerializer})
    def get(self, request: Request, **_: Any) -> Response:
        """200 if one trivial query comes back, else 503."""
        return _health(database=database_answers())


@public
class RedisHealth(APIView):
    """Whether Redis answers."""

    @extend_schema(responses={200: HealthSerializer, 503: HealthSerializer})
    def get(self, request: Request, **_: Any) -> Response:
        """200 if it says PONG within a second, else 503."""
        return _health(redis=redis_answers())


@public
class FullHealth(APIView):
    """Whether all that the platform stands on answers."""

    @extend_schema(responses={200: HealthSerializer, 503: HealthSerializer})
    def get(self, request: Request, **_: Any) -> Response:
        """200 if the database and Redis both answer, else 503."""
        return _health(database=database_answers(), redis=redis_answers())


def _health(**parts: bool) -> Response:
    healthy = all(parts.values())
    return Response({"healthy": healthy, **parts}, status=200 if healthy else 503)


@public
class Ping(APIView):
    """Whether the API answers at all."""

    @extend_schema(responses=inline_serializer("Ping", {"pong": serializers.BooleanField()}))
    def get(self, request: Request, **_: Any) -> Response:
        """Always `{"pong": true}`; touches nothing."""
        return Response({"pong": True})
