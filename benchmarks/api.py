"""The API under load: WSGI workers, 16 connections, the load from the same machine.

Authentication, limits, access checks and logs are on. The peer is a bare Django tenant view with one indexed query on
the same server, measured in turns with ours in the same run. A sign-in is one token for a right password, hashed as in
production.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from statistics import median
from typing import Any

from accounts.users.hashers import Argon2idHasher
from benchmarks.bare import PATH as BARE_PATH
from benchmarks.bare import SETTINGS as BARE_SETTINGS
from benchmarks.figures import Figure, at_least, below, percentile
from benchmarks.stage import SLUG, signed_in, trading_tenant
from tests.people import PASSWORD

CONNECTIONS, SECONDS, TURNS = 16, 5, 3
WORKERS, THREADS = 2, 4
ROUTE, TOKEN = "/api/v1/portfolios", "/api/v1/auth/token"
SIGN_INS = 21  # the first loads what signing in needs
WAIT_S = 60
OURS, BARE = "cryptouniverse.wsgi:application", "benchmarks.bare:application"


def measure() -> Iterator[Figure]:
    """Turns of ours and the peer's; the median of each."""
    with trading_tenant(cycles=1) as (tenant, user):
        hasher = Argon2idHasher()
        user.password = hasher.encode(PASSWORD, hasher.salt())
        user.save()
        headers = {"Host": f"{SLUG}.localhost", "Cookie": f"sessionid={signed_in(user, tenant)}"}
        with (
            granian(OURS, CU_PROFILE="development") as ours,  # passwords are hashed as in production
            granian(
                "benchmarks.bare:application", BENCH_EMAIL=user.email, DJANGO_SETTINGS_MODULE=BARE_SETTINGS
            ) as bare,
        ):
            sign_ins_ms = [_signed_in_ms(ours, user.email) for _ in range(SIGN_INS)]
            turns = [(loaded(ours, ROUTE, headers), loaded(bare, BARE_PATH, headers)) for _ in range(TURNS)]
    per_s = median(own["per_s"] for own, _ in turns)
    share = median(own["per_s"] / peer["per_s"] for own, peer in turns)
    print(f"  bare: {median(peer['per_s'] for _, peer in turns):.0f} requests/s", file=sys.stderr)
    yield at_least("api_requests_per_second", per_s, "requests/s", 400)
    yield below("api_p95", median(own["p95_ms"] for own, _ in turns), "ms", 60)
    yield below("sign_in_p95", percentile(sign_ins_ms[1:], 0.95), "ms", 300)
    yield at_least("api_share_of_bare", share, "of the peer", 0.35)


def _signed_in_ms(port: int, email: str) -> float:
    """How long an access token takes to get. Raises RuntimeError on any answer but 200."""
    body = json.dumps({"email": email, "password": PASSWORD}).encode()
    headers = {"Host": f"{SLUG}.localhost", "Content-Type": "application/json"}
    client = HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
    began = time.perf_counter()
    client.request("POST", TOKEN, body, headers)
    answer = client.getresponse()
    said, took_ms = answer.read(), (time.perf_counter() - began) * 1_000
    client.close()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status} {said[:500]!r}")
    return took_ms


@contextmanager
def granian(target: str, **variables: str) -> Iterator[int]:
    """WSGI workers on a free port, once they answer."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--no-ws", "--log-level", "warning"]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
    started = subprocess.Popen([*command, target], env={**environment, **variables}, start_new_session=True)
    try:
        _until_listening(started, port)
        yield port
    finally:
        started.terminate()
        started.wait(20)


def _until_listening(started: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + WAIT_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if started.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not come up") from None
            time.sleep(0.05)
        else:
            return


def loaded(port: int, path: str, headers: dict[str, str]) -> dict[str, Any]:
    """What `api_load` measured, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.api_load", str(port), path, str(CONNECTIONS), str(SECONDS)]
    done = subprocess.run(command, input=json.dumps(headers), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2_000:])
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured
