"""Homes of their own, below a folder that the servers' account may enter, cleaned up with their servers."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cryptouniverse.stack.home import Home, find_home, load_state
from cryptouniverse.stack.servers import Addresses, start_servers, stop_servers

REPLACED = (
    *("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CU_ENV_FILE", "CU_HOME"),
    *("SECRET_KEY", "CU_MASTER_KEY", "CU_AUDIT_KEY"),
)


def clean_up(home: Home) -> None:
    stop_servers(home)
    if (runtime := load_state(home).runtime).startswith("/"):
        shutil.rmtree(runtime)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A new folder that anybody may pass through."""
    with tempfile.TemporaryDirectory(prefix="cu-stack-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def home(folder, monkeypatch) -> Iterator[Home]:
    """A new home, with nothing in the environment that would replace its servers."""
    for name in REPLACED:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CU_HOME", str(folder / ".cu"))
    home = find_home()
    yield home
    clean_up(home)


@contextmanager
def _home_of_a_module() -> Iterator[Home]:
    """A new home for the tests of a module, cleaned up after them."""
    with tempfile.TemporaryDirectory(prefix="cu-stack-") as name, pytest.MonkeyPatch.context() as patch:
        Path(name).chmod(0o711)
        for variable in REPLACED:
            patch.delenv(variable, raising=False)
        patch.setenv("CU_HOME", f"{name}/.cu")
        home = find_home()
        yield home
        clean_up(home)


@pytest.fixture(scope="module")
def _made() -> Iterator[Home]:
    """A home whose database folder is made; its servers stand still between the tests of a module."""
    with _home_of_a_module() as home:
        start_servers(home)
        stop_servers(home)
        yield home


@pytest.fixture
def used_home(_made, monkeypatch) -> Iterator[Home]:
    """A home that has been used before, which saves the second that a new database folder takes."""
    for name in REPLACED:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CU_HOME", str(_made.path))
    yield _made
    stop_servers(_made)


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Home, Addresses]]:
    """One running pair of servers for the tests of a module that leave them running."""
    with _home_of_a_module() as home:
        yield home, start_servers(home, pin=True)


def environment_of(home: Home) -> dict[str, str]:
    """The environment of a command that uses `home`'s own servers."""
    kept = {name: value for name, value in os.environ.items() if name not in REPLACED}
    return kept | {"CU_HOME": str(home.path)}
