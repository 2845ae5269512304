"""`./cu run`: servers, the practice exchange, bootstrap, then the product's programs under one roof until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from cryptouniverse.stack.errors import StackError
from cryptouniverse.stack.home import PROJECT, Home
from cryptouniverse.stack.ports import LOOPBACK, require_free
from cryptouniverse.stack.processes import end_process, living_pid, remember_pid
from cryptouniverse.stack.programs import Program, end_leftovers, say
from cryptouniverse.stack.servers import Addresses, place_sandbox, servers_in_use, start_servers
from cryptouniverse.stack.web import web_command

EXCHANGE = "exchange"  # starts first: bootstrap opens an account there
WEB = "web"  # starts before the others: six programs that load at once keep people waiting for the one they look at
PROGRAMS = (EXCHANGE, WEB, "worker", "courier", "lab", "beat", "trader")
COURIER = ("--pool", "threads", "--concurrency", "8", "--hostname", "courier@%h")
QUIET = ("--without-mingle", "--without-gossip")  # workers that need not know of each other
BOOTSTRAP = (sys.executable, "manage.py", "bootstrap")
QUICK_DEATH_S = 10.0
QUICK_DEATHS_MAX = 5
READY_TIMEOUT_S = 90.0
SERVER_CHECK_S = 2.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(home: Home, *, port: int) -> int:
    """Run the whole product on `port` until SIGINT or SIGTERM; 0 after a clean stop."""
    with _only_supervisor(home):
        for name in (*PROGRAMS, "bootstrap"):
            end_leftovers(home, name)
        require_free(port)
        place_sandbox(home)
        say("Starting PostgreSQL and Redis ...")
        with _sigterm_like_ctrl_c(), servers_in_use(home) as addresses:
            if addresses.notice:
                say(addresses.notice)
            try:
                commands = {"bootstrap": BOOTSTRAP, **product_commands(home, addresses, port=port)}
                asyncio.run(Supervisor(home, addresses, port, commands).run())
            finally:
                for sign in STOP_SIGNALS:  # from here on nothing may interrupt the clean stop
                    signal.signal(sign, signal.SIG_IGN)
            say("Stopping PostgreSQL and Redis ...")
    say("Stopped.")
    return 0


def stop_supervisor(home: Home) -> bool:
    """Stop a running `run` of this home and whatever a killed one left; True if one ran."""
    pid = living_pid(home.pids / "supervisor")
    if pid:
        end_process(pid, timeout_s=60)
    for name in PROGRAMS:
        end_leftovers(home, name)
    return pid is not None


@dataclass
class Supervisor:
    """Keeps the programs alive: one that dies is started again, later each time; after five quick deaths all stops."""

    home: Home
    addresses: Addresses
    port: int
    commands: Mapping[str, Sequence[str]]  # "bootstrap" runs and ends before the others, which stay
    patience_s: float = 0.5  # before a program starts again; doubled by each quick death in a row

    async def run(self) -> None:
        """Bootstrap, start everything, and keep it running until a signal; raises StackError where that fails."""
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        for sign in STOP_SIGNALS:
            loop.add_signal_handler(sign, over.set)
        work = asyncio.create_task(self.work())
        ending = asyncio.create_task(over.wait())
        await asyncio.wait({work, ending}, return_when=asyncio.FIRST_COMPLETED)
        if over.is_set():
            say("\nStopping: " + ", ".join(name for name in PROGRAMS if name in self.commands) + " ...")
        ending.cancel()
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work

    async def work(self) -> None:
        """Bootstrap, then keep programs and servers alive; raises StackError. Cancelled, it stops the programs."""
        environment = self._environment()
        programs = [
            Program(name, self.commands[name], environment, self.home) for name in PROGRAMS if name in self.commands
        ]
        try:
            async with asyncio.TaskGroup() as group:

                def keep(*names: str) -> None:
                    for program in programs:
                        if program.name in names:
                            group.create_task(self._keep(program))

                keep(EXCHANGE)
                news = await self._bootstrap()
                group.create_task(self._keep_servers())
                keep(WEB)
                await self._announce(news)
                keep(*(name for name in PROGRAMS if name not in (EXCHANGE, WEB)))
        except* StackError as problems:
            raise problems.exceptions[0] from None
        finally:
            await asyncio.gather(*(program.stop() for program in programs))

    async def _bootstrap(self) -> list[str]:
        """Migrate and create what must exist, with the owner's role; returns what it printed for the person."""
        say("Preparing the database ...")
        environment = self._environment() | self.addresses.environment(owner=True)
        program = Program("bootstrap", self.commands["bootstrap"], environment, self.home, output=[])
        try:
            if await program.run():
                raise StackError(_last_words(program, "The database could not be prepared"))
        finally:
            await program.stop()
        return program.output or []

    async def _keep(self, program: Program) -> None:
        quick_deaths = 0
        while True:
            since = time.monotonic()
            code = await program.run()
            quick_deaths = quick_deaths + 1 if time.monotonic() - since < QUICK_DEATH_S else 0
            if quick_deaths >= QUICK_DEATHS_MAX:
                what = f"{program.name} ended {quick_deaths} times in a row, so all is stopped"
                raise StackError(_last_words(program, what))
            delay_s = min(self.patience_s * 2**quick_deaths, 8.0)
            say(f"{program.name} ended with code {code} and starts again in {delay_s:g} s ({_log_name(program)}).")
            await asyncio.sleep(delay_s)

    async def _keep_servers(self) -> None:
        """Start an embedded server that has died again, where it was."""
        while True:
            await asyncio.sleep(SERVER_CHECK_S)
            if await asyncio.to_thread(start_servers, self.home) != self.addresses:
                raise StackError("PostgreSQL or Redis came back at another address: start again with ./cu run.")

    async def _announce(self, news: list[str]) -> None:
        """Once the web server answers, say where it is and what bootstrap had to say."""
        deadline = time.monotonic() + READY_TIMEOUT_S
        while not await answers(self.port):
            if time.monotonic() > deadline:
                raise StackError(
                    f"The web server did not answer for {READY_TIMEOUT_S:g} s: see {self.home.logs}/web.log."
                )
            await asyncio.sleep(0.2)
        demo, operators = f"http://demo.localhost:{self.port}", f"http://platform.localhost:{self.port}/admin/"
        say("\n".join(["", "CryptoUniverse is up:", f"  {demo}", f"  {operators}  (operators)", "", *news]))
        say(f"\nLogs are in {self.home.logs}. Ctrl-C stops everything.")

    def _environment(self) -> dict[str, str]:
        """What the programs see: never the owner's URL."""
        return program_environment(self.addresses, owner=False) | {"CU_PORT": str(self.port)}


def product_commands(home: Home, addresses: Addresses, *, port: int) -> dict[str, list[str]]:
    """How the programs are started."""
    manage = [sys.executable, "manage.py"]
    sandbox = [sys.executable, "-m", "trading.sandbox", "--port", str(addresses.sandbox_port)]
    celery = [sys.executable, "-m", "celery", "-A", "cryptouniverse"]
    return {
        EXCHANGE: [*sandbox, "--home", str(home.path / "sandbox")],
        WEB: web_command(port),
        "worker": [*celery, "worker", "--concurrency", "2", "--queues", _queues(), *QUIET],
        "courier": [*celery, "worker", *COURIER, "--queues", _courier_queues(), *QUIET],
        "lab": [*celery, "worker", "--concurrency", "1", "--queues", _lab_queues(), *QUIET],
        "beat": [*celery, "beat"],
        "trader": [*manage, "trade"],
    }


def program_environment(addresses: Addresses, *, owner: bool) -> dict[str, str]:
    """Our own environment with the servers' addresses in it, and the owner's URL only if `owner`."""
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
    return inherited | addresses.environment(owner=owner) | {"PYTHONUNBUFFERED": "1"}


async def answers(port: int) -> bool:
    """Whether /healthz answers 200."""
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(LOOPBACK, port), 2)
    except (OSError, TimeoutError):
        return False
    try:
        writer.write(f"GET /healthz HTTP/1.1\r\nHost: {LOOPBACK}:{port}\r\nConnection: close\r\n\r\n".encode())
        status = await asyncio.wait_for(reader.readline(), 5)
    except (OSError, TimeoutError):
        return False
    finally:
        writer.close()
    return status.split()[1:2] == [b"200"]


@contextmanager
def _only_supervisor(home: Home) -> Iterator[None]:
    pid_file = home.pids / "supervisor"
    with (home.path / "run.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StackError(
                "CryptoUniverse already runs from this folder: use it, or stop it with ./cu stop."
            ) from error
        remember_pid(pid_file, os.getpid())
        try:
            yield
        finally:
            pid_file.unlink(missing_ok=True)


@contextmanager
def _sigterm_like_ctrl_c() -> Iterator[None]:
    """SIGTERM unwinds like Ctrl-C until the supervisor listens itself."""
    before = [signal.signal(sign, signal.default_int_handler) for sign in STOP_SIGNALS]
    try:
        yield
    finally:
        for sign, handler in zip(STOP_SIGNALS, before, strict=True):
            signal.signal(sign, handler)


def _queues() -> str:
    from cryptouniverse.celery import QUEUES

    return ",".join(QUEUES)


def _courier_queues() -> str:
    from cryptouniverse.celery import COURIER_QUEUES

    return ",".join(COURIER_QUEUES)


def _lab_queues() -> str:
    from cryptouniverse.celery import LAB_QUEUES

    return ",".join(LAB_QUEUES)


def _last_words(program: Program, what: str) -> str:
    last = program.last_lines[-1] if program.last_lines else "it said nothing"
    return f"{what}: {last} ({_log_name(program)})"


def _log_name(program: Program) -> str:
    log = program.home.logs / f"{program.name}.log"
    return f"more in {log.relative_to(PROJECT) if log.is_relative_to(PROJECT) else log}"
