"""What the role `app` may do in a schema: everything with rows, nothing with tables, and less on the books.

A domain narrows its tables with `table_grants = {"credits_ledger_entry": "SELECT"}` on its AppConfig.
"""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.db import connection
from psycopg import sql

ROWS = "SELECT, INSERT, UPDATE, DELETE"
_ALLOWED = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})


def grant_schema(schema: str) -> None:
    """Give the role `app` its rights in `schema`. Run as `owner` after migrating or cloning; again is harmless."""
    app_role, owner_role = settings.CU.database()["USER"], settings.CU.database(owner=True)["USER"]
    if app_role == owner_role:
        return
    role, where = sql.Identifier(app_role), sql.Identifier(schema)
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(where, role),
        sql.SQL("GRANT {} ON ALL TABLES IN SCHEMA {} TO {}").format(sql.SQL(ROWS), where, role),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {} TO {}").format(where, role),
    ]
    present = _tables_of(schema)
    for table, privileges in narrowed_tables().items():
        if table in present:
            target = sql.SQL("{}.{}").format(where, sql.Identifier(table))
            wanted = sql.SQL(", ".join(privileges))
            statements.append(sql.SQL("REVOKE ALL ON {} FROM {}").format(target, role))
            statements.append(sql.SQL("GRANT {} ON {} TO {}").format(wanted, target, role))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def narrowed_tables() -> dict[str, list[str]]:
    """Table -> the privileges that `app` has on it, for tables on which it has fewer than all."""
    wanted: dict[str, list[str]] = {}
    for config in apps.get_app_configs():
        for table, privileges in getattr(config, "table_grants", {}).items():
            names = [privilege.strip().upper() for privilege in privileges.split(",")]
            if not set(names) <= _ALLOWED:
                raise ValueError(f"{config.name}: {privileges!r} names a privilege that cannot be granted to app")
            wanted[table] = names
    return wanted


def _tables_of(schema: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        return {row[0] for row in cursor.fetchall()}
