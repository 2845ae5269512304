"""One account's calls over ccxt: two clients, two pools of sockets, a time limit on each call, and what came back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random

from cryptouniverse.kernel.secret import Secret
from cryptouniverse.kernel.words import gettext_noop as _
from trading.exchanges.budget_terms import Purpose
from trading.exchanges.ccxt_client import heard, make_client, tls
from trading.exchanges.errors import ExchangeUnavailable
from trading.exchanges.gate import Gate
from trading.exchanges.market_shelf import Listing, listing_of
from trading.exchanges.outcomes import BAD_KEY, Meaning, Reply, Stage, meaning_of, reason_of
from trading.exchanges.venues.profile import VenueProfile

READS_AT_MOST = 2
KEEP_ALIVE_MS = 10_000  # two pings without an answer, and a stream's line is taken for dead
GRACE_MS = 500  # aiohttp's own limit should end a call first: its error says where it stood
_T = TypeVar("_T")


class Failed(Exception):  # noqa: N818 - a value on its way up, not an error that people see
    """A call that gave no usable answer: what ccxt raised, and what the venue said. Its text holds no address."""

    def __init__(self, error: BaseException, reply: Reply, profile: VenueProfile) -> None:
        super().__init__(reason_of(error, reply))
        self.error = type(error)
        self.reply = reply
        self.reason = reason_of(error, reply)
        self._profile = profile

    def meaning(self, stage: Stage) -> tuple[Meaning, str]:
        """What it comes to at `stage`.

        Where ccxt alone takes it for a refused key, a read says so: nothing hangs on it. A write stays unknown.
        """
        import ccxt

        meaning, sentence = meaning_of(stage, self.reply, self._profile.answers)
        reads = stage in {Stage.FIND, Stage.READ}
        if meaning is Meaning.UNKNOWN and reads and issubclass(self.error, ccxt.AuthenticationError):
            return Meaning.KEY_REFUSED, BAD_KEY
        return meaning, sentence

    def may_pass(self) -> bool:
        """Whether asking again soon may help: no answer, or a 5xx."""
        return self.reply.status == 0 or self.reply.status >= 500


class Calls:
    """The clients of one account. Made without a loop; sessions open at the first call and belong to its loop."""

    def __init__(
        self,
        profile: VenueProfile,
        gate: Gate,
        *,
        api_key: Secret,
        secret: Secret,
        base_url: str,
        timeout_ms: int,
    ) -> None:
        self._profile = profile
        self._gate = gate
        self._keys = {"api_key": api_key, "secret": secret}
        self._base_url = base_url
        self._timeout_ms = timeout_ms
        self._reader: Any = None
        self._writer: Any = None
        self._shelved: Listing | None = None

    async def write(
        self, purpose: Purpose, call: str, ask: Callable[[Any], Awaitable[Any]], parse: Callable[[Any], _T]
    ) -> _T:
        """Ask once, whatever happens. Raises VenueBusy before it, else Failed; an unreadable answer has failed too."""
        return await self._once(purpose, call, self._writing(), ask, parse)

    async def read(self, purpose: Purpose, call: str, ask: Callable[[Any], Awaitable[Any]]) -> Any:
        """Ask, and once more after a moment where nothing came or the venue stumbled. Raises VenueBusy, Failed."""
        again = AsyncRetrying(
            stop=stop_after_attempt(READS_AT_MOST),
            wait=wait_random(0.05, 0.3),
            retry=retry_if_exception(lambda error: isinstance(error, Failed) and error.may_pass()),
            reraise=True,
        )
        return await again(self._once, purpose, call, self._reading(), ask, lambda answer: answer)

    async def listing(self, *, fresh: bool) -> Listing:
        """The venue's markets, shared by all connections; both clients know them afterwards."""
        try:
            listing = await listing_of(self._profile.name, self._base_url, self._load, fresh=fresh)
        except Failed as failed:
            raise ExchangeUnavailable(
                _("%(venue)s does not list its markets."), venue=self._profile.name, reason=failed.reason
            ) from None
        if listing is not self._shelved:
            self._shelved = listing
            for client in (self._reader, self._writer):
                if client is not None:
                    client.set_markets_from_exchange(listing.source)
        return listing

    async def streaming(self, *, offset_ms: int) -> Any:
        """A client for the user stream, with a session of its own. offset_ms: the venue's clock less ours."""
        from trading.exchanges.tracing import session

        listing = await self.listing(fresh=False)
        client = self._client(streaming=True)
        client.set_markets_from_exchange(listing.source)
        client.session = session(client.ssl_context)
        client.streaming = {**client.streaming, "keepAlive": KEEP_ALIVE_MS}
        client.options["timeDifference"] = -offset_ms
        return client

    async def close(self) -> None:
        """Close every socket and forget the keys."""
        for client in (self._reader, self._writer):
            if client is not None:
                session, client.session = client.session, None
                client.apiKey = client.secret = ""
                if session is not None:
                    await session.close()
        self._reader = self._writer = None

    async def _once(
        self,
        purpose: Purpose,
        call: str,
        client: Any,
        ask: Callable[[Any], Awaitable[Any]],
        parse: Callable[[Any], _T],
    ) -> _T:
        reply = Reply()
        async with self._gate.passing(purpose, call):
            try:
                return await self._sent(client, ask, parse, reply)
            finally:
                await self._gate.told(reply)

    async def _sent(
        self, client: Any, ask: Callable[[Any], Awaitable[Any]], parse: Callable[[Any], _T], reply: Reply
    ) -> _T:
        import ccxt

        token = heard.set(reply)
        try:
            async with asyncio.timeout((self._timeout_ms + GRACE_MS) / 1000):
                return parse(await ask(client))
        except (ccxt.BaseError, OSError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            raise Failed(error, reply, self._profile) from None
        finally:
            heard.reset(token)

    def _reading(self) -> Any:
        if self._reader is None:
            from trading.exchanges.tracing import session

            self._reader = self._client()
            self._reader.session = session(self._reader.ssl_context)
        return self._reader

    def _writing(self) -> Any:
        if self._writer is None:
            from trading.exchanges.tracing import WriteSession

            self._writer = self._client()
            self._writer.session = WriteSession(self._writer.ssl_context)
        return self._writer

    def _client(self, *, streaming: bool = False) -> Any:
        client = make_client(
            self._profile,
            base_url=self._base_url,
            timeout_ms=self._timeout_ms,
            streaming=streaming,
            **self._keys,
        )
        client.own_session, client.ssl_context = False, tls(client.cafile)
        if self._shelved is not None:
            client.set_markets_from_exchange(self._shelved.source)
        return client

    async def _load(self) -> Any:
        """A client without keys that has read the markets."""
        from trading.exchanges.tracing import session

        client = make_client(self._profile, base_url=self._base_url, timeout_ms=self._timeout_ms)
        client.own_session, client.ssl_context = False, tls(client.cafile)
        client.session = session(client.ssl_context)
        try:
            await self._once(Purpose.READ, "markets", client, lambda each: each.load_markets(), _some)
        finally:
            await client.session.close()
            client.session = None
        return client


def _some(markets: dict[str, Any]) -> dict[str, Any]:
    if not markets:
        raise ValueError("no markets")
    return markets
