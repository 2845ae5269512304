"""The sockets of pages: signed in, one tenant, one user; they carry hints and end with the session."""

from __future__ import annotations

import asyncio
import contextlib
import json
from http.cookies import CookieError, SimpleCookie
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.access import access, rule_of
from cryptouniverse.kernel.tenancy import is_served
from cryptouniverse.realtime.db import run_in_tenant
from cryptouniverse.realtime.groups import group
from cryptouniverse.realtime.hints import Waiting
from cryptouniverse.realtime.sessions import Visitor, session_id_of, visitor_of

NOT_SIGNED_IN = 4401
TOO_SLOW = 1013
ACK_TIMEOUT_S = 20.0
RECHECK_S = 60.0
GATHER_S = 0.005  # hints of one commit arrive together: wait this long for the rest
FRAME_SIZE_MAX = 256


class TenantConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels ships no types
    """A socket of a signed-in user whom its `@access` rule admits; without a rule it admits nobody.

    The tenant is in the scope; the session is read in the tenant's schema.

    It joins the groups of its tenant, its user and its session, lives no longer than the session, and is re-checked
    each minute.
    """

    visitor: Visitor

    async def connect(self) -> None:
        """Accept, then close with 4401 unless a session of this tenant stands behind the cookie."""
        self.tenant = self.scope["tenant"]
        self._tasks: list[asyncio.Task[None]] = []
        self._groups: list[str] = []
        await self.accept()
        await self._join_session()  # before it is read: whoever ends it meanwhile reaches this socket, too
        visitor = await self._visitor()
        if visitor is None:
            await self.close(code=NOT_SIGNED_IN)
            return
        self.visitor = visitor
        for name in self._group_names():
            await self._join(name)
        self._tasks = [asyncio.create_task(self._watch_session())]
        await self.opened()

    async def opened(self) -> None:
        """Called once the socket is signed in and in its groups."""

    async def disconnect(self, _code: int) -> None:
        """Leave the groups and stop what runs for this socket."""
        for task in self._tasks:
            task.cancel()
        for name in self._groups:
            await self.channel_layer.group_discard(name, self.channel_name)

    async def live_end(self, _message: dict[str, Any]) -> None:
        """The session was ended elsewhere: close now."""
        await self.close(code=NOT_SIGNED_IN)

    def _group_names(self) -> list[str]:
        return [
            group(self.tenant.id, "tenant", self.tenant.id),
            group(self.tenant.id, "user", self.visitor.user_id),
        ]

    async def _join_session(self) -> None:
        if key := self._key():
            await self._join(group(self.tenant.id, "session", session_id_of(key)))

    async def _join(self, name: str) -> None:
        self._groups.append(name)
        await self.channel_layer.group_add(name, self.channel_name)

    def _key(self) -> str:
        return _session_key(dict(self.scope["headers"]).get(b"cookie", b""))

    async def _visitor(self) -> Visitor | None:
        key = self._key()
        rule = rule_of(type(self), "GET")
        if not key or rule is None or rule.permission is None:
            return None
        return await run_in_tenant(self.tenant, self._admitted, key, rule.permission)

    def _admitted(self, key: str, permission: str) -> Visitor | None:
        """Who stands behind the cookie, while the tenant is served: a suspension ends its sockets."""
        return visitor_of(key, permission) if is_served(self.tenant) else None

    async def _watch_session(self) -> None:
        visitor: Visitor | None = self.visitor
        while visitor:
            left_s = (visitor.expires_at - clock.now()).total_seconds()
            await asyncio.sleep(max(0.0, min(RECHECK_S, left_s)))
            visitor = await self._visitor()
        await self.close(code=NOT_SIGNED_IN)


@access("portfolio:read")
class LiveConsumer(TenantConsumer):
    """Hints to a page, one frame at a time: the next one leaves when the browser has acknowledged the one before."""

    async def opened(self) -> None:
        """Say hello and start to deliver."""
        self._waiting = Waiting()
        self._something = asyncio.Event()
        self._acked = asyncio.Event()
        self._number = 0
        renew_s = int((self.visitor.expires_at - clock.now()).total_seconds())
        await self.send(text_data=json.dumps({"hello": {"renew_s": renew_s}}))
        self._tasks.append(asyncio.create_task(self._deliver()))

    async def live_hint(self, message: dict[str, Any]) -> None:
        """A hint from the channel layer: merge it into what waits."""
        if self._tasks:
            self._waiting.add(message["hint"])
            self._something.set()

    async def receive(self, text_data: str | None = None, **_binary: Any) -> None:
        """The only thing a browser says is that it has read frame n; anything else is ignored."""
        if not text_data or len(text_data) > FRAME_SIZE_MAX:
            return
        with contextlib.suppress(ValueError, AttributeError):
            if self._tasks and json.loads(text_data).get("ack") == self._number:
                self._acked.set()

    async def _deliver(self) -> None:
        while True:
            await self._something.wait()
            await asyncio.sleep(GATHER_S)
            self._something.clear()
            self._acked.clear()
            self._number += 1
            await self.send(text_data=json.dumps({"n": self._number, "hints": self._waiting.take()}))
            try:
                await asyncio.wait_for(self._acked.wait(), ACK_TIMEOUT_S)
            except TimeoutError:
                await self.close(code=TOO_SLOW)
                return


def _session_key(cookies: bytes) -> str:
    jar: SimpleCookie = SimpleCookie()
    with contextlib.suppress(CookieError):
        jar.load(cookies.decode("latin-1"))
    morsel = jar.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""
