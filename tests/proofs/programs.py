"""Worker and beat as `./cu run` starts them, over this test process's database; and waiting for what they do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from time import monotonic
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

from cryptouniverse.celery import QUEUES

WITHIN_S = 90
_CELERY = ("-m", "celery", "-A", "cryptouniverse")


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """A worker with two processes for every queue."""
    with program(*_CELERY, "worker", "--concurrency", "2", "--queues", ",".join(QUEUES), "--without-mingle") as started:
        yield started


@contextmanager
def beat() -> Iterator[subprocess.Popen[bytes]]:
    """The scheduler."""
    with program(*_CELERY, "beat") as started:
        yield started


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait for it. Fails after WITHIN_S, saying what did not come."""
    deadline, pause = monotonic() + WITHIN_S, Event()
    while not holds():
        assert monotonic() < deadline, f"not within {WITHIN_S} s: {what}"
        pause.wait(0.01)


@contextmanager
def program(*arguments: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """Python with these arguments, in a process group of its own that is killed at the end. variables: more for it."""
    with tempfile.TemporaryFile() as said:
        environment = {**_environment(), **variables}
        options = {"cwd": settings.BASE_DIR, "env": environment, "stdout": said, "stderr": subprocess.STDOUT}
        started = subprocess.Popen([sys.executable, *arguments], start_new_session=True, **options)
        try:
            yield started
        except BaseException:
            said.seek(0)
            sys.stderr.write(said.read()[-4_000:].decode(errors="replace"))
            raise
        finally:
            with suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)
            started.wait(10)


def manage(*command: str, database: str) -> subprocess.CompletedProcess[str]:
    """manage.py in a process of its own, with both roles' addresses leading to `database`, until it ends."""
    return run_python("manage.py", *command, database=database)


def run_python(*arguments: str, database: str) -> subprocess.CompletedProcess[str]:
    """Python with these arguments, as `manage`; it and what it has started are killed where its time is over."""
    addresses = ("DATABASE_URL", "DATABASE_OWNER_URL")
    led = {name: urlunsplit(urlsplit(os.environ[name])._replace(path=f"/{database}")) for name in addresses}
    command, options = [sys.executable, *arguments], {"cwd": settings.BASE_DIR, "env": {**os.environ, **led}}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, start_new_session=True, **options, **pipes) as started:
        try:
            out, error = started.communicate()
        except BaseException:
            os.killpg(started.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, started.returncode, out, error)


def _environment() -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
    own["DATABASE_URL"] = urlunsplit(
        urlsplit(own["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    )
    own["PYTHONPATH"] = str(Path(settings.BASE_DIR))
    return {**own, "CU_PROFILE": "test", "CU_LOG_LEVEL": "WARNING"}
