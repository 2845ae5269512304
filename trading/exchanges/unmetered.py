"""A budget that grants everything: for proofs, whose exchange is their own."""

from __future__ import annotations

from trading.exchanges.budget_terms import Answer, Ask, Told
from trading.exchanges.venues.profile import VenueLimits


class Unmetered:
    """A Budget without limits."""

    limits = VenueLimits(weight_a_minute=10**9, orders_in_10_s=10**9)

    async def ask(self, ask: Ask) -> Answer:
        """Granted."""
        return Answer(granted=ask.weight >= 0)

    async def learn(self, told: Told) -> None:
        """What the venue counts makes no difference."""
