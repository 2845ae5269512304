"""How long a signed-in trader waits for the dashboard: GET / over HTTP, from a desk with positions and a past."""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.client import HTTPConnection

from benchmarks.figures import Figure, below, percentile
from benchmarks.stage import SLUG, signed_in, trading_tenant
from tests.web.processes import web_server

WARM_UP, TIMES = 10, 200
CYCLES = 48


def measure() -> Iterator[Figure]:
    """The 95th percentile of 200 pages, one after the other."""
    with trading_tenant(cycles=CYCLES) as (tenant, user), web_server() as port:
        headers = {"Host": f"{SLUG}.localhost:{port}", "Cookie": f"sessionid={signed_in(user, tenant)}"}
        client = HTTPConnection("127.0.0.1", port, timeout=30)
        times_ms = [_milliseconds(client, headers) for _ in range(WARM_UP + TIMES)][WARM_UP:]
    yield below("dashboard_p95", percentile(times_ms, 0.95), "ms", 200)


def _milliseconds(client: HTTPConnection, headers: dict[str, str]) -> float:
    began = time.perf_counter()
    client.request("GET", "/", headers=headers)
    answer = client.getresponse()
    body = answer.read()
    if answer.status != 200 or b'id="panel-positions"' not in body:
        raise RuntimeError(f"GET / answered {answer.status}, without positions")
    return (time.perf_counter() - began) * 1_000
