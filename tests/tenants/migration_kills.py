"""`python -m tests.tenants.migration_kills DATABASE SCHEMAS KILLS SEED`: a runner that is killed.

Children are forked from a process that has loaded everything and holds no connection. Each is killed by SIGKILL before
or after a statement that was drawn, and the next one goes on. What is found wrong is printed as JSON.
"""

import json
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SHAPE = """
    SELECT 'column', c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = %(s)s::regnamespace AND c.relkind = 'r' AND a.attnum > 0
        AND c.relname LIKE 'aiengine_autopilot%%'
    UNION SELECT 'index', indexname FROM pg_indexes WHERE schemaname = %(s)s AND tablename LIKE 'aiengine_autopilot%%'
    UNION SELECT 'constraint', conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE k.connamespace = %(s)s::regnamespace AND c.relname LIKE 'aiengine_autopilot%%'
"""
# What a schema has more after none, one, both: the slot counted on once; column, index and NOT NULL of the note; the
# table of remarks.
WANTED = {0: (0, 0, 0), 1: (1, 3, 0), 2: (1, 3, 13)}


def main(database: str, schemas: int, kills: int, seed: int) -> dict[str, Any]:
    """Make the database, kill, go on, and say what was found."""
    import django

    django.setup()
    from django.db import connection

    from tenants.provisioning.services import migrate_everything
    from tests import database as databases
    from tests.tenants.new_migrations import next_release

    draw, wrong, killed = random.Random(seed), [], 0  # noqa: S311  # where to kill, no secret
    databases.make_database(database)
    databases.use_database(database)
    try:
        tenants = _made(schemas)
        before = _shape(tenants[0])
        with tempfile.TemporaryDirectory() as folder:
            next_release(Path(folder))
            statements = 60 + 2 * 25 * schemas // max(kills, 1)
            while killed < kills:
                connection.close()
                ended = _child(draw.randint(1, statements), before=draw.random() < 0.5)
                if not ended:
                    wrong.append("the runner was done before it was killed often enough")
                    break
                killed += 1
                wrong += _half(tenants, before)
            began = time.perf_counter()
            report = migrate_everything(verbosity=0)
            wrong += [f"{schema} failed: {why}" for schema, why in report.failed.items()]
            resumed_s = time.perf_counter() - began
            began = time.perf_counter()
            wrong += [f"{schema} was not done" for schema in migrate_everything(verbosity=0).changed]
            checked_s = time.perf_counter() - began
            wrong += _half(tenants, before, done=True)
        return {"kills": killed, "wrong": wrong, "resumed_s": resumed_s, "checked_s": checked_s}
    finally:
        databases.drop_database(database)


def _made(schemas: int) -> list[Any]:
    from cryptouniverse.kernel.tenancy import in_tenant
    from tenants.provisioning.services import create_tenant
    from tests.tenants.new_migrations import TABLE

    made = [create_tenant(slug=f"kill-{number}", name="Kill") for number in range(schemas)]
    for tenant in made:
        with in_tenant(tenant):
            _sql(f"INSERT INTO {TABLE} (market, timeframe, slot_ms, work, ran_at) VALUES ('m', '1h', 5, 'w', now())")
    return made


def _child(number: int, *, before: bool) -> bool:
    """Run the runner in a fork that dies at its statement `number`; whether it died."""
    child = os.fork()
    if child == 0:
        try:
            _run_until(number, before=before)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _run_until(number: int, *, before: bool) -> None:
    from django.db import connection

    from tenants.provisioning.services import migrate_everything

    met = 0

    def die(execute: Any, *statement: Any) -> Any:
        nonlocal met
        met += 1
        if met == number and before:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = execute(*statement)
        if met == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    with connection.execute_wrapper(die):
        migrate_everything(verbosity=0)


def _half(tenants: list[Any], before: set[tuple[str, str]], *, done: bool = False) -> list[str]:
    """What is neither before nor after a migration, and whoever would be served wrongly."""
    from cryptouniverse.kernel.tenancy import in_tenant
    from tenants.provisioning.selectors import any_tenant
    from tests.tenants.new_migrations import FIRST, LABEL, SECOND, TABLE

    wrong = []
    for tenant in tenants:
        with in_tenant(tenant):
            has = {name for (name,) in _sql("SELECT name FROM django_migrations WHERE app = %s", LABEL)}
            [(slot,)] = _sql(f"SELECT slot_ms FROM {TABLE}")
        step, more = (FIRST in has) + (SECOND in has), _shape(tenant) - before
        note = {(kind, name) for kind, name in more if "note" in name}
        if (slot - 5, len(note), len(more - note)) != WANTED[step]:
            wrong.append(f"{tenant.schema} has {step} of the migrations, {slot=} and {sorted(more)}")
        if done and (step < 2 or not _may_write(tenant)):
            wrong.append(f"{tenant.schema} is behind after {step}")
        read_only = any_tenant(tenant.slug).read_only
        if (done and read_only) or (step < 2 and not read_only):
            wrong.append(f"{tenant.schema} is served wrongly: {read_only=} after {step}")
    return wrong


def _may_write(tenant: Any) -> bool:
    """Whether the role `app` has its rights on the new table."""
    table = f"{tenant.schema}.aiengine_autopilot_remark"
    return _sql("SELECT has_table_privilege(current_user, %s, 'INSERT')", table) == [(True,)]


def _shape(tenant: Any) -> set[tuple[str, str]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(SHAPE, {"s": tenant.schema})
        return set(cursor.fetchall())


def _sql(query: str, *values: object) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []


if __name__ == "__main__":
    _, name, *numbers = sys.argv
    sys.stdout.write(json.dumps(main(name, *map(int, numbers))))
