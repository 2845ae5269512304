"""Sets the environment before Django reads it: the test profile, the embedded servers, and a Redis database per worker.

Loaded as `-p tests.environment` (pyproject.toml), which pytest imports before pytest-django looks at the settings. It
also keeps what surrounds the tests short: a process that only hands tests out to workers does not load the product.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from dis import opmap
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from tests.covering import compile_as_written

if TYPE_CHECKING:
    import pytest

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
ALONE = {"--collect-only", "--co", "--pdb", "--trace", "--help", "-h"}  # with these nothing is handed out
UNUSED = ("schemathesis",)  # a test calls the library itself; its plugin takes a second to load
NOT_TO_HAND_OUT = ("django", "hypothesispytest")
LOOKS = (10_000, 10, 100)  # of which the first looks take a thirtieth less time; the last, at loaded routes, are seldom
HERE = f"{Path(__file__).parent.parent}/"
NAMES_LOOKED_UP = {opmap[name] for name in ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_ATTR", "BINARY_SUBSCR")}
HITS_UNTIL_UNCOVERED = 1_000_000  # of one line, before SlipCover looks through all functions to take its marks out


def _hands_out(arguments: list[str]) -> bool:
    """Whether this process gives all tests to workers."""
    counts = [arguments[place + 1] for place, one in enumerate(arguments[:-1]) if one == "-n"]
    return bool(counts) and counts[-1] != "0" and not ALONE & set(arguments)


HANDS_OUT = not WORKER and _hands_out(sys.argv)


def _servers() -> dict[str, str]:
    printed = subprocess.run(
        [sys.executable, "-m", "cryptouniverse.stack", "env"], check=True, capture_output=True, text=True, timeout=120
    ).stdout
    return dict(line.removeprefix("export ").replace("'", "").split("=", 1) for line in printed.splitlines())


def redis_of(worker: str, url: str) -> str:
    """The server's database that belongs to this test process."""
    number = 1 + int(worker.removeprefix("gw")) if worker else 15
    return urlunsplit(urlsplit(url)._replace(path=f"/{number}"))


def _cover_quickly() -> None:
    """SlipCover with less work in each process, and the same answer.

    Each look back costs what a million marks cost, and its own limit of 50 makes hundreds of them. Which of our files
    nobody has loaded is found out once, by the process that hands out: a worker has no `source`.
    """
    import slipcover.slipcover

    slipcover.slipcover._get_annotation_only_lines = _only_annotations
    if WORKER:
        compile_as_written()
        theirs, matches = slipcover.Slipcover, slipcover.FileMatcher.matches
        changed = {"source": None, "d_miss_threshold": HITS_UNTIL_UNCOVERED}
        slipcover.Slipcover = lambda **facts: theirs(**{**facts, **changed})
        slipcover.FileMatcher.matches = lambda matcher, file: _may_be_ours(str(file)) and matches(matcher, file)


def _may_be_ours(file: str) -> bool:
    return file.startswith(HERE) and not file.startswith(f"{HERE}.venv/")


def _only_annotations(code: CodeType) -> frozenset[int]:
    """SlipCover's own answer, in a fifth of the time: the lines that do nothing but look names up."""
    lines, acting = set(), set()
    for (line, *_), op in zip(code.co_positions(), code.co_code[::2], strict=True):
        if line and op:  # 0 is the room that an operation before it caches in
            (lines if op in NAMES_LOOKED_UP else acting).add(line)
    return frozenset(lines - acting)


def pytest_plugin_registered(manager: pytest.PytestPluginManager) -> None:
    """Nobody loads what nobody uses, and who hands out no plugin that loads the product: called before any of those."""
    for name in (*UNUSED, *(NOT_TO_HAND_OUT if HANDS_OUT else ())):
        manager.set_blocked(name)


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """The same for conftest.py; what is set here does not reach the workers."""
    if HANDS_OUT:
        early_config.known_args_namespace.noconftest = True


def pytest_collection() -> None:
    """What is loaded from now on stays until the end: nothing of it is looked through for what could be freed."""
    gc.disable()


def pytest_collection_finish() -> None:
    """The tests begin."""
    gc.freeze()
    gc.set_threshold(*LOOKS)
    gc.enable()


def pytest_sessionfinish() -> None:
    """The process ends: nothing that lives now is looked through for what could be freed, which takes ten seconds."""
    gc.freeze()
    if TEMPLATE:
        TEMPLATE.wait()


if "DATABASE_URL" not in os.environ:
    os.environ.update(_servers())
os.environ["CU_PROFILE"] = "test"
os.environ["CU_LOG_LEVEL"] = os.environ.get("CU_LOG_LEVEL", "WARNING")
os.environ["REDIS_URL"] = redis_of(WORKER, os.environ["REDIS_URL"])
for name in ("ANONYMOUS", "SIGNED_IN", "ADMIN", "SIGN_IN", "TEST", "FAULTS"):  # tests of limits set their own
    os.environ[f"CU_LIMIT_{name}"] = "1000000"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cryptouniverse.settings")
for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "CU_SANDBOX_URL", "CU_SANDBOX_TOKEN"):
    os.environ.pop(name, None)

if not HANDS_OUT:
    # For every text in its models pydantic looks through all modules that are loaded: there are few of them yet.
    import scim2_models  # noqa: F401

TEMPLATE = subprocess.Popen([sys.executable, "-m", "tests.database"]) if HANDS_OUT else None  # while workers start
if "SLIPCOVER_ENABLED" in os.environ:
    _cover_quickly()
