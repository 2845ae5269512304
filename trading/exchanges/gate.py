"""What every call to a venue passes before it goes out: the shared budget, and the circuits."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from cryptouniverse.kernel.secret import Secret
from cryptouniverse.kernel.words import gettext_noop as _
from trading.exchanges.budget import Budget
from trading.exchanges.budget_terms import Ask, Purpose, Told
from trading.exchanges.circuits import CircuitOpen, Circuits
from trading.exchanges.errors import VenueBusy
from trading.exchanges.outcomes import Reply
from trading.exchanges.venues.profile import VenueProfile


class Gate:
    """The gate of one account. tenant: whose share of the budget it uses. address: where the venue is reached.

    failed, open_for_s: see Circuits.
    """

    def __init__(
        self,
        profile: VenueProfile,
        budget: Budget,
        *,
        tenant: str,
        api_key: Secret,
        address: str,
        failed: Callable[[BaseException], bool | None],
        open_for_s: float,
    ) -> None:
        self._profile = profile
        self._budget = budget
        self._tenant = tenant
        # Orders are counted by account, which the key stands for; its hash tells nobody what it is.
        self._account = hashlib.blake2b(api_key.reveal().encode(), digest_size=8).hexdigest()
        place = f"{profile.name}|{address}"
        self._circuits = Circuits(
            venue=place, connection=f"{place}|{self._account}", failed=failed, open_for_s=open_for_s
        )

    @asynccontextmanager
    async def passing(self, purpose: Purpose, call: str) -> AsyncIterator[None]:
        """Inside, `call` is made. Raises VenueBusy before it: nothing was sent."""
        try:
            self._circuits.require(purpose)
        except CircuitOpen as circuit:
            raise self._busy("circuit", circuit.wait_s) from None
        await self._take(purpose, call)
        with self._circuits.counting():
            yield

    async def told(self, reply: Reply) -> None:
        """Learn what an answer says about the budget."""
        if not reply.status:
            return
        if (limits := self._profile.limits_in(reply.body)) is not None:
            self._budget.limits = limits
        weight, orders = self._profile.used(reply.headers)
        pause_ms, banned = self._profile.pause(reply.status, reply.headers, reply.words)
        if weight is not None or orders is not None or pause_ms:
            await self._budget.learn(Told(self._account, weight, orders, pause_ms, banned))

    async def _take(self, purpose: Purpose, call: str) -> None:
        orders = 1 if purpose in {Purpose.ENTRY, Purpose.EXIT} else 0
        answer = await self._budget.ask(Ask(self._tenant, self._account, purpose, self._profile.weight(call), orders))
        if not answer.granted:
            raise self._busy(answer.why, answer.wait_ms / 1000)

    def _busy(self, why: str, wait_s: float) -> VenueBusy:
        return VenueBusy(
            _("%(venue)s is asked too much just now: try again in %(retry_after_s)s s."),
            venue=self._profile.name,
            reason=why,
            retry_after_s=round(wait_s, 1),
        )
