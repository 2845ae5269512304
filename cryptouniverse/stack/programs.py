"""One supervised program: its output goes to its log with a name before each line, its faults to the screen too."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptouniverse.stack.home import PROJECT, Home
from cryptouniverse.stack.processes import remember_pid, session_of, wait_until

LINE_BYTES_MAX = 1_000_000
STOP_TIMEOUT_S = 15.0
_MATTERS = re.compile(r"\[(warning|error|critical)\s*\]|(^|\s)(WARNING|ERROR|CRITICAL)[\s:]|^[\w.]*(Error|Exception)\b")


@dataclass
class Program:
    """A process in a session of its own, which the kernel ends with us (`setpriv --pdeathsig`)."""

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str]
    home: Home
    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=5))
    output: list[str] | None = None
    process: asyncio.subprocess.Process | None = None
    following: asyncio.Task[None] | None = None

    @property
    def pid_file(self) -> Path:
        """Names the process, so that a later start finds what a killed supervisor left."""
        return self.home.pids / self.name

    async def run(self) -> int:
        """Start it and follow its output until it ends; returns its exit code."""
        self.last_lines.clear()
        self.process = process = await asyncio.create_subprocess_exec(
            "setpriv", "--pdeathsig", "TERM", "--", *map(str, self.command),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=self._errors_to(),
            cwd=PROJECT, env=dict(self.environment), start_new_session=True, limit=LINE_BYTES_MAX,
        )  # fmt: skip
        remember_pid(self.pid_file, process.pid)
        self.following = asyncio.create_task(self._follow(process))
        code = await _exit_code(process)
        end_leftovers(self.home, self.name)  # children that would hold its output open
        await asyncio.wait({self.following})
        return code

    async def stop(self) -> None:
        """Ask it to end, and after 15 seconds force its whole session."""
        if self.process is None or self.following is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        try:
            await asyncio.wait_for(_exit_code(self.process), STOP_TIMEOUT_S)
        except TimeoutError:
            say(f"{self.name} did not end within {STOP_TIMEOUT_S:.0f} s and is ended by force.")
        end_leftovers(self.home, self.name)
        await asyncio.wait({self.following})

    def _errors_to(self) -> int:
        """What it prints for the person is kept apart from its log: it may be a password."""
        return asyncio.subprocess.STDOUT if self.output is None else asyncio.subprocess.PIPE

    async def _follow(self, process: asyncio.subprocess.Process) -> None:
        await asyncio.gather(self._log(process.stderr or process.stdout), self._collect(process.stdout))

    async def _collect(self, stream: asyncio.StreamReader | None) -> None:
        if self.output is not None and stream is not None:
            async for line in _lines(stream):
                self.output.append(line)

    async def _log(self, stream: asyncio.StreamReader | None) -> None:
        if stream is None:
            return
        with self.home.log(self.name).open("a") as log:
            async for line in _lines(stream):
                log.write(f"{self.name:<6} | {line}\n")
                log.flush()
                if line:
                    self.last_lines.append(line)
                if _MATTERS.search(line):
                    say(f"{self.name:<6} | {line}")


async def _exit_code(process: asyncio.subprocess.Process) -> int:
    """Wait for the process itself; `process.wait()` would wait for all who hold its output open."""
    while process.returncode is None:
        await asyncio.sleep(0.1)
    return process.returncode


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    while True:
        try:
            raw = await stream.readline()
        except ValueError:  # a line beyond the limit: asyncio has dropped it
            raw = b"(a line of more than 1 MB is left out)\n"
        if not raw:
            return
        yield raw.decode(errors="replace").rstrip()


def end_leftovers(home: Home, name: str) -> None:
    """End what is left of a program's session: itself, or children that outlived it. Only processes of this home."""
    pid_file = home.pids / name
    with contextlib.suppress(FileNotFoundError, ValueError):
        session = int(pid_file.read_text().split()[0])
        for sign in (signal.SIGTERM, signal.SIGKILL):
            for pid in list(session_of(session, env_file=home.secrets_file)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, sign)
            if sign == signal.SIGTERM:
                _wait_for_session(session, home)
    pid_file.unlink(missing_ok=True)


def _wait_for_session(session: int, home: Home) -> None:
    wait_until(lambda: not any(session_of(session, env_file=home.secrets_file)), timeout_s=5)


def say(sentence: str) -> None:
    """One line on the screen, at once."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()
