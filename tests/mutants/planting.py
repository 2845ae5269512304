"""Plants the mutant named in MUTANT into this test process: in the modules it imports, or its copy of the database.

Loaded as `-p tests.mutants.planting`, before anything of the product is imported. Python is compiled from the changed
text as it is imported; SQL is run over each schema of the process's own database.
"""

import importlib.machinery
import importlib.util
import os
import re
import sys
from types import CodeType

import psycopg
import pytest

from tests.mutants.catalogue import MUTANTS, ROOT, Mutant

KILLED, SURVIVED, NOT_PLANTED = 70, 71, 72
MUTANT = next(mutant for mutant in MUTANTS if mutant.name == os.environ["MUTANT"])
_STATEMENT = re.compile(
    r"^CREATE (?:FUNCTION .*?\$\$ LANGUAGE|FUNCTION .*?\$\$|TRIGGER .*?);\n", re.DOTALL | re.MULTILINE
)
_planted: list[str] = []
_failed: list[str] = []


class _Loader(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        _planted.append(fullname)
        return compile(MUTANT.text(), self.path, "exec", dont_inherit=True)


class _Finder:
    """Answers for the one module that is to be changed."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != MUTANT.file.removesuffix(".py").replace("/", "."):
            return None
        file = str(ROOT / MUTANT.file)
        return importlib.util.spec_from_file_location(name, file, loader=_Loader(name, file))


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef):
    made = yield
    if fixturedef.argname == "django_db_setup" and MUTANT.file.endswith(".sql"):
        _plant_in_database(MUTANT)
    return made


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    if not _planted:
        session.exitstatus = NOT_PLANTED
    elif _failed:
        session.exitstatus = KILLED
    elif session.testscollected and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = SURVIVED


def pytest_runtest_logreport(report):
    """A test that ran and failed; a stage that could not be set, or a file that could not be read, is no kill."""
    if report.when == "call" and report.failed:
        _failed.append(report.nodeid)


def _plant_in_database(mutant: Mutant) -> None:
    from django.conf import settings
    from django.db import connection

    before = set(_STATEMENT.findall((ROOT / mutant.file).read_text()))
    [changed] = [statement for statement in _STATEMENT.findall(mutant.text()) if statement not in before]
    role = settings.CU.database(owner=True)
    where = {"host": role["HOST"], "port": role["PORT"], "dbname": connection.settings_dict["NAME"]}
    with psycopg.connect(user=role["USER"], password=role["PASSWORD"], **where) as owner:
        homes = "SELECT quote_ident(schemaname) FROM pg_tables WHERE tablename = 'credits_ledger_entry'"
        for (schema,) in owner.execute(homes).fetchall():
            owner.execute(changed.replace("CREATE ", "CREATE OR REPLACE ", 1).replace("{schema}", schema))
            _planted.append(schema)


if MUTANT.file.endswith(".py"):
    sys.meta_path.insert(0, _Finder())
