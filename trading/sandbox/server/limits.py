"""Request weights by address and order counts by account, in windows of the clock, as Binance counts them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from trading.sandbox.venue import refusals

MINUTE_MS = 60_000
BAN_AFTER = 20  # requests that an address may still send after it was told to stop
BAN_MS = 120_000


@dataclass(slots=True)
class Limits:
    """How much is allowed; 0 is without end. Counts begin anew with each window."""

    weight_per_minute: int = 6000
    orders_per_10s: int = 100
    orders_per_day: int = 200_000
    _weights: dict[str, list[int]] = field(default_factory=dict)  # address: window, used, refused
    _orders: dict[tuple[str, int], list[int]] = field(default_factory=dict)  # account and length: window, used
    _bans: dict[str, int] = field(default_factory=dict)

    def charge(self, address: str, weight: int, at_ms: int) -> int:
        """Count `weight` for an address and return what it has used this minute. Raises Refusal above the limit."""
        if (until := self._bans.get(address, 0)) > at_ms:
            raise refusals.banned(until)
        counts = self._weights.setdefault(address, [0, 0, 0])
        if counts[0] != at_ms // MINUTE_MS:
            counts[:] = [at_ms // MINUTE_MS, 0, 0]
        counts[1] += weight
        if self.weight_per_minute and counts[1] > self.weight_per_minute:
            counts[2] += 1
            if counts[2] > BAN_AFTER:
                self._bans[address] = at_ms + BAN_MS
                raise refusals.banned(at_ms + BAN_MS)
            raise refusals.too_much_weight(self.weight_per_minute)
        return counts[1]

    def retry_after_s(self, address: str, at_ms: int) -> int:
        """Seconds until the address may ask again."""
        until = self._bans.get(address, 0)
        return max(1, -(-((until if until > at_ms else at_ms - at_ms % MINUTE_MS + MINUTE_MS) - at_ms) // 1000))

    def count_order(self, account: str, at_ms: int) -> dict[str, str]:
        """Count one order and return the headers that say how many there were. Raises Refusal above the limit."""
        headers = {}
        for name, length, limit, words in (
            ("10S", 10_000, self.orders_per_10s, "10 SECOND"),
            ("1D", 86_400_000, self.orders_per_day, "1 DAY"),
        ):
            counts = self._orders.setdefault((account, length), [0, 0])
            if counts[0] != at_ms // length:
                counts[:] = [at_ms // length, 0]
            if limit and counts[1] >= limit:
                raise refusals.too_many_orders(limit, words)
            counts[1] += 1
            headers[f"X-MBX-ORDER-COUNT-{name}"] = str(counts[1])
        return headers

    def listed(self) -> list[dict[str, Any]]:
        """The limits as /api/v3/exchangeInfo lists them."""
        rows = (
            ("REQUEST_WEIGHT", "MINUTE", 1, self.weight_per_minute),
            ("ORDERS", "SECOND", 10, self.orders_per_10s),
            ("ORDERS", "DAY", 1, self.orders_per_day),
        )
        return [
            {"rateLimitType": kind, "interval": interval, "intervalNum": number, "limit": limit or 1_000_000_000}
            for kind, interval, number, limit in rows
        ]
