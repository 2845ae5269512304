"""Cloning the migrated template: half a second instead of running every migration.

PostgreSQL writes down what the template holds (`pg_get_*def`), and one script makes the same under another schema's
name: tables, rows, constraints, indexes, functions and triggers, each under the name it has in the template, because
later migrations name them.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from psycopg import sql

from tenants.provisioning.errors import CannotCloneError

# What this can copy, and nothing else: anything more in a template is refused rather than forgotten.
_STRANGE = """
    SELECT relname FROM pg_class WHERE relnamespace = %(s)s::regnamespace AND relkind NOT IN ('r', 'i', 'S', 't')
    UNION ALL SELECT typname FROM pg_type t WHERE typnamespace = %(s)s::regnamespace AND typtype IN ('e', 'd', 'r')
    UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = %(s)s::regnamespace AND prokind NOT IN ('f', 'p')
    UNION ALL SELECT stxname FROM pg_statistic_ext WHERE stxnamespace = %(s)s::regnamespace
    UNION ALL SELECT tablename FROM pg_policies WHERE schemaname = %(s)s
    UNION ALL SELECT q.relname FROM pg_class q WHERE q.relnamespace = %(s)s::regnamespace AND q.relkind = 'S'
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = q.oid AND d.deptype = 'i')
"""
_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = %(s)s::regnamespace AND relkind = 'r' ORDER BY relname"
_FUNCTIONS = """
    SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = %(s)s::regnamespace
    ORDER BY prolang = (SELECT oid FROM pg_language WHERE lanname = 'sql'), oid
"""
_FUNCTION_RIGHTS = """
    SELECT format('REVOKE ALL ON ROUTINE %%s FROM PUBLIC', oid::regprocedure)
    FROM pg_proc WHERE pronamespace = %(s)s::regnamespace AND proacl IS NOT NULL
    UNION ALL
    SELECT format('GRANT EXECUTE ON ROUTINE %%s TO %%s', p.oid::regprocedure,
                  CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
    FROM pg_proc p CROSS JOIN LATERAL aclexplode(p.proacl) a WHERE p.pronamespace = %(s)s::regnamespace
"""
_CONSTRAINTS = """
    SELECT format('ALTER TABLE %%I.%%I ADD CONSTRAINT %%I %%s',
                  %(s)s, c.relname, k.conname, pg_get_constraintdef(k.oid))
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE k.connamespace = %(s)s::regnamespace AND k.contype = ANY (%(kinds)s) ORDER BY k.contype, c.relname, k.conname
"""
_INDEXES = """
    SELECT pg_get_indexdef(x.indexrelid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    WHERE i.relnamespace = %(s)s::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x'))
    ORDER BY i.relname
"""
_TRIGGERS = """
    SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = %(s)s::regnamespace AND NOT t.tgisinternal ORDER BY c.relname, t.tgname
"""
_NUMBERS = """
    SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = %(s)s::regnamespace AND c.relkind = 'r' AND a.attidentity <> ''
"""


_FILL = 'INSERT INTO {template}."{table}" OVERRIDING SYSTEM VALUE SELECT * FROM {source}."{table}"'
_COUNT_ON = (
    "SELECT setval(pg_get_serial_sequence('{template}.\"{table}\"', '{column}'),"
    ' (SELECT max("{column}") FROM {template}."{table}"))'
)
_SOURCE = "\N{BULLET}"  # stands for the template where the copy reads from it


def clone_template(*, template: str, schema: str) -> None:
    """Make `schema` a copy of `template`, in the caller's transaction.

    Raises CannotCloneError when the template holds what this does not copy: views, types, free sequences, policies.
    """
    script = ";\n".join(_script(template))
    for written in (f"{template}.", f'"{template}".'):
        script = script.replace(written, f"{schema}.")
    if template in script:  # a path set in a function, say: the copy would work on the template's tables
        raise CannotCloneError(what=[line for line in script.splitlines() if template in line][:3])
    copy = script.replace(_SOURCE, template)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        cursor.execute(copy)


def _script(template: str) -> Iterator[str]:
    """The statements in their order. Rows go in before triggers and foreign keys, which would look at each of them."""
    strange = _column(_STRANGE, template)
    if strange:
        raise CannotCloneError(what=sorted(strange))
    tables, filled = _column(_TABLES, template), _filled(template)
    yield "SET LOCAL check_function_bodies = false"
    for table in tables:
        yield (
            f'CREATE TABLE {template}."{table}" (LIKE {_SOURCE}."{table}" INCLUDING DEFAULTS INCLUDING IDENTITY'
            " INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMMENTS)"
        )
    for table in filled:
        yield _FILL.format(template=template, source=_SOURCE, table=table)
    for table, column in _rows(_NUMBERS, template):
        if table in filled:
            yield _COUNT_ON.format(template=template, table=table, column=column)
    yield from _column(_FUNCTIONS, template)
    yield from sorted(_column(_FUNCTION_RIGHTS, template), reverse=True)  # what is revoked before what is granted
    yield from _column(_CONSTRAINTS, template, kinds=["p", "u", "c", "x"])
    yield from _column(_INDEXES, template)
    yield from _column(_CONSTRAINTS, template, kinds=["f"])
    yield from _column(_TRIGGERS, template)


def _filled(template: str) -> list[str]:
    """The tables of the template that hold rows: its migrations, content types and permissions."""
    tables = _column(_TABLES, template)
    one = sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})")
    parts = [one.format(sql.Literal(table), sql.Identifier(template, table)) for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts))
        return [name for (name,) in cursor.fetchall()]


def _column(query: str, template: str, **more: list[str]) -> list[str]:
    return [row[0] for row in _rows(query, template, **more)]


def _rows(query: str, template: str, **more: list[str]) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"s": template, **more})
        rows: list[tuple[str, ...]] = cursor.fetchall()
        return rows
