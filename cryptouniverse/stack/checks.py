"""`./cu check`: everything that can be said about the code without running the product. All of it runs, always."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from cryptouniverse.stack.home import PROJECT
from cryptouniverse.stack.programs import say

PYTHON = sys.executable
MANAGE = (PYTHON, "manage.py")
PRODUCTION = {"CU_PROFILE": "production", "CU_BASE_DOMAIN": "example.com"}


@dataclass(frozen=True)
class Check:
    """A command that must end with 0."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


CHECKS = (
    Check("types (mypy --strict)", (PYTHON, "-m", "mypy", "--strict", ".")),
    Check("lint (ruff check)", (PYTHON, "-m", "ruff", "check", ".")),
    Check("format (ruff format)", (PYTHON, "-m", "ruff", "format", "--check", ".")),
    Check(
        "imports (import-linter)", (PYTHON, "-c", "from importlinter.cli import lint_imports_command as lint; lint()")
    ),
    Check("architecture tests", (PYTHON, "-m", "pytest", "-q", "tests/architecture")),
    # What it compiles, the workers of `./cu test` find: else each would rewrite every file's assertions for itself.
    Check("every test is found", (PYTHON, "-m", "pytest", "-q", "--collect-only", "tests")),
    Check("migrations are whole", (*MANAGE, "makemigrations", "--check", "--dry-run")),
    Check("migrations are safe", (PYTHON, "-m", "cryptouniverse.stack.migrations")),
    Check("production settings", (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
)


def run_checks(environment: Mapping[str, str], *, checks: tuple[Check, ...] = CHECKS) -> int:
    """Run all checks, two at a time; prints a line for each and the output of those that fail; 1 if any failed."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        passed = list(pool.map(lambda check: _run(check, environment), checks))
    failed = [check.name for check, good in zip(checks, passed, strict=True) if not good]
    say(f"Failed: {', '.join(failed)}." if failed else f"All {len(checks)} checks passed.")
    return 1 if failed else 0


def _run(check: Check, environment: Mapping[str, str]) -> bool:
    since = time.monotonic()
    done = subprocess.run(  # noqa: S603  # the commands are the constants above
        check.command,
        cwd=PROJECT,
        env={**environment, **check.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "ok" if done.returncode == 0 else f"FAILED (exit code {done.returncode})"
    output = "" if done.returncode == 0 else "\n" + done.stdout.rstrip()
    say(f"{check.name:<28} {verdict}  {time.monotonic() - since:.1f} s{output}")
    return done.returncode == 0
