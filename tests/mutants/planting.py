"""Plants the mutant named in MUTANT into this test process: in a module that is loaded, or its copy of the database.

Loaded as `-p tests.mutants.planting` in a fork that has imported the product. The changed text of the module is
compiled and run beside it, and the functions that came out different lend the loaded ones their code, so that whoever
imported them by name runs the mutant too. SQL is run over each schema of the process's own database.
"""

import inspect
import os
import re
import sys
from types import FunctionType, ModuleType

import psycopg
import pytest

from tests.mutants.catalogue import HARMLESS, MUTANTS, ROOT, Mutant

KILLED, SURVIVED, NOT_PLANTED = 70, 71, 72
MUTANT = next(mutant for mutant in (*MUTANTS, HARMLESS) if mutant.name == os.environ["MUTANT"])
_STATEMENT = re.compile(
    r"^CREATE (?:FUNCTION .*?\$\$ LANGUAGE|FUNCTION .*?\$\$|TRIGGER .*?);\n", re.DOTALL | re.MULTILINE
)
_planted: list[str] = []
_failed: list[str] = []


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


def _plant_in_module(mutant: Mutant) -> None:
    module = sys.modules[mutant.file.removesuffix(".py").replace("/", ".")]
    changed = ModuleType(module.__name__)
    changed.__dict__.update({name: module.__dict__[name] for name in ("__file__", "__package__", "__spec__")})
    exec(compile(mutant.text(), str(module.__file__), "exec", dont_inherit=True), changed.__dict__)  # noqa: S102  # ours
    for name, new in changed.__dict__.items():
        old = module.__dict__.get(name)
        if isinstance(new, str | int) and not name.startswith("__") and new != old:
            setattr(module, name, new)  # a constant, such as a statement in SQL
            _planted.append(name)
        elif isinstance(new, type) and new.__module__ == module.__name__:
            for method, function in vars(new).items():
                _lend(vars(old).get(method), function)
        else:
            _lend(old, new)


def _lend(old: object, new: object) -> None:
    """Give a loaded function the code of its changed twin, below whatever decorates both."""
    mine, theirs = (inspect.unwrap(one) if callable(one) else one for one in (old, new))
    if isinstance(mine, FunctionType) and isinstance(theirs, FunctionType) and mine.__code__ != theirs.__code__:
        mine.__code__ = theirs.__code__
        _planted.append(mine.__qualname__)


if MUTANT.file.endswith(".py"):
    _plant_in_module(MUTANT)
