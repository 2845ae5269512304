"""Statements over many rows: PostgreSQL gets arrays, not a loop of queries, and plans each of them once.

For what a cycle does in every slot. Elsewhere the ORM reads better, and costs nothing that counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, cast
from weakref import WeakKeyDictionary

import psycopg
from django.db import connection as default_connection
from django.db import connections
from django.db.models import Field, Model
from psycopg import sql

from cryptouniverse.kernel.arrays import as_arrays, teach

_ARRAYS = {
    "AutoField": "int",
    "BigAutoField": "bigint",
    "BigIntegerField": "bigint",
    "BooleanField": "boolean",
    "CharField": "text",
    "DateField": "date",
    "DateTimeField": "timestamptz",
    "DecimalField": "numeric",
    "JSONField": "jsonb",
    "PositiveIntegerField": "bigint",
    "PositiveSmallIntegerField": "int",
    "SmallIntegerField": "smallint",
    "TextField": "text",
    "UUIDField": "uuid",
}
_PREPARED_FROM = 2  # times a statement has run before PostgreSQL is asked to keep its plan
_PREPARED_MAX = 400  # statements whose plans a connection keeps
connection: Any = default_connection  # django-tenants' backend adds schemas to it, and ships no types
_cursors: WeakKeyDictionary[Any, psycopg.Cursor[Any]] = WeakKeyDictionary()  # one for each thread's connection


def query(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of one statement. Its parameters are bound by the server: name the type of each array (`%s::uuid[]`)."""
    cursor = _executed(statement, parameters)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def write(statement: str, parameters: Sequence[Any] = ()) -> int:
    """Run one statement that answers no rows; how many rows it hit."""
    cursor = _executed(statement, parameters)
    return int(cursor.rowcount)


def insert_rows(
    model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]], *, repeats: bool = False
) -> list[int]:
    """Insert rows, each with a value for each of `columns`, in one statement; their new keys, in the same order.

    Model defaults are not filled in. repeats: rows that are there already are left alone, and get no key here.
    """
    if not rows:
        return []
    statement = _insert(model, tuple(columns), repeats)
    return [key for (key,) in query(statement, _by_column(rows))]


def update_rows(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """Set `columns` of many rows by primary key; a row is (pk, value, value, ...). One statement; how many it hit."""
    return write(_update(model, tuple(columns)), _by_column(rows)) if rows else 0


def _by_column(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


@cache
def _insert(model: type[Model], columns: tuple[str, ...], repeats: bool) -> str:
    meta = model._meta
    fields = _fields(model, columns)
    statement = sql.SQL(
        "INSERT INTO {table} ({names}) SELECT {names} FROM unnest({arrays}) WITH ORDINALITY AS v ({names}, place)"
        " ORDER BY v.place {conflict} RETURNING {pk}"
    ).format(
        table=sql.Identifier(meta.db_table),
        names=sql.SQL(", ").join(_names(fields)),
        arrays=_arrays(fields),
        conflict=sql.SQL("ON CONFLICT DO NOTHING" if repeats else ""),
        pk=sql.Identifier(str(meta.pk.column)),
    )
    return statement.as_string()


@cache
def _update(model: type[Model], columns: tuple[str, ...]) -> str:
    meta = model._meta
    fields = _fields(model, (meta.pk.name, *columns))
    names = _names(fields)
    statement = sql.SQL(
        "UPDATE {table} AS t SET {sets} FROM unnest({arrays}) AS v ({names}) WHERE t.{pk} = v.{pk}"
    ).format(
        table=sql.Identifier(meta.db_table),
        sets=sql.SQL(", ").join(sql.SQL("{0} = v.{0}").format(name) for name in names[1:]),
        arrays=_arrays(fields),
        names=sql.SQL(", ").join(names),
        pk=names[0],
    )
    return statement.as_string()


def _fields(model: type[Model], columns: Sequence[str]) -> list[Field[Any, Any]]:
    return [cast("Field[Any, Any]", model._meta.get_field(name)) for name in columns]


def _names(fields: Sequence[Field[Any, Any]]) -> list[sql.Identifier]:
    return [sql.Identifier(str(field.column)) for field in fields]


def _arrays(fields: Sequence[Field[Any, Any]]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL("%s::" + _array_of(field) + "[]") for field in fields)


def _array_of(field: Field[Any, Any]) -> str:
    target = cast("Any", field).target_field if field.is_relation else field
    return _ARRAYS[target.get_internal_type()]


def _executed(statement: str, parameters: Sequence[Any]) -> Any:
    """A cursor after `statement`, on the search path of the active schema. PostgreSQL prepares what comes again.

    The same cursor each time: it remembers how to adapt what it has seen.
    """
    own: Any = connections[connection.alias]
    own.hold_path()
    logged = own.queries_logged
    cursor = _cursors.get(own)
    if cursor is None or cursor.connection is not own.connection:
        own.connection.prepared_max = _PREPARED_MAX
        cursor = _cursors[own] = psycopg.Cursor(own.connection)
        teach(cursor)
    # of a prepared statement the log would have no text, nor of an array that is written already
    own.connection.prepare_threshold = None if logged else _PREPARED_FROM
    wrapped = own.make_debug_cursor(cursor) if logged else own.make_cursor(cursor)
    wrapped.execute(statement, parameters if logged else as_arrays(statement, parameters))
    return wrapped
