"""The outermost layer of every socket: whose host it is, and that the page that opened it is that tenant's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from cryptouniverse.kernel.addresses import client_of_scope
from cryptouniverse.kernel.context import TenantCtx, tenant_bound
from cryptouniverse.kernel.errors import NotAllowed, NotFound
from cryptouniverse.kernel.memory import Memory
from cryptouniverse.realtime.db import run_in_public

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Admit = Callable[..., None]

WRONG_ORIGIN = 4403


class TenantSocketMiddleware:
    """Puts the tenant of the Host header into `scope["tenant"]`; refuses unknown hosts and foreign pages.

    tenant_of_host: sync function from a host name without port to its active tenant; raises NotFound.
    What it says is remembered for 5 s. admit: sync, lets an address into a tenant or raises NotAllowed.
    """

    def __init__(self, app: App, *, tenant_of_host: Callable[[str], TenantCtx], admit: Admit) -> None:
        self._app = app
        self._admit = admit
        self._tenant_of_host = tenant_of_host
        self._known: Memory[str, TenantCtx | None] = Memory()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket, or close it: 403 before the handshake where it is not let in, 4403 for a foreign page."""
        host = _header(scope, b"host")
        tenant = await self._tenant(_name_of(host))
        if tenant is None or not await run_in_public(self._admitted, tenant, client_of_scope(scope)):
            await send({"type": "websocket.close"})
        elif not from_own_page(host=host, origin=_header(scope, b"origin")):
            await receive()
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": WRONG_ORIGIN})
        else:
            with tenant_bound(tenant):
                await self._app({**scope, "tenant": tenant}, receive, send)

    async def _tenant(self, name: str) -> TenantCtx | None:
        if seen := self._known.seen(name):
            return seen[0]
        tenant = await run_in_public(self._find, name)
        self._known.put(name, tenant)
        return tenant

    def _admitted(self, tenant: TenantCtx, address: str | None) -> bool:
        try:
            self._admit(tenant=tenant, address=address)
        except NotAllowed:
            return False
        return True

    def _find(self, name: str) -> TenantCtx | None:
        try:
            return self._tenant_of_host(name)
        except NotFound:
            return None


def from_own_page(*, host: str, origin: str) -> bool:
    """Whether the page at `origin` is on exactly the host (and port) that the socket asks for. No Origin: no."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return bool(host) and parts.scheme in {"http", "https"} and parts.netloc.lower() == host.lower()


def _header(scope: Scope, name: bytes) -> str:
    values = [value for key, value in scope.get("headers", []) if key.lower() == name]
    return values[0].decode("latin-1") if len(values) == 1 else ""


def _name_of(host: str) -> str:
    return host.rsplit(":", 1)[0].lower().rstrip(".")
