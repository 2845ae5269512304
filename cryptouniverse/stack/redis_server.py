"""The embedded Redis: start with a password on the loopback address, stop with its data saved."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cryptouniverse.stack.errors import StackError
from cryptouniverse.stack.home import Home, ServerState
from cryptouniverse.stack.placement import Placement, make_folder
from cryptouniverse.stack.ports import LOOPBACK
from cryptouniverse.stack.processes import end_process, living_pid, remember_pid, start_server, wait_until

START_TIMEOUT_S = 20
_CONFIGURATION = """
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
daemonize no
databases 64
appendonly no
save 300 1 60 10000
maxmemory-policy noeviction
"""


@dataclass(frozen=True)
class Redis:
    """The Redis of one home."""

    home: Home
    placement: Placement

    @property
    def pid_file(self) -> Path:
        """Names the server's process."""
        return self.home.pids / "redis"

    def running(self) -> bool:
        """Whether the server that we started still lives."""
        return living_pid(self.pid_file) is not None

    def start(self, state: ServerState, *, port: int) -> None:
        """Start the server on `port` and wait until it answers."""
        folder = make_folder(self.placement, "redis")
        configuration = folder / "redis.conf"
        configuration.unlink(missing_ok=True)
        configuration.touch(mode=0o600)
        configuration.write_text(_CONFIGURATION.format(port=port, password=state.redis_password, folder=folder))
        if self.placement.account is not None:
            os.chown(configuration, self.placement.account.uid, self.placement.account.gid)
        log = self.home.log("redis")
        server = start_server(self.placement.account, [self.placement.redis_server, configuration], cwd=folder, log=log)
        remember_pid(self.pid_file, server.pid)
        wait_until(lambda: server.poll() is not None or _answers(state, port), timeout_s=START_TIMEOUT_S)
        if not _answers(state, port):
            end_process(server.pid, timeout_s=2)
            last = (log.read_text(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
            raise StackError(f"Redis did not start: {last} (more in {log})")

    def stop(self) -> None:
        """Stop the server; it saves its data first, and is ended by force after 20 seconds."""
        if pid := living_pid(self.pid_file):
            end_process(pid, timeout_s=20)
        self.pid_file.unlink(missing_ok=True)


def url(password: str, *, port: int) -> str:
    """The connection URL (database 0)."""
    return f"redis://:{password}@{LOOPBACK}:{port}/0"


def _answers(state: ServerState, port: int) -> bool:
    import redis

    try:
        with redis.Redis(host=LOOPBACK, port=port, password=state.redis_password, socket_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
