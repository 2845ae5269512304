"""`python -m tests.mutants.nursery`: imports the product once, and forks a process for each mutant.

Reads lines of JSON, [name of a mutant or "", [tests], whether it needs a database of its own], and answers each with
[exit code, last words]. A process of its own costs four seconds of imports before its first test; a fork of this one
costs none. Nothing that a test changes in its fork is seen by another, and no connection is open before the fork. All
of them use one database, but for those whose mutant is planted in it.
"""

import gc
import json
import os
import sys
import tempfile
from importlib import import_module
from pkgutil import walk_packages

import django
import pytest

from tests import database

APPS = ("cryptouniverse", "accounts", "tenants", "credits", "trading", "strategies", "aiengine")
OPTIONS = ["-x", "-q", "--tb=line", "-m", "not soak", "-p", "no:xdist"]
# What is imported already is not rewritten for better messages of `assert`: only its failing counts here.
OPTIONS += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
WORDS = 1_500


def main() -> None:
    """Answer until the input ends."""
    django.setup()
    for app in APPS:
        for module in walk_packages(import_module(app).__path__, f"{app}."):
            if not module.name.endswith(("__main__", ".settings", ".asgi", ".replay.killed_worker")):
                import_module(module.name)
    for library in ("hypothesis", "pandas", "django.test", "rest_framework.test"):
        import_module(library)
    name = database.database_name()
    database.make_database(name)
    gc.freeze()  # what is loaded is shared by all forks, and none of them looks through it
    for line in sys.stdin:
        mutant, tests, alone = json.loads(line)
        os.environ[database.LENT] = "" if alone else name
        sys.stdout.write(json.dumps(_in_a_fork(mutant, tests)) + "\n")
        sys.stdout.flush()
    database.drop_database(name)


def _in_a_fork(mutant: str, tests: list[str]) -> tuple[int, str]:
    with tempfile.TemporaryFile("w+") as said:
        child = os.fork()
        if not child:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            os._exit(_run(mutant, tests))
        _pid, status = os.waitpid(child, 0)
        said.seek(0)
        return os.waitstatus_to_exitcode(status), said.read()[-WORDS:]


def _run(mutant: str, tests: list[str]) -> int:
    code = -1
    try:
        os.environ["MUTANT"] = mutant
        planting = ["-p", "tests.mutants.planting"] if mutant else []
        code = int(pytest.main([*OPTIONS, *planting, *tests]))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return code


if __name__ == "__main__":
    main()
