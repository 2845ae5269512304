"""The sockets of pages: signed in, one tenant, one user; they carry hints and end with the session."""

from __future__ import annotations

import asyncio
import contextlib
import json
from http.cookies import CookieError, SimpleCookie
from typing import Any

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.access import access, rule_of
from cryptouniverse.kernel.tenancy import is_served
from cryptouniverse.realtime.db import run_in_tenant
from cryptouniverse.realtime.groups import group
from cryptouniverse.realtime.middleware import Receive, Scope, Send
from cryptouniverse.realtime.outgoing import Page
from cryptouniverse.realtime.sessions import Visitor, session_id_of, visitor_of
from cryptouniverse.realtime.switchboard import switchboard

NOT_SIGNED_IN = 4401
TOO_SLOW = 1013
RECHECK_S = 60.0
FRAME_SIZE_MAX = 256
GONE = (OSError, RuntimeError)  # what a server says to who sends after the end


class TenantConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels ships no types
    """A socket of a signed-in user whom its `@access` rule admits; without a rule it admits nobody.

    The tenant is in the scope; the session is read in the tenant's schema.

    It joins the groups of its tenant, its user and its session, lives no longer than the session, and is re-checked
    each minute.
    """

    visitor: Visitor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the socket until it is gone; whatever ended it, it is in no group after."""
        self.scope, self.base_send, self.tenant = scope, send, scope["tenant"]
        self.board = switchboard()
        self._tasks: list[asyncio.Task[None]] = []
        self._groups: list[str] = []
        try:
            await self._serve(receive)
        finally:
            for task in self._tasks:
                task.cancel()
            await self.board.leave(self, self._groups)

    async def _serve(self, receive: Receive) -> None:
        """One thing after another that the browser does.

        Channels' own loop also waits for messages from a layer, with a task for each, and looks after database
        connections in a thread before each; here neither is on the socket's way.
        """
        with contextlib.suppress(StopConsumer):
            while True:
                message = await receive()
                await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        """Accept, then close with 4401 unless a session of this tenant stands behind the cookie."""
        await self.accept()
        await self._join_session()  # before it is read: whoever ends it meanwhile reaches this socket, too
        visitor = await self._visitor()
        if visitor is None:
            await self.end()
            return
        self.visitor = visitor
        for name in self._group_names():
            await self._join(name)
        self._tasks = [asyncio.create_task(self._watch_session())]
        await self.opened()

    async def opened(self) -> None:
        """Called once the socket is signed in and in its groups."""

    async def end(self) -> None:
        """Nobody is signed in behind it, or not any more: close now."""
        await self._close(NOT_SIGNED_IN)

    async def _close(self, code: int) -> None:
        with contextlib.suppress(*GONE):
            await self.base_send({"type": "websocket.close", "code": code})

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
        await self.board.join(self, name)

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
        await self.end()


@access("portfolio:read")
class LiveConsumer(TenantConsumer, Page):
    """Hints to a page, one frame at a time: the next one leaves when the browser has acknowledged the one before."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the page; nothing is sent to one that is gone."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.board.outgoing.forget(self)

    async def opened(self) -> None:
        """Say hello and start to deliver."""
        renew_s = int((self.visitor.expires_at - clock.now()).total_seconds())
        await self.deliver(json.dumps({"hello": {"renew_s": renew_s}}))
        self.board.outgoing.free(self)

    async def deliver(self, text: str) -> None:
        """Send `text` to the browser."""
        with contextlib.suppress(*GONE):
            await self.base_send({"type": "websocket.send", "text": text})

    async def give_up(self) -> None:
        """Close: the browser is too slow."""
        await self._close(TOO_SLOW)

    async def receive(self, text_data: str | None = None, **_binary: Any) -> None:
        """The only thing a browser says is that it has read frame n; anything else is ignored."""
        if not text_data or len(text_data) > FRAME_SIZE_MAX:
            return
        with contextlib.suppress(ValueError, AttributeError):
            self.board.outgoing.acknowledged(self, json.loads(text_data).get("ack"))


def _session_key(cookies: bytes) -> str:
    jar: SimpleCookie = SimpleCookie()
    with contextlib.suppress(CookieError):
        jar.load(cookies.decode("latin-1"))
    morsel = jar.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""
