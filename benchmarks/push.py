"""How long a commit takes to reach the browser: event, outbox, worker, Redis, daphne, WebSocket."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator

import aiohttp
from asgiref.sync import sync_to_async
from django.db import transaction

from aiengine.autopilot.events import CycleFinished
from benchmarks.figures import Figure, below, percentile
from benchmarks.stage import SLUG, signed_in, trading_tenant
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.kernel.tenancy import in_tenant
from tests.web.processes import web_server, worker

WARM_UP, TIMES = 10, 100
WAIT_S = 10


def measure() -> Iterator[Figure]:
    """Median and 99th percentile of 100 commits, each sent once the one before has arrived."""
    with trading_tenant(cycles=1) as (tenant, user), web_server() as port, worker():
        times_ms = asyncio.run(_listen(port, tenant, signed_in(user, tenant)))[WARM_UP:]
    yield below("push_p50", percentile(times_ms, 0.5), "ms", 50)
    yield below("push_p99", percentile(times_ms, 0.99), "ms", 50)


async def _listen(port: int, tenant: TenantCtx, session: str) -> list[float]:
    own = f"{SLUG}.localhost:{port}"
    headers = {"Host": own, "Origin": f"http://{own}"}
    async with (
        aiohttp.ClientSession(cookies={"sessionid": session}) as client,
        client.ws_connect(f"http://127.0.0.1:{port}/ws/live/", headers=headers) as socket,
    ):
        await socket.receive(timeout=WAIT_S)
        return [await _milliseconds(socket, tenant, number) for number in range(WARM_UP + TIMES)]


async def _milliseconds(socket: aiohttp.ClientWebSocketResponse, tenant: TenantCtx, number: int) -> float:
    began = await sync_to_async(_commit)(tenant, number)
    while True:
        frame = json.loads((await socket.receive(timeout=WAIT_S)).data)
        arrived = time.perf_counter()
        if "n" in frame:
            await socket.send_str(json.dumps({"ack": frame["n"]}))
            return (arrived - began) * 1_000


def _commit(tenant: TenantCtx, number: int) -> float:
    """Publish one fact; when its transaction was about to commit."""
    with in_tenant(tenant), transaction.atomic():
        publish_on_commit([CycleFinished(slot_ms=number, timeframe="1h", decisions=0)])
        return time.perf_counter()
