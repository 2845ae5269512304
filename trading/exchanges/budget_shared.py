"""The budgets of this process: one for each venue and address, in the Redis that all processes share."""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from trading.exchanges.budget import REDIS_WITHIN_S, WeightBudget
from trading.exchanges.venues.profile import VenueProfile

CONNECTIONS = 50
_Budgets = dict[tuple[str, str], WeightBudget]
_budgets: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[Redis[Any], _Budgets]] = WeakKeyDictionary()


def shared_budget(profile: VenueProfile, base_url: str) -> WeightBudget:
    """The budget of `profile`'s venue at `base_url`, or as seen from CU_EGRESS_ADDRESS; one for all in this loop."""
    loop = asyncio.get_running_loop()
    if loop not in _budgets:
        _budgets[loop] = (_redis(), {})
    redis, budgets = _budgets[loop]
    address = base_url or settings.CU.cu_egress_address
    key = (profile.name, address)
    if key not in budgets:
        budgets[key] = WeightBudget(redis, venue=profile.name, address=address, limits=profile.limits)
    return budgets[key]


async def close_budgets() -> None:
    """Close this loop's line to Redis."""
    redis, _ = _budgets.pop(asyncio.get_running_loop(), (None, None))
    if redis is not None:
        await redis.connection_pool.disconnect()


def _redis() -> Redis[Any]:
    """No retries: an order does not wait for Redis, the cautious budget takes over."""
    pool: Any = BlockingConnectionPool.from_url(
        settings.REDIS_URL,
        max_connections=CONNECTIONS,
        timeout=REDIS_WITHIN_S,
        socket_timeout=REDIS_WITHIN_S,
        socket_connect_timeout=REDIS_WITHIN_S,
        retry=Retry(NoBackoff(), 0),
    )
    return Redis(connection_pool=pool)
