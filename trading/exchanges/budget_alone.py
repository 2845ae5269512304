"""The budget of a process that is alone: Redis is away, and nobody knows what the others use.

It grants an eighth of what the venue allows, so that up to eight processes at one address stay inside it together; the
venue's own count, which knows of all of them, bounds it further. Slower, never unsafe.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from trading.exchanges.budget_terms import MINUTE_MS, RESERVE_PCT, TENS_MS, Answer, Ask, Told
from trading.exchanges.venues.profile import VenueLimits

PROCESSES_MAX = 8


@dataclass(slots=True)
class _Window:
    """What was used in the present window: by us, and by all as the venue counts."""

    ms: int
    number: int = -1
    ours: int = 0
    venues: int = 0

    def at(self, now_ms: int) -> _Window:
        if now_ms // self.ms != self.number:
            self.number, self.ours, self.venues = now_ms // self.ms, 0, 0
        return self

    def has_room(self, more: int, limit: int, *, reserved: bool) -> bool:
        share = max(limit // PROCESSES_MAX, 1)
        roofs = [each if reserved else max(each - each * RESERVE_PCT // 100, 1) for each in (share, limit)]
        return self.ours + more <= max(roofs[0], more if not self.ours else 0) and self.venues + more <= roofs[1]

    def take(self, more: int) -> None:
        self.ours += more
        self.venues += more

    def wait_ms(self, now_ms: int) -> int:
        return self.ms - now_ms % self.ms


class BudgetAlone:
    """A count of this process's own requests to one venue at one address. now_ms: the time, for tests."""

    def __init__(self, *, now_ms: Callable[[], int] | None = None) -> None:
        self._now_ms = now_ms or (lambda: time.time_ns() // 1_000_000)
        self._weight = _Window(MINUTE_MS)
        self._orders: dict[str, _Window] = {}
        self._closed_until = 0
        self._banned_until = 0

    def ask(self, ask: Ask, limits: VenueLimits) -> Answer:
        """Take `ask`, whole or not at all."""
        now, reserved = self._now_ms(), ask.purpose.is_reserved
        if self._banned_until > now:
            return Answer(False, self._banned_until - now, "banned")
        if self._closed_until > now and not reserved:
            return Answer(False, self._closed_until - now, "closed")
        weight, orders = self._weight.at(now), self._orders_of(ask.account).at(now)
        if not weight.has_room(ask.weight, limits.weight_a_minute, reserved=reserved):
            return Answer(False, weight.wait_ms(now), "weight")
        if ask.orders and not orders.has_room(ask.orders, limits.orders_in_10_s, reserved=reserved):
            return Answer(False, orders.wait_ms(now), "orders")
        self.note(ask)
        return Answer(True)

    def note(self, ask: Ask) -> None:
        """Count what was granted elsewhere."""
        now = self._now_ms()
        self._weight.at(now).take(ask.weight)
        self._orders_of(ask.account).at(now).take(ask.orders)

    def learn(self, told: Told) -> None:
        """Take what the venue counted, and its wish to be left alone."""
        now = self._now_ms()
        weight, orders = self._weight.at(now), self._orders_of(told.account).at(now)
        weight.venues = max(weight.venues, told.weight_used or 0)
        orders.venues = max(orders.venues, told.orders_used or 0)
        if told.pause_ms:
            self._closed_until = max(self._closed_until, now + told.pause_ms)
        if told.banned:
            self._banned_until = max(self._banned_until, now + told.pause_ms)

    def _orders_of(self, account: str) -> _Window:
        return self._orders.setdefault(account, _Window(TENS_MS))
