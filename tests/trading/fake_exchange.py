"""An exchange behind the port `OrderVenue`: accounts by API key, what each key may do, and how it misbehaves."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from cryptouniverse.kernel.secret import Secret
from trading.connections.venues import reached_by
from trading.exchanges.errors import ExchangeUnavailable, KeyRefused
from trading.exchanges.types import KeyRights, VenueBalance

TRADING = KeyRights(trade=True, withdraw=False, transfer=False, ip_restricted=True)
UNTOLD = KeyRights(None, None, None, None)


@dataclass
class FakeExchange:
    """keys: API key to rights, or to what goes wrong. opened: (address, key) of each account made; closed: how many."""

    keys: dict[str, KeyRights | Exception | None] = field(default_factory=dict)
    offset_ms: int = 12
    opened: list[tuple[str, Secret]] = field(default_factory=list)
    closed: int = 0

    def account(self, *, venue: str, api_key: Secret, secret: Secret, base_url: str, tenant: str = "") -> FakeAccount:
        """The factory that stands in for `order_venue`."""
        self.opened.append((base_url, api_key))
        return FakeAccount(self, api_key, secret)

    def knows(self, credentials, rights: KeyRights | Exception | None = TRADING):
        """From now on it takes this key, which may do that (None: it never answers)."""
        self.keys[credentials.api_key.reveal()] = rights
        return credentials


@dataclass
class FakeAccount:
    exchange: FakeExchange
    api_key: Secret
    secret: Secret

    async def clock_offset_ms(self) -> int:
        return self.exchange.offset_ms

    async def balances(self) -> dict[str, VenueBalance]:
        await self._may()
        return {"USDT": VenueBalance(Decimal(100), Decimal(0))}

    async def rights(self) -> KeyRights:
        return await self._may()

    async def close(self) -> None:
        self.exchange.closed += 1

    async def _may(self) -> KeyRights:
        echo = f"{self.api_key.reveal()} {self.secret.reveal()}"  # an exchange that repeats what it was sent
        known = self.exchange.keys.get(self.api_key.reveal(), KeyRefused(echo, venue="binance", reason=f"X, {echo}"))
        if known is None:
            await asyncio.sleep(3600)
        if isinstance(known, KeyRefused | ExchangeUnavailable):
            raise known
        return known


def silent(secret: str = "") -> ExchangeUnavailable:
    """An answer that cannot be used and repeats a secret."""
    return ExchangeUnavailable(f"503 {secret}", venue="binance", reason=f"BadGateway, HTTP 502, -1 {secret}")


@contextmanager
def exchange_there(**facts):
    """Inside, accounts are opened at this exchange."""
    exchange = FakeExchange(**facts)
    with reached_by(exchange.account):
        yield exchange
