"""Writing many rows in one statement: PostgreSQL gets arrays, not a loop of queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model
from psycopg import sql

_ARRAYS = {
    "BigAutoField": "bigint",
    "BigIntegerField": "bigint",
    "CharField": "text",
    "DateField": "date",
    "DateTimeField": "timestamptz",
    "DecimalField": "numeric",
    "UUIDField": "uuid",
    "PositiveIntegerField": "bigint",
}


def update_rows(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """Set `columns` of many rows by primary key: each row is (pk, value, value, ...). One statement; how many rows it hit."""
    if not rows:
        return 0
    meta = model._meta
    fields = [meta.pk, *(meta.get_field(name) for name in columns)]
    types = [_ARRAYS[field.get_internal_type()] for field in fields]
    names = [sql.Identifier(field.column) for field in fields]
    statement = sql.SQL("UPDATE {table} AS t SET {sets} FROM unnest({arrays}) AS v ({names}) WHERE t.{pk} = v.{pk}").format(
        table=sql.Identifier(meta.db_table),
        sets=sql.SQL(", ").join(sql.SQL("{0} = v.{0}").format(name) for name in names[1:]),
        arrays=sql.SQL(", ").join(sql.SQL("%s::" + kind + "[]") for kind in types),
        names=sql.SQL(", ").join(names),
        pk=names[0],
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
        return cursor.rowcount
