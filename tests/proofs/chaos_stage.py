"""The whole product as `./cu run` starts it, in a home of its own, and the hands that kill its parts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

from cryptouniverse.stack.home import PROJECT, Home, find_home, load_state, read_secrets
from cryptouniverse.stack.placement import place_servers
from cryptouniverse.stack.ports import LOOPBACK, choose_port
from cryptouniverse.stack.postgres import Postgres
from cryptouniverse.stack.processes import living_pid, server_processes
from cryptouniverse.stack.programs import end_leftovers
from cryptouniverse.stack.servers import Addresses, start_servers
from cryptouniverse.stack.supervisor import EXCHANGE, product_commands, program_environment
from trading.execution.crash.stage import Control

VICTIMS = ("postgres", "redis", "worker", "web", "trader", EXCHANGE)
UP_WITHIN_S = 400
PAUSE_S = 0.1
OURS = ("CU_SANDBOX_TOKEN", "CU_SANDBOX_URL", "CU_PROFILE", "CU_LOG_LEVEL")  # beside those that name servers


class Product:
    """The programs of one home. Its recorder answers questions and records intents."""

    def __init__(self, home: Home, environment: dict[str, str]) -> None:
        self.home = home
        self.environment = environment
        self.port = choose_port(0)

    @property
    def control(self) -> Control:
        """The practice exchange's control interface."""
        token = read_secrets(self.home)["CU_SANDBOX_TOKEN"]
        return Control(f"http://{LOOPBACK}:{load_state(self.home).sandbox_port}", token)

    @property
    def journal(self) -> Path:
        return self.home.path / "sandbox" / "journal.jsonl"

    @contextmanager
    def running(self) -> Iterator[None]:
        """Inside, `./cu run` is at work. Fails when it ended by itself."""
        command = [sys.executable, "-m", "cryptouniverse.stack", "run", "--port", str(self.port)]
        with (self.home.logs / "run.log").open("ab") as said:
            supervisor = subprocess.Popen(
                command, cwd=PROJECT, env=self.environment, stdout=said, stderr=said, start_new_session=True
            )
        try:
            until(lambda: living_pid(self.home.pids / "trader"), "the trader is started", within_s=UP_WITHIN_S)
            yield
            assert supervisor.poll() is None, (self.home.logs / "run.log").read_text()[-4_000:]
        finally:
            supervisor.send_signal(signal.SIGTERM)
            supervisor.wait(120)

    def kill(self, victim: str) -> int:
        """SIGKILL to every process of it; how many. 0 when it was not there just then."""
        pids = [pid for pid in self._pids(victim) if pid]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(pids)

    def _pids(self, victim: str) -> list[int | None]:
        if victim == "postgres":
            place = place_servers(self.home, remembered=load_state(self.home).runtime)
            return [*server_processes(Postgres(self.home, place).data)]
        leader = living_pid(self.home.pids / victim)
        if victim == "redis" or leader is None:
            return [leader]
        return [leader, *(pid for pid in _processes() if _group_of(pid) == leader)]

    @contextmanager
    def alone(self, *names: str) -> Iterator[None]:
        """The servers and these programs only, the same commands, without a supervisor."""
        addresses = self._addresses()
        commands = product_commands(self.home, addresses, port=self.port)
        environment = program_environment(addresses, owner=False) | self.environment
        environment |= addresses.environment(owner=False) | {"CU_SANDBOX_URL": self.sandbox_url}
        with (self.home.logs / "rest.log").open("ab") as said:
            started = [
                subprocess.Popen(commands[name], cwd=PROJECT, env=environment, stdout=said, stderr=said)
                for name in names
            ]
        try:
            yield
            assert [process.poll() for process in started] == [None] * len(names)
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(60)

    @property
    def sandbox_url(self) -> str:
        return f"http://{LOOPBACK}:{load_state(self.home).sandbox_port}"

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command of `manage.py` over this home's database."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT, env=self._with_servers(), capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip

    def _addresses(self) -> Addresses:
        return start_servers(self.home, pin=True)

    def _with_servers(self) -> dict[str, str]:
        return self.environment | self._addresses().environment(owner=False) | {"CU_SANDBOX_URL": self.sandbox_url}

    @contextmanager
    def recorder(self) -> Iterator[Callable[..., dict[str, Any]]]:
        """Asks the recorder; {"lost": ...} when the database was away."""
        command = [sys.executable, "-m", "tests.proofs.chaos_recorder"]
        with (self.home.logs / "recorder.log").open("ab") as said:
            process = subprocess.Popen(
                command, cwd=PROJECT, env=self._with_servers(), text=True, stderr=said,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip

        def ask(deed: str, **facts: Any) -> dict[str, Any]:
            assert process.stdin and process.stdout
            process.stdin.write(json.dumps({"do": deed, **facts}) + "\n")
            process.stdin.flush()
            answer: dict[str, Any] = json.loads(process.stdout.readline())
            return answer

        try:
            yield ask
        finally:
            process.kill()
            process.wait()


@contextmanager
def product(folder: Path) -> Iterator[Product]:
    """A product in a new home below `folder`; nothing of it is left running."""
    from tests.stack.conftest import REPLACED, clean_up

    kept = {name: value for name, value in os.environ.items() if name not in {*REPLACED, *OURS}}
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(kept | {"CU_HOME": str(folder / ".cu")})
    home = find_home()
    try:
        yield Product(home, dict(os.environ))
    finally:
        for name in VICTIMS:
            if name not in {"postgres", "redis"}:
                end_leftovers(home, name)
        clean_up(home)
        os.environ.clear()
        os.environ.update(before)


def until(holds: Callable[[], Any], what: str, *, within_s: float) -> float:
    """Wait for it; the seconds that it took. Fails after `within_s`, saying what did not come."""
    began, pause = monotonic(), Event()
    while not holds():
        assert monotonic() - began < within_s, f"not within {within_s} s: {what}"
        pause.wait(PAUSE_S)
    return monotonic() - began


def _processes() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _group_of(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0
