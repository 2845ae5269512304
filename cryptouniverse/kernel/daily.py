"""How many requests a tenant has made of the API today, counted in Redis under a name that every process knows."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.errors import Unavailable
from cryptouniverse.kernel.words import gettext_noop as _

_TIMEOUT_S: Final = 0.25


def key_of_day(tenant: object, now: datetime) -> str:
    """Where the requests of `now`'s day (UTC) are counted. tenant: its public id."""
    return f"t:{tenant}:requests:{now:%Y-%m-%d}"


def left_of_day(now: datetime) -> timedelta:
    """Until the next day of UTC begins."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1) - now


def requests_today(tenant: TenantCtx) -> int:
    """How many of its requests were let in today. Raises Unavailable while Redis is away."""
    try:
        return int(_redis(settings.REDIS_URL).get(key_of_day(tenant.id, clock.now())) or 0)
    except (RedisError, OSError) as error:
        raise Unavailable(_("Today's requests cannot be counted now. Try again in a moment.")) from error


@cache
def _redis(url: str) -> Any:
    return Redis.from_url(url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S)
