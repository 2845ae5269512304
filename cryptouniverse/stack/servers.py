"""Both servers of a home together: make sure they run, say where they are, stop them.

`servers_in_use` counts users by a shared lock that the kernel releases even after SIGKILL: the last command to
leave stops the servers, unless they were pinned by `env`, whose caller goes on using them until `stop`.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptouniverse.stack import postgres, redis_server
from cryptouniverse.stack.home import Home, ServerState, exclusive, load_state, read_secrets, save_state
from cryptouniverse.stack.placement import IN_HOME, Placement, forget_memory, place_servers
from cryptouniverse.stack.ports import LOOPBACK, choose_port
from cryptouniverse.stack.postgres import Postgres
from cryptouniverse.stack.redis_server import Redis

ONE_ROLE_NOTICE = (
    "DATABASE_OWNER_URL is not set: migrations and the application share one database role, "
    "so the books are not protected from the application by the database."
)


@dataclass(frozen=True)
class Addresses:
    """Where the servers are. `database_owner_url` is for migrations and provisioning alone."""

    database_owner_url: str = field(repr=False)
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    env_file: str
    secrets: Mapping[str, str] = field(repr=False)
    sandbox_port: int = 0
    notice: str = ""

    def environment(self, *, owner: bool) -> dict[str, str]:
        """A process's variables, the owner's URL only if `owner`. What is set already wins over the secrets file."""
        secrets = {name: os.environ.get(name) or value for name, value in self.secrets.items()}
        servers = {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url, "CU_ENV_FILE": self.env_file}
        if self.sandbox_port and not os.environ.get("CU_SANDBOX_URL"):
            servers["CU_SANDBOX_URL"] = f"http://{LOOPBACK}:{self.sandbox_port}"
        values = secrets | servers
        return values | {"DATABASE_OWNER_URL": self.database_owner_url} if owner else values


def start_servers(home: Home, *, pin: bool = False) -> Addresses:
    """Make sure that the servers run (those the environment does not replace) and say where. Idempotent."""
    with exclusive(home):
        return _start(home, pin=pin)


def place_sandbox(home: Home) -> None:
    """Choose the practice exchange's port for `run`: the remembered one while it is free."""
    with exclusive(home):
        state = load_state(home)
        save_state(home, replace(state, sandbox_port=choose_port(state.sandbox_port)))


def stop_servers(home: Home) -> list[str]:
    """Stop what runs, Redis first; returns the names of what was stopped. What lay in memory is given back."""
    with exclusive(home):
        stopped = _stop(home)
        if runtime := load_state(home).runtime:
            forget_memory(home.path if runtime == IN_HOME else Path(runtime), "pg")
        return stopped


def running_servers(home: Home) -> dict[str, bool]:
    """Which of the embedded servers run now."""
    state = load_state(home)
    if not state.runtime:
        return {"postgres": False, "redis": False}
    placement = place_servers(home, remembered=state.runtime)
    return {"postgres": Postgres(home, placement).running(), "redis": Redis(home, placement).running()}


@contextmanager
def servers_in_use(home: Home) -> Iterator[Addresses]:
    """Inside, the servers run; at the end the last user stops them unless they are pinned."""
    with (home.path / "users.lock").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield start_servers(home)
        finally:
            with exclusive(home):
                if _last_user(users.fileno()) and not load_state(home).pinned:
                    _stop(home)


def _last_user(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start(home: Home, *, pin: bool) -> Addresses:
    state = load_state(home)
    own_database, own_redis = _own("DATABASE_URL", state.app_password), _own("REDIS_URL", state.redis_password)
    if not (own_database and own_redis):
        placement = place_servers(home, remembered=state.runtime)
        runtime = IN_HOME if placement.runtime == home.path else str(placement.runtime)
        state = replace(state, runtime=runtime, pinned=state.pinned or pin)
        state = _start_missing(home, placement, state, database=not own_database, redis=not own_redis)
    return _addresses(home, state, own_database, own_redis)


def _own(name: str, embedded_password: str) -> str | None:
    """The URL in the environment, unless it is one of ours that `env` has put there."""
    value = os.environ.get(name)
    return None if value and f":{embedded_password}@" in value else value


def _start_missing(home: Home, placement: Placement, state: ServerState, *, database: bool, redis: bool) -> ServerState:
    save_state(home, state)
    if database and not (server := Postgres(home, placement)).running():
        server.clear_remains()  # what outlived a crash holds the port
        state = replace(state, postgres_port=choose_port(state.postgres_port))
        save_state(home, state)
        server.start(state, port=state.postgres_port)
    if redis and not (cache := Redis(home, placement)).running():
        state = replace(state, redis_port=choose_port(state.redis_port))
        save_state(home, state)
        cache.start(state, port=state.redis_port)
    return state


def _addresses(home: Home, state: ServerState, own_database: str | None, own_redis: str | None) -> Addresses:
    redis_url = own_redis or redis_server.url(state.redis_password, port=state.redis_port)
    files = (str(home.secrets_file), read_secrets(home))
    if own_database:
        owner_url = os.environ.get("DATABASE_OWNER_URL")
        notice = "" if owner_url else ONE_ROLE_NOTICE
        return Addresses(owner_url or own_database, own_database, redis_url, *files, state.sandbox_port, notice)
    owner_url = postgres.url("owner", state.owner_password, port=state.postgres_port)
    app_url = postgres.url("app", state.app_password, port=state.postgres_port)
    return Addresses(owner_url, app_url, redis_url, *files, state.sandbox_port)


def _stop(home: Home) -> list[str]:
    state = load_state(home)
    if not state.runtime:
        return []
    save_state(home, replace(state, pinned=False))
    placement = place_servers(home, remembered=state.runtime)
    stopped = []
    for name, server in (("Redis", Redis(home, placement)), ("PostgreSQL", Postgres(home, placement))):
        if server.running():
            server.stop()
            stopped.append(name)
    return stopped
