"""The commands behind `./cu`: each makes sure that the servers run, says where they are, and runs one program."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cryptouniverse.stack.checks import run_checks
from cryptouniverse.stack.errors import StackError
from cryptouniverse.stack.home import PROJECT, Home, find_home, find_tests_home
from cryptouniverse.stack.processes import end_process
from cryptouniverse.stack.programs import say
from cryptouniverse.stack.servers import Addresses, running_servers, servers_in_use, start_servers, stop_servers
from cryptouniverse.stack.supervisor import program_environment, run, stop_supervisor

# The only commands of manage.py that see the owner's database role: those that make or change tables and schemas.
OWNER_COMMANDS = (
    "bootstrap",
    "crash_test",
    "delete_tenant",
    "fetch_candles",
    "fetch_funding",
    "import_candles",
    "import_funding",
    "import_tenant",
    "isolation_crawl",
    "migrate",
    "provision",
    "replay",
)
_PYTEST = ("-m", "pytest")
_COVERAGE = (sys.executable, "-m", "slipcover")  # of which packages: pyproject.toml
COVERAGE_PCT_MIN = 85
# A share of the files each, so that what a file sets up is set up once. One process more than the machine has cores: a
# fifth of a test's time is waiting, for a disk, a deadline or a program that starts.
_BY_FILE = ("-n", "3", "--dist", "worksteal")
# Each proof to whoever is free, the longest first (tests/conftest.py).
_ONE_BY_ONE = ("-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder")
_TEST = {"CU_PROFILE": "test"}
_REFUSALS_UNSAID = {"CU_LOG_LEVEL": "ERROR"}  # a crawl is refused thousands of times, and each would be a line


def command_run(arguments: Sequence[str]) -> int:
    """`run [--port N]`."""
    port = _port(arguments)
    return run(find_home(), port=port)


def command_test(arguments: Sequence[str]) -> int:
    """`test [pytest arguments]`; all of it, with coverage, when no arguments are given."""
    tests = (*_PYTEST, *_BY_FILE, "-m", "not prove and not soak", *arguments)
    if arguments:
        return _with_servers([sys.executable, *tests], owner=True, more=_TEST, home=find_tests_home())
    covered = str(find_home().path / "coverage.json")
    elsewhere = ("--ignore", "tests/architecture", "--ignore", "tests/api/test_api_schemathesis.py")  # check, prove
    command = [*_COVERAGE, "--json", "--out", covered, *tests, *elsewhere]
    failed = _with_servers(command, owner=True, more=_TEST, home=find_tests_home())
    return failed or _too_little_covered(covered)


def _too_little_covered(file: str) -> int:
    """Print what the tests left out of each package; not 0 if it is more than it may be."""
    # A call of its own: slipcover reports one process's share where it is to judge and merge at once.
    judge = (*_COVERAGE, "--merge", file, "--out", file, "--fail-under", str(COVERAGE_PCT_MIN))
    too_little = subprocess.run(judge, check=False).returncode  # noqa: S603  # no shell: our own command line
    if too_little:
        say(f"The tests cover less than {COVERAGE_PCT_MIN}% of our packages: test what is listed above.")
    return too_little


def command_prove(arguments: Sequence[str]) -> int:
    """`prove [pytest arguments]`: the long proofs."""
    command = [sys.executable, *_PYTEST, *_ONE_BY_ONE, "-m", "prove", *(arguments or _files_marked("prove"))]
    return _with_servers(command, owner=True, more={**_TEST, **_REFUSALS_UNSAID}, home=find_tests_home())


def command_soak(arguments: Sequence[str]) -> int:
    """`soak [pytest arguments]`: the long proofs at their full size."""
    chosen = arguments or _files_marked("prove", "soak")
    command = [sys.executable, *_PYTEST, *_ONE_BY_ONE, "-m", "prove or soak", "--timeout=0", *chosen]
    return _with_servers(command, owner=True, more={**_TEST, "CU_SOAK": "1"}, home=find_tests_home())


def _files_marked(*marks: str) -> list[str]:
    """The test files that hold such a mark: to import all the others takes as long as many a proof."""
    files = sorted((PROJECT / "tests").rglob("test_*.py"))
    return [str(file) for file in files if any(f"mark.{mark}" in file.read_text() for mark in marks)]


def command_check(arguments: Sequence[str]) -> int:
    """`check`: lint, types, imports, sizes, migrations, production settings."""
    if arguments:
        raise StackError("check takes no arguments: it always runs everything.")
    with servers_in_use(find_home()) as addresses:
        return run_checks(program_environment(addresses, owner=True))


def command_bench(arguments: Sequence[str]) -> int:
    """`bench [NAME] [--json]`."""
    return _with_servers([sys.executable, "-m", "benchmarks", *arguments], owner=True)


def command_candles(arguments: Sequence[str]) -> int:
    """`candles FOLDER [options]`: every Parquet and CSV file in it."""
    if not arguments or arguments[0].startswith("-"):
        raise StackError("Say which folder holds the candles: ./cu candles FOLDER.")
    return command_manage(["import_candles", *candle_files(Path(arguments[0])), *arguments[1:]])


def command_replay(arguments: Sequence[str]) -> int:
    """`replay FOLDER [--json] [--tenant NAME]`."""
    return command_manage(["replay", *arguments])


def command_manage(arguments: Sequence[str]) -> int:
    """`manage COMMAND ...`: any command of manage.py."""
    command = [sys.executable, str(PROJECT / "manage.py"), *arguments]
    return _with_servers(command, owner=needs_owner(arguments), folder=Path.cwd())


def command_env(_arguments: Sequence[str]) -> int:
    """`env`: make sure that the servers run until `stop`, and print the shell lines that lead to them."""
    addresses = start_servers(find_home(), pin=True)
    _warn(addresses)
    for name, value in addresses.environment(owner=True).items():
        say(f"export {name}={shlex.quote(value)}")
    return 0


def command_status(_arguments: Sequence[str]) -> int:
    """`status`: 0 if both embedded servers run, else 3."""
    servers = running_servers(find_home())
    for name, running in servers.items():
        say(f"{name}: {'running' if running else 'stopped'}")
    return 0 if all(servers.values()) else 3


def command_stop(_arguments: Sequence[str]) -> int:
    """`stop`: everything that was started from this folder."""
    home = find_home()
    stopped = ["the product's programs"] if stop_supervisor(home) else []
    stopped += stop_servers(home)
    if (home.path / "tests").exists():
        stopped += [f"the tests' {name}" for name in stop_servers(find_tests_home())]
    say(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing is running.")
    return 0


COMMANDS: Mapping[str, Callable[[Sequence[str]], int]] = {
    "run": command_run,
    "test": command_test,
    "check": command_check,
    "prove": command_prove,
    "soak": command_soak,
    "bench": command_bench,
    "candles": command_candles,
    "replay": command_replay,
    "manage": command_manage,
    "env": command_env,
    "status": command_status,
    "stop": command_stop,
}


def needs_owner(arguments: Sequence[str]) -> bool:
    """Whether a manage.py command needs the role that may change tables ("migrate_schemas" counts as "migrate")."""
    return bool(arguments) and arguments[0].startswith(OWNER_COMMANDS)


def candle_files(folder: Path) -> list[str]:
    """Absolute paths of the candle files in `folder`, sorted; a single file is taken as it is."""
    if folder.is_file():
        return [str(folder.absolute())]
    files = sorted(str(path.absolute()) for path in folder.glob("*") if _is_of_candles(path))
    if not files:
        raise StackError(f"There is no .parquet or .csv file in {folder}: name a folder that holds candles.")
    return files


def _is_of_candles(path: Path) -> bool:
    return path.suffix in {".parquet", ".csv"} and not path.stem.endswith(("_books", "_funding"))


def _port(arguments: Sequence[str]) -> int:
    match [*arguments]:
        case []:
            return int(os.environ.get("CU_PORT") or 8000)
        case ["--port", text] if text.isdigit() and 1 <= int(text) <= 65535:
            return int(text)
    raise StackError("run takes one option, --port N with N from 1 to 65535.")


def _with_servers(
    command: Sequence[str],
    *,
    owner: bool,
    folder: Path = PROJECT,
    more: Mapping[str, str] | None = None,
    home: Home | None = None,
) -> int:
    """Run a program in `folder` in the foreground while the servers run; Ctrl-C reaches it and then ends us too."""
    with servers_in_use(home or find_home()) as addresses:
        _warn(addresses)
        environment = program_environment(addresses, owner=owner) | dict(more or {})
        child = subprocess.Popen(command, cwd=folder, env=environment)  # noqa: S603  # what the person asked for
        try:
            while True:
                try:
                    return child.wait()
                except KeyboardInterrupt:
                    continue  # the terminal has told the child too: wait for its own clean end
        finally:
            if child.poll() is None:
                end_process(child.pid, timeout_s=10)


def _warn(addresses: Addresses) -> None:
    if addresses.notice:
        sys.stderr.write(addresses.notice + "\n")
