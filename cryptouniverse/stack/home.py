"""Where a checkout keeps its state: `.cu/` below the project, or the folder that CU_HOME names.

`servers.json` (mode 600) remembers ports, passwords and where the servers' data lies; `secrets.env` (mode 600)
holds our keys (SECRET_KEY, CU_MASTER_KEY, CU_AUDIT_KEY, CU_TOKEN_KEY, CU_SANDBOX_TOKEN) and is the only secret file
that a web process needs. Nothing here is ever printed.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptouniverse.stack.errors import StackError

PROJECT = Path(__file__).resolve().parents[2]
LOG_BYTES_MAX = 10_000_000
MASTER_KEY_BYTES = 32


@dataclass(frozen=True)
class Home:
    """The state folder of one checkout, or below it that of its tests, whose database may lie in memory."""

    path: Path
    in_memory: bool = False

    @property
    def logs(self) -> Path:
        """Folder of every process's log."""
        return self.path / "logs"

    @property
    def pids(self) -> Path:
        """Folder of the pid files, one per process that we started."""
        return self.path / "pids"

    @property
    def secrets_file(self) -> Path:
        """KEY=value lines for the settings: our keys and CU_SANDBOX_TOKEN, and nothing of the servers."""
        return self.path / "secrets.env"

    def log(self, name: str) -> Path:
        """The log file of process `name`; an old one above 10 MB is set aside as `.1` first."""
        path = self.logs / f"{name}.log"
        if path.exists() and path.stat().st_size > LOG_BYTES_MAX:
            path.replace(path.with_suffix(".log.1"))
        return path


@dataclass(frozen=True)
class ServerState:
    """What must be the same at the next start. Ports are 0 until chosen; `runtime` is "", "home" or a path."""

    runtime: str
    postgres_port: int
    redis_port: int
    admin_password: str
    owner_password: str
    app_password: str
    redis_password: str
    pinned: bool = False
    sandbox_port: int = 0


def find_home() -> Home:
    """The state folder of this checkout, created with what it must contain; raises StackError where it cannot be."""
    return _made(Home(Path(os.environ.get("CU_HOME") or PROJECT / ".cu").absolute()))


def find_tests_home() -> Home:
    """That of the tests: servers of their own, which nobody's data is lost with, and so may be in memory."""
    return _made(Home(find_home().path / "tests", in_memory=True))


def _made(home: Home) -> Home:
    path = home.path
    try:
        for folder in (path, home.logs, home.pids):
            folder.mkdir(parents=True, exist_ok=True)
        path.chmod(0o711)  # the servers' account passes through to its data; it cannot list
        home.logs.chmod(0o700)
        home.pids.chmod(0o700)
    except PermissionError as error:
        raise StackError(
            f"{path} belongs to another user: run as that user, or set CU_HOME to a folder of yours."
        ) from error
    except OSError as error:
        raise StackError(
            f"The state folder {path} cannot be used ({error.strerror}): set CU_HOME to another."
        ) from error
    _ensure_secrets(home)
    return home


def _ensure_secrets(home: Home) -> None:
    """Write what the settings need and nobody has set; a file from before a name was needed gets it added."""
    with exclusive(home, "secrets"):  # two first commands at once must not make two keys
        text = home.secrets_file.read_text() if home.secrets_file.exists() else ""
        named = read_secrets(home) if text else {}
        fresh: dict[str, Callable[[], str]] = {
            "SECRET_KEY": lambda: secrets.token_urlsafe(50),
            "CU_MASTER_KEY": lambda: base64.b64encode(secrets.token_bytes(MASTER_KEY_BYTES)).decode(),
            "CU_AUDIT_KEY": lambda: base64.b64encode(secrets.token_bytes(MASTER_KEY_BYTES)).decode(),
            "CU_TOKEN_KEY": lambda: base64.b64encode(secrets.token_bytes(MASTER_KEY_BYTES)).decode(),
            "CU_SANDBOX_TOKEN": lambda: secrets.token_urlsafe(24),
        }
        added = [f"{name}={make()}\n" for name, make in fresh.items() if not named.get(name)]
        if added:
            ended = text if not text or text.endswith("\n") else text + "\n"
            write_private(home.secrets_file, ended + "".join(added))


def read_secrets(home: Home) -> dict[str, str]:
    """KEY=value lines of `secrets.env`: what we made, and what a person adds, such as the keys of AI vendors."""
    lines = (line.strip() for line in home.secrets_file.read_text().splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def write_private(path: Path, text: str) -> None:
    """Replace `path` with `text` in one step, readable by us alone."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def load_state(home: Home) -> ServerState:
    """The remembered state, or a new one with fresh passwords (saved at once)."""
    path = home.path / "servers.json"
    if path.exists():
        return ServerState(**json.loads(path.read_text()))
    admin, owner, app, redis = (secrets.token_urlsafe(24) for _ in range(4))
    state = ServerState("", 0, 0, admin, owner, app, redis)
    save_state(home, state)
    return state


def save_state(home: Home, state: ServerState) -> None:
    """Remember `state` for the next start."""
    write_private(home.path / "servers.json", json.dumps(asdict(state), indent=1) + "\n")


@contextmanager
def exclusive(home: Home, name: str = "start") -> Iterator[None]:
    """Inside, no other process starts or stops the servers of this home."""
    with (home.path / f"{name}.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
