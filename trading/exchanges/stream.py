"""An account's news over the venue's user stream: connects, connects again with growing pauses, and owns up to gaps."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

from cryptouniverse.kernel.ending import end_task
from trading.exchanges.errors import ExchangeUnavailable, KeyRefused
from trading.exchanges.outcomes import BAD_KEY
from trading.exchanges.types import StreamGap, StreamNews
from trading.exchanges.venues.profile import Put, VenueProfile

PAUSE_S, PAUSE_S_MAX = 0.25, 30.0

Connect = Callable[[], Awaitable[Any]]


class NewsStream:
    """One user stream. connect: gives a streaming client, whose session is its own, with markets and clock set."""

    def __init__(self, profile: VenueProfile, connect: Connect, read: Callable[[Any, Put], Put]) -> None:
        """read: makes of a place for news one for the venue's raw reports."""
        self._profile = profile
        self._connect = connect
        self._read = read
        self._closed = asyncio.Event()
        self._queue: asyncio.Queue[StreamNews | None] = asyncio.Queue()

    async def news(self) -> AsyncGenerator[StreamNews, None]:
        """Everything as it comes, until closed. Raises KeyRefused."""
        breaks = 0
        while not self._closed.is_set():
            self._queue = asyncio.Queue()
            listening = asyncio.create_task(self._listen())
            try:
                while (item := await self._queue.get()) is not None:
                    breaks = 0
                    yield item
            finally:
                await end_task(listening)
            if not listening.cancelled() and isinstance(error := listening.exception(), KeyRefused):
                raise error
            breaks += 1
            await self._rest(breaks)

    def close(self) -> None:
        """End the news."""
        self._closed.set()
        self._queue.put_nowait(None)

    async def _listen(self) -> None:
        """One connection, from its making to its break."""
        import ccxt

        queue = self._queue
        client = None
        try:
            client = await self._connect()
            put = self._read(client, queue.put_nowait)
            await self._profile.listen(client, lambda: queue.put_nowait(StreamGap()), put)
        except ccxt.AuthenticationError:
            raise KeyRefused(BAD_KEY, venue=self._profile.name, reason="the user stream was refused") from None
        except (ccxt.BaseError, OSError, ExchangeUnavailable):
            pass  # a break: the gap is told when the next connection is up
        finally:
            if client is not None:
                await _hang_up(client)
            queue.put_nowait(None)  # last: who reads it cancels this task

    async def _rest(self, breaks: int) -> None:
        pause_s = min(PAUSE_S * 2 ** min(breaks - 1, 10), PAUSE_S_MAX) * random.uniform(0.5, 1)  # noqa: S311 - jitter
        try:
            async with asyncio.timeout(pause_s):
                await self._closed.wait()
        except TimeoutError:
            pass


async def _hang_up(client: Any) -> None:
    session = client.session
    client.timeout_on_exit = 0
    try:
        await client.close()
    finally:
        client.session, client.apiKey, client.secret = None, "", ""
        await session.close()
