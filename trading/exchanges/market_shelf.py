"""A venue's markets, read once for all connections to the same address, and anew when they are 15 minutes old."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

from cryptouniverse.kernel import clock

AGE_MS_MAX = 15 * 60_000
_SHARED = (
    "markets",
    "markets_by_id",
    "symbols",
    "ids",
    "currencies",
    "currencies_by_id",
    "baseCurrencies",
    "quoteCurrencies",
    "codes",
)


@dataclass(frozen=True, slots=True)
class Listing:
    """What ccxt made of a venue's markets, and when they were read (UTC ms)."""

    source: SimpleNamespace
    read_ms: int

    @property
    def markets(self) -> dict[str, Any]:
        """ccxt's markets by symbol."""
        markets: dict[str, Any] = self.source.markets
        return markets

    def is_fresh(self) -> bool:
        """Whether an entry may rely on it."""
        return 0 <= clock.to_ms(clock.now()) - self.read_ms <= AGE_MS_MAX


Load = Callable[[], Coroutine[Any, Any, Any]]
_listings: dict[tuple[str, str], Listing] = {}
_locks: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, str], asyncio.Lock]] = WeakKeyDictionary()


async def listing_of(venue: str, base_url: str, load: Load, *, fresh: bool) -> Listing:
    """The markets at this address. load: returns a client of ccxt that has read them; fresh: not older than 15 minutes.

    Several callers at once wait for one reading. Raises what `load` raises.
    """
    key = (venue, base_url)
    if (known := _usable(key, fresh)) is not None:
        return known
    locks = _locks.setdefault(asyncio.get_running_loop(), {})
    async with locks.setdefault(key, asyncio.Lock()):
        if (known := _usable(key, fresh)) is not None:
            return known
        client = await load()
        source = SimpleNamespace(
            id=client.id, options=client.options, safe_list=client.safe_list, **{n: getattr(client, n) for n in _SHARED}
        )
        _listings[key] = Listing(source, clock.to_ms(clock.now()))
        return _listings[key]


def forget_listings() -> None:
    """Read every venue's markets anew at the next use."""
    _listings.clear()


def _usable(key: tuple[str, str], fresh: bool) -> Listing | None:
    known = _listings.get(key)
    return known if known is not None and (known.is_fresh() or not fresh) else None
