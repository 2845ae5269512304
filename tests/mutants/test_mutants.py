"""Faults planted where money is counted: the tests see every one of them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.environment import redis_of
from tests.mutants.catalogue import EXECUTION, FILL, HARMLESS, LEDGER, METERING, MUTANTS, RISK, ROOT, SETTLE, Mutant

KILLED, SURVIVED = 70, 71  # a test ran and failed, none did: see planting.py
one_process = pytest.mark.xdist_group("mutants")  # one nursery for all, and one database
Run = Callable[[Mutant], tuple[int, str]]


@pytest.fixture(scope="session")
def run() -> Iterator[Run]:
    """Runs tests in a process of their own, with a database and a Redis database of their own, and a mutant in it."""
    place = f"gw{10 + int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0').removeprefix('gw'))}"
    own = {"PYTEST_XDIST_WORKER": place, "REDIS_URL": redis_of(place, os.environ["REDIS_URL"]), "CU_LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "tests.mutants.nursery"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **own}, **pipes) as nursery:

        def ask(mutant: Mutant) -> tuple[int, str]:
            nursery.stdin.write(json.dumps([mutant.name, [mutant.tests], mutant.file.endswith(".sql")]) + "\n")
            nursery.stdin.flush()
            return tuple(json.loads(nursery.stdout.readline()))

        yield ask
        nursery.stdin.close()


@pytest.mark.prove
@one_process
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "-"))
def test_a_mutant_is_killed(run, mutant):
    code, said = run(mutant)
    assert code == KILLED, f"{mutant.file}: exit code {code}\n{said}"


@pytest.mark.prove
@one_process
@pytest.mark.parametrize("tests", [HARMLESS.tests, SETTLE])
def test_planting_alone_kills_nothing(run, tests):
    """Nor do the traces that the mutants before have left in the database."""
    code, said = run(replace(HARMLESS, tests=tests))
    assert code == SURVIVED, said


def test_every_mutant_can_be_planted():
    assert len(MUTANTS) >= 30
    assert all(mutant.text() for mutant in MUTANTS)


def test_a_mutant_of_text_that_is_gone_is_an_error():
    with pytest.raises(LookupError, match="holds 0 times"):
        Mutant("gone", "trading/fills/rules.py", "this text is not there", "x", "").text()


def test_each_part_has_its_mutants():
    assert min(len(LEDGER) + len(METERING), len(FILL), len(RISK), len(EXECUTION)) >= 7
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
