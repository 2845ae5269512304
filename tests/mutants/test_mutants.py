"""Faults planted where money is counted: the tests see every one of them."""

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.mutants.catalogue import EXECUTION, FILL, LEDGER, METERING, MUTANTS, RISK, ROOT, Mutant

PYTEST = (sys.executable, "-m", "pytest", "-x", "-q", "--tb=line", "-m", "not soak", "-p", "no:xdist", "-p", "no:cov")
KILLED = 70  # a test ran and failed: see planting.py


def run(worker: int, tests: Sequence[str], mutant: str = "") -> subprocess.CompletedProcess[str]:
    """The tests in a process of their own (with a Redis database of its own), the mutant planted in it."""
    planting = ("-p", "tests.mutants.planting") if mutant else ()
    environment = {
        **os.environ,
        "MUTANT": mutant,
        "PYTEST_XDIST_WORKER": f"gw{10 + worker}",
        "CU_LOG_LEVEL": "ERROR",
    }
    return subprocess.run(
        [*PYTEST, *planting, *tests], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def lives(worker: int, mutants: Sequence[Mutant]) -> list[str]:
    """Those that the tests did not see, and those that could not be planted."""
    found = []
    for mutant in mutants:
        result = run(worker, [mutant.tests], mutant.name)
        if result.returncode != KILLED:
            found.append(f"{mutant.name} ({mutant.file}): exit code {result.returncode}\n{_said(result)}")
    return found


def _said(result: subprocess.CompletedProcess[str]) -> str:
    return (result.stdout + result.stderr)[-1500:]


@pytest.mark.prove
@pytest.mark.timeout(300)
def test_every_mutant_is_killed():
    with ThreadPoolExecutor(2) as pool:
        halves = pool.map(lives, (0, 1), (MUTANTS[0::2], MUTANTS[1::2]))
    survivors = [survivor for half in halves for survivor in half]
    assert survivors == [], "\n".join(survivors)


@pytest.mark.prove
def test_the_tests_that_kill_them_pass_without_them():
    result = run(2, sorted({mutant.tests for mutant in MUTANTS}))
    assert result.returncode == 0, _said(result)


def test_every_mutant_can_be_planted():
    assert len(MUTANTS) >= 30
    assert all(mutant.text() for mutant in MUTANTS)


def test_a_mutant_of_text_that_is_gone_is_an_error():
    with pytest.raises(LookupError, match="holds 0 times"):
        Mutant("gone", "trading/fills/rules.py", "this text is not there", "x", "").text()


def test_each_part_has_its_mutants():
    assert min(len(LEDGER) + len(METERING), len(FILL), len(RISK), len(EXECUTION)) >= 7
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
