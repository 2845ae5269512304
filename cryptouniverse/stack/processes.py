"""Processes by what they are, not by number alone: a pid file names pid and start time, so no reused pid is hit."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

POLL_S = 0.05


@dataclass(frozen=True)
class Account:
    """The unprivileged user that runs the servers when we are root."""

    uid: int
    gid: int


def started_at(pid: int) -> int | None:
    """Kernel start time of a live process in clock ticks; None if there is none (a zombie counts as none)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def remember_pid(path: Path, pid: int) -> None:
    """Write the pid file of a process that was just started."""
    path.write_text(f"{pid} {started_at(pid)}\n")


def living_pid(path: Path) -> int | None:
    """The pid in a pid file if that very process still lives."""
    try:
        pid, since = path.read_text().split()
    except (FileNotFoundError, ValueError):
        return None
    return int(pid) if str(started_at(int(pid))) == since else None


def server_processes(data: Path) -> Iterator[int]:
    """Pids of the PostgreSQL processes that live in the data folder `data`."""
    data = data.resolve()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            binary = (entry / "exe").readlink().name.removesuffix(" (deleted)")
            if binary == "postgres" and (entry / "cwd").readlink() == data:
                yield int(entry.name)
        except OSError:
            continue


def session_of(leader: int, *, env_file: Path) -> Iterator[int]:
    """Living pids of the session that `leader` led, if they were started for the home that `env_file` belongs to."""
    mark = f"CU_ENV_FILE={env_file}".encode()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if (
                fields[0] not in "ZX"
                and int(fields[3]) == leader
                and mark in (entry / "environ").read_bytes().split(b"\0")
            ):
                yield int(entry.name)
        except OSError:
            continue


def wait_until(done: Callable[[], bool], *, timeout_s: float) -> bool:
    """Poll `done` until it is true (True) or the time is over (False)."""
    deadline = time.monotonic() + timeout_s
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True


def end_process(pid: int, *, timeout_s: float, group: bool = False, first: signal.Signals = signal.SIGTERM) -> None:
    """Ask a process (or its whole group) to end, and force it after `timeout_s`; returns when it is gone."""
    send = os.killpg if group else os.kill
    for sign, patience_s in ((first, timeout_s), (signal.SIGKILL, 5.0)):
        try:
            send(pid, sign)
        except ProcessLookupError:
            return
        if wait_until(lambda: started_at(pid) is None, timeout_s=patience_s):
            return


def run_as(account: Account | None, command: Sequence[str | Path], *, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a short command to its end as `account` (None: as ourselves), with nothing of our environment."""
    return subprocess.run(  # noqa: S603  # our own binaries
        [str(part) for part in command],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=server_environment(),
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def start_server(
    account: Account | None, command: Sequence[str | Path], *, cwd: Path, log: Path
) -> subprocess.Popen[bytes]:
    """Start a process that outlives us, in a session of its own, its output appended to `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603  # our own binaries
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=server_environment(),
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def server_environment() -> dict[str, str]:
    """The bare environment of a server: no credential of ours reaches it."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
