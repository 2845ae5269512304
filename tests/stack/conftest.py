"""Homes of their own, below a folder that the servers' account may enter, cleaned up with their servers.

They lie in memory where there is room: to make a database folder is to wait for the disk two thousand times.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cryptouniverse.stack.home import Home, find_home, load_state
from cryptouniverse.stack.placement import FREE_BYTES_MIN
from cryptouniverse.stack.servers import Addresses, start_servers, stop_servers

MEMORY = Path("/dev/shm")  # noqa: S108  # below it each test makes a folder of its own
REPLACED = (
    *("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CU_ENV_FILE", "CU_HOME"),
    *("SECRET_KEY", "CU_MASTER_KEY", "CU_AUDIT_KEY"),
)


def clean_up(home: Home) -> None:
    stop_servers(home)
    if (runtime := load_state(home).runtime).startswith("/"):
        shutil.rmtree(runtime)


@contextmanager
def _folder() -> Iterator[Path]:
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2 * FREE_BYTES_MIN
    with tempfile.TemporaryDirectory(prefix="cu-stack-", dir=MEMORY if roomy else None) as name:
        Path(name).chmod(0o711)
        yield Path(name)


def _enter(path: Path, patch: pytest.MonkeyPatch) -> None:
    """The environment of a person whose home is `path`, with nothing that would replace its servers."""
    for name in REPLACED:
        patch.delenv(name, raising=False)
    patch.setenv("CU_HOME", str(path))


@contextmanager
def _home_of_a_session(*, pin: bool) -> Iterator[tuple[Home, Addresses]]:
    """A new home that is entered while its servers are started."""
    with _folder() as folder:
        with pytest.MonkeyPatch.context() as patch:
            _enter(folder / ".cu", patch)
            home = find_home()
            addresses = start_servers(home, pin=pin)
        yield home, addresses
        clean_up(home)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A new folder that anybody may pass through."""
    with _folder() as made:
        yield made


@pytest.fixture
def home(folder, monkeypatch) -> Iterator[Home]:
    """A new home, entered."""
    _enter(folder / ".cu", monkeypatch)
    home = find_home()
    yield home
    clean_up(home)


@pytest.fixture(scope="session")
def _made() -> Iterator[Home]:
    """A home whose database folder is made; its servers stand still between the tests."""
    with _home_of_a_session(pin=False) as (home, _):
        stop_servers(home)
        yield home


@pytest.fixture
def used_home(_made, monkeypatch) -> Iterator[Home]:
    """A home that has been used before, entered, which saves the seconds that a new database folder takes."""
    _enter(_made.path, monkeypatch)
    yield _made
    stop_servers(_made)


@pytest.fixture(scope="session")
def _running() -> Iterator[tuple[Home, Addresses]]:
    with _home_of_a_session(pin=True) as there:
        yield there


@pytest.fixture
def shared(_running, monkeypatch) -> tuple[Home, Addresses]:
    """One running pair of servers for the tests that leave them running, their home entered."""
    _enter(_running[0].path, monkeypatch)
    return _running


def environment_of(home: Home) -> dict[str, str]:
    """The environment of a command that uses `home`'s own servers."""
    kept = {name: value for name, value in os.environ.items() if name not in REPLACED}
    return kept | {"CU_HOME": str(home.path)}
