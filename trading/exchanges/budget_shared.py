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
from trading.exchanges.budget_terms import Answer, Ask, Told
from trading.exchanges.venues.profile import VenueLimits, VenueProfile

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


class BudgetHere:
    """The shared budget of whatever event loop asks: accounts are made before there is one."""

    def __init__(self, profile: VenueProfile, base_url: str) -> None:
        self._where = profile, base_url

    @property
    def limits(self) -> VenueLimits:
        """What the venue allows, as far as it is known."""
        return shared_budget(*self._where).limits

    @limits.setter
    def limits(self, limits: VenueLimits) -> None:
        shared_budget(*self._where).limits = limits

    async def ask(self, ask: Ask) -> Answer:
        """Whether a request may go out."""
        return await shared_budget(*self._where).ask(ask)

    async def learn(self, told: Told) -> None:
        """What a venue's answer says about our use."""
        await shared_budget(*self._where).learn(told)


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
