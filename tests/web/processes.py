"""The product's own processes, started for a test against the test's database: web server and Celery worker."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from urllib.parse import urlsplit, urlunsplit

from cryptouniverse.stack.web import web_command
from tests.database import database_name

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 60


@contextmanager
def web_server(command: Callable[[int], list[str]] = web_command) -> Iterator[int]:
    """The web server on a free port of 127.0.0.1; yields the port once it listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with _process(command(port), ready=lambda _said: _listens(port)):
        yield port


@contextmanager
def worker() -> Iterator[None]:
    """A Celery worker for every queue, once it takes work."""
    from cryptouniverse.celery import QUEUES

    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "cryptouniverse",
        "worker",
        "--concurrency",
        "1",
        "--without-mingle",
        "--purge",
    ]
    command += ["--queues", ",".join(QUEUES), "--loglevel", "INFO"]
    with _process(command, ready=lambda said: any(" ready" in line for line in said)):
        yield


@contextmanager
def _process(command: list[str], *, ready: Callable[[list[str]], bool]) -> Iterator[None]:
    """Start it, wait until it is ready, and end it with all of its children: how it ends is not what its users test."""
    started = subprocess.Popen(
        command,
        cwd=ROOT,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        _wait_until(started, ready)
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        started.wait(5)


def _environment() -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
    own["DATABASE_URL"] = urlunsplit(urlsplit(own["DATABASE_URL"])._replace(path=f"/{database_name()}"))
    return {**own, "CU_PROFILE": "test", "CU_LOG_LEVEL": "INFO", "PYTHONUNBUFFERED": "1"}


def _wait_until(started: subprocess.Popen[str], ready: Callable[[list[str]], bool]) -> None:
    """Wait for it. What it says is read for as long as it lives, so that the pipe never fills."""
    said: deque[str] = deque(maxlen=60)
    Thread(target=lambda: said.extend(started.stdout or ()), daemon=True).start()
    deadline, pause = monotonic() + READY_WITHIN_S, Event()
    while not ready(list(said)):
        if started.poll() is not None or monotonic() > deadline:
            raise AssertionError(f"{started.args} is not ready:\n{''.join(said)}")
        pause.wait(0.1)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
