"""What we may ask of a venue from one address, shared by all tenants and processes.

A venue counts weight by address and bans the address, so one tenant's haste would cost all of them their exits. The
count is kept in Redis by one script (`budget.lua`): nothing between looking and taking. A part is kept back for exits,
cancels and reconciliation; where tenants contend for the rest, none gets more than its share. The venue's own count,
which its answers carry, is taken where it is higher. Without Redis a cautious count of this process's own takes over.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from redis.exceptions import RedisError

from trading.exchanges.budget_alone import BudgetAlone
from trading.exchanges.budget_terms import RESERVE_PCT, Answer, Ask, Purpose, Told
from trading.exchanges.venues.profile import VenueLimits

if TYPE_CHECKING:
    from redis.asyncio import Redis

REDIS_WITHIN_S = 0.25
ALONE_FOR_S = 5.0  # after Redis failed, do not make each order find out anew
_SCRIPT = (Path(__file__).parent / "budget.lua").read_text()
_FAILURES = (RedisError, OSError, TimeoutError)


class Budget(Protocol):
    """What may be asked of one venue from one address. limits: the venue's, learned as it states them."""

    limits: VenueLimits

    async def ask(self, ask: Ask) -> Answer:
        """Take `ask` out of the budget, whole or not at all."""

    async def learn(self, told: Told) -> None:
        """Take what the venue itself counted, and its wish to be left alone."""


class WeightBudget:
    """A Budget in Redis. Belongs to one event loop. now_ms: the time, for tests; Redis's own otherwise.

    within_s: how long Redis may take before the cautious budget decides.
    """

    def __init__(
        self,
        redis: Redis[Any],
        *,
        venue: str,
        address: str,
        limits: VenueLimits,
        now_ms: Callable[[], int] | None = None,
        within_s: float = REDIS_WITHIN_S,
    ) -> None:
        self.limits = limits
        self._within_s = within_s
        self._place = f"g:venue-budget:{{{venue}|{address}}}"
        self._script = redis.register_script(_SCRIPT)
        self._now_ms = now_ms
        self._alone = BudgetAlone(now_ms=now_ms)
        self._alone_until = -math.inf
        self._seen = (0, 0)  # weight and orders used, as Redis last had them

    async def ask(self, ask: Ask) -> Answer:
        """Take `ask` out of the shared budget; out of a fraction of it, counted here, while Redis is away."""
        answer = await self._asked(ask, Told(ask.account))
        if answer is None:
            return self._alone.ask(ask, self.limits)
        if answer.granted:
            self._alone.note(ask)
        return answer

    async def learn(self, told: Told) -> None:
        """Take what the venue counted where it is more than we did, and close the gate where it wants to be alone."""
        self._alone.learn(told)
        weight, orders = self._seen
        if told.pause_ms or (told.weight_used or 0) > weight or (told.orders_used or 0) > orders:
            await self._asked(Ask("", told.account, Purpose.EXIT, weight=0), told)

    async def _asked(self, ask: Ask, told: Told) -> Answer | None:
        """What Redis says; None while it says nothing."""
        if monotonic() < self._alone_until:
            return None
        keys = [f"{self._place}:{name}" for name in ("weight", f"orders:{ask.account}", "gate", "tenants")]
        argv: list[Any] = [
            self._now_ms() if self._now_ms else 0,
            *(ask.weight, ask.orders, ask.tenant, int(ask.purpose.is_reserved)),
            *(self.limits.weight_a_minute, self.limits.orders_in_10_s, RESERVE_PCT),
            *(told.weight_used or 0, told.orders_used or 0, told.pause_ms, int(told.banned)),
        ]
        try:
            async with asyncio.timeout(self._within_s):
                granted, wait_ms, why, weight, orders = await self._script(keys=keys, args=argv)
        except _FAILURES:
            self._alone_until = monotonic() + ALONE_FOR_S
            return None
        self._seen = (int(weight), int(orders))
        return Answer(bool(granted), int(wait_ms), why.decode() if isinstance(why, bytes) else str(why))
