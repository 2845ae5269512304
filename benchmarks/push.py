"""How long a commit takes to reach the browser: event, outbox, worker, Redis, web server, WebSocket."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import aiohttp
from asgiref.sync import sync_to_async
from django.db import transaction

from aiengine.autopilot.events import CycleFinished
from benchmarks.crowd import Crowd
from benchmarks.figures import Figure, below, percentile
from benchmarks.stage import SLUG, signed_in, trading_tenant
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.kernel.tenancy import in_tenant
from cryptouniverse.stack.web import sockets_command
from tests.web.processes import web_server, worker

WARM_UP, TIMES = 10, 100
SOCKETS, COMMITS, EVERY_S = 1_000, 20, 0.25  # a page re-reads four times a second at most
WAIT_S = 30


def measure() -> Iterator[Figure]:
    """Median and 99th percentile of 100 commits, each sent once the one before has arrived; then of 20 commits that
    each go to a thousand sockets.
    """
    with trading_tenant(cycles=1) as (tenant, user), web_server(sockets_command) as port, worker():
        session = signed_in(user, tenant)
        times_ms = asyncio.run(_listen(port, tenant, session))[WARM_UP:]
        crowd_ms = _crowd(port, tenant, session)
    yield below("push_p50", percentile(times_ms, 0.5), "ms", 50)
    yield below("push_p99", percentile(times_ms, 0.99), "ms", 50)
    yield below("push_to_1000_p50", percentile(crowd_ms, 0.5), "ms", 50)
    yield below("push_to_1000_p99", percentile(crowd_ms, 0.99), "ms", 50)


async def _listen(port: int, tenant: TenantCtx, session: str) -> list[float]:
    async with _client(session) as client:
        socket = await _opened(client, port)
        times_ms = []
        for number in range(WARM_UP + TIMES):
            began = await sync_to_async(_commit)(tenant, number)
            times_ms.append((await _arrival(socket) - began) * 1_000)
        return times_ms


def _crowd(port: int, tenant: TenantCtx, session: str) -> list[float]:
    """How long each of COMMITS facts took to each of SOCKETS sockets."""
    host = f"{SLUG}.localhost:{port}"
    times_ms: list[float] = []
    with closing(Crowd()) as crowd, ThreadPoolExecutor(max_workers=1) as committing:
        for _ in range(SOCKETS):
            crowd.join(port=port, host=host, session=session)
        for number in range(COMMITS + 1):
            time.sleep(EVERY_S)
            began = committing.submit(_commit, tenant, WARM_UP + TIMES + number)
            arrived = crowd.arrivals()
            times_ms += [(at - began.result()) * 1_000 for at in arrived] if number else []
    return times_ms


def _client(session: str) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookies={"sessionid": session}, connector=aiohttp.TCPConnector(limit=0))


async def _opened(client: aiohttp.ClientSession, port: int) -> aiohttp.ClientWebSocketResponse:
    """A page's socket that has been greeted."""
    own = f"{SLUG}.localhost:{port}"
    headers = {"Host": own, "Origin": f"http://{own}"}
    socket = await client.ws_connect(f"http://127.0.0.1:{port}/ws/live/", headers=headers)
    await socket.receive(timeout=WAIT_S)
    return socket


async def _arrival(socket: aiohttp.ClientWebSocketResponse) -> float:
    """When the next hint is there; it is acknowledged."""
    while True:
        frame = json.loads((await socket.receive(timeout=WAIT_S)).data)
        arrived = time.time()
        if "n" in frame:
            await socket.send_str(json.dumps({"ack": frame["n"]}))
            return arrived


def _commit(tenant: TenantCtx, number: int) -> float:
    """Publish one fact; when its transaction was about to commit."""
    with in_tenant(tenant), transaction.atomic():
        publish_on_commit([CycleFinished(slot_ms=number, timeframe="1h", decisions=0)])
        return time.time()
