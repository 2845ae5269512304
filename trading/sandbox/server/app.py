"""The server: one port for REST, streams and control."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine

from aiohttp import web

from trading.sandbox.server.control import Control
from trading.sandbox.server.exchange import Exchange
from trading.sandbox.server.rest import Rest
from trading.sandbox.server.sockets import Sockets

HOST = "127.0.0.1"


async def listen(exchange: Exchange, *, port: int, token: str) -> web.ServerRunner:
    """Begin to serve `exchange` on the loopback address; port 0 takes a free one. `cleanup()` of the runner ends it."""
    rest = Rest(exchange)
    sockets = Sockets(exchange, rest)
    control = Control(exchange, sockets.streams, token)

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if request.path.startswith("/sandbox/"):
            return await control.answer(request)
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await sockets.answer(request)
        return await rest.answer(request)

    runner = web.ServerRunner(web.Server(answer, access_log=None), shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    return runner


async def serve(
    exchange: Exchange,
    *,
    port: int,
    token: str,
    say: Callable[[str], object],
    mover: Coroutine[None, None, None] | None = None,
) -> None:
    """Serve `exchange` until SIGTERM or SIGINT. `say` hears where; mover: what moves prices meanwhile."""
    runner = await listen(exchange, port=port, token=token)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    say(f"sandbox exchange on http://{HOST}:{runner.addresses[0][1]}, journal in {exchange.options.home}")
    moving = asyncio.create_task(mover) if mover else None
    await ended.wait()
    if moving:
        moving.cancel()
    await runner.cleanup()
    exchange.close()
