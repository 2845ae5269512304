"""A tenant as one file, and back: a zip with a manifest and JSON lines per table, streamed, with checksums.

What is secret stays out, or stays sealed. A table with a column that sounds like a secret is left out, with those that
point to it, unless its app says what to do: `table_exports = {"accounts_users_user": {"password": "!"}}` on the
AppConfig writes that value in its place; `{}` says that the column is none, or is sealed.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import IO, Any, Final
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction
from psycopg import sql

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.tenancy import in_public, in_schema_alone, in_tenant
from tenants.audit.types import Actor
from tenants.provisioning.errors import BadExport, TooLargeForPage
from tenants.provisioning.models import SchemaStatus, Tenant
from tenants.provisioning.owner import as_owner
from tenants.provisioning.services.both_audits import reason_of, record_in_both
from tenants.provisioning.services.making import make

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
_BATCH = 500
_NEVER: Final = {"django_migrations", "django_session", "django_admin_log"}
_SECRET = re.compile(
    r"password|secret|token|hash|seed|nonce|cipher|wrapped|sealed|salt|private|credential|(^|_)(key|code|pin)$"
)
_COLUMNS = """
    SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attgenerated = '' ORDER BY c.relname, a.attnum
"""
_POINTERS = """
    SELECT c.relname, f.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    JOIN pg_class f ON f.oid = k.confrelid WHERE k.contype = 'f' AND k.connamespace = %s::regnamespace
"""


@dataclass(slots=True)
class Manifest:
    """What is in an export. tables: name -> rows and the SHA-256 of its lines. left_out: tables that are not in it.

    migrations: what the schema had; only a schema that has the same can take the rows in.
    """

    tenant: str
    slug: str
    name: str
    exported_at: str
    migrations: list[str]
    format: int = FORMAT
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def export_tenant(
    *, slug: str, file: IO[bytes], actor: Actor | None = None, reason: str | None = None, rows_max: int | None = None
) -> Manifest:
    """Write the tenant to `file` as of one moment. Rows are streamed: memory does not grow with them. In both audits.

    reason: why, where a person must say it. rows_max: more rows than about so many are refused.
    Raises UnknownTenant, Tenant.DoesNotExist, ReasonMissing or TooLargeForPage, and then writes nothing.
    """
    said = {} if reason is None else {"reason": reason_of(reason)}
    with in_public():
        row = Tenant.objects.exclude(status=Tenant.Status.TEMPLATE).get(slug=slug)
        migrations = SchemaStatus.objects.values_list("names", flat=True).get(schema_name=row.schema_name)
    tenant: TenantCtx = row.as_ctx()
    if rows_max is not None and _rows_about(tenant.schema) > rows_max:
        raise TooLargeForPage
    manifest = Manifest(str(tenant.id), slug, row.name, clock.now().isoformat(), migrations)
    with in_tenant(tenant), transaction.atomic(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        columns = _columns(tenant.schema)
        manifest.left_out = left_out_of(tenant.schema)
        for table in sorted(columns.keys() - set(manifest.left_out)):
            manifest.tables[table] = _write_table(archive, table, columns[table])
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
    with in_public(), transaction.atomic():
        rows = sum(facts["rows"] for facts in manifest.tables.values())
        record_in_both(tenant=tenant, actor=actor, action="tenant.exported", after={"rows": rows, **said})
    return manifest


def import_tenant(*, file: IO[bytes], slug: str, hosts: tuple[str, ...] = (), actor: Actor | None = None) -> TenantCtx:
    """A tenant made of an export, whole or not at all. As owner.

    Where the exported tenant is gone, it comes back with its id, and its sealed keys can be opened; beside the one that
    lives it is a copy with an id of its own, whose people enter their keys anew. Passwords are not in an export.
    Raises BadExport when the file is damaged or of another version, BadSlug or TenantExists.
    """
    try:
        archive = zipfile.ZipFile(file)
        manifest = Manifest(**json.loads(archive.read(MANIFEST)))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise BadExport(reason="no manifest") from error
    with archive, as_owner(), in_public(), transaction.atomic():
        if manifest.format != FORMAT or manifest.migrations != _present_migrations():
            raise BadExport(reason="another version")
        lost = UUID(manifest.tenant)
        back = {} if Tenant.objects.filter(public_id=lost).exists() else {"public_id": lost}
        tenant = make(slug=slug, name=manifest.name, hosts=hosts, **back)
        with in_schema_alone(tenant.schema):
            _take_in(archive, manifest, tenant.schema)
        after = {"slug": slug, "exported_at": manifest.exported_at}
        record_in_both(tenant=tenant, actor=actor, action="tenant.imported", after=after)
    return tenant


def _rows_about(schema: str) -> int:
    """How many rows a schema has, as the database's statistics last knew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n_live_tup) FROM pg_stat_all_tables WHERE schemaname = %s", [schema])
        return int(cursor.fetchone()[0] or 0)


def _write_table(archive: zipfile.ZipFile, table: str, columns: list[str]) -> dict[str, Any]:
    given = _declared().get(table, {})
    chosen = [
        sql.SQL("{} AS {}").format(sql.Literal(given[name]), sql.Identifier(name))
        if name in given
        else sql.Identifier(name)
        for name in columns
    ]
    rows = sql.SQL("COPY (SELECT row_to_json(r) FROM (SELECT {} FROM {} ORDER BY 1) r) TO STDOUT").format(
        sql.SQL(", ").join(chosen), sql.Identifier(table)
    )
    count, digest = 0, hashlib.sha256()
    with (
        archive.open(f"{table}.jsonl", "w", force_zip64=True) as out,
        connection.connection.cursor() as cursor,
        cursor.copy(rows) as copy,
    ):
        for (line,) in copy.rows():
            data = f"{line}\n".encode()
            digest.update(data)
            out.write(data)
            count += 1
    return {"rows": count, "sha256": digest.hexdigest()}


def _take_in(archive: zipfile.ZipFile, manifest: Manifest, schema: str) -> None:
    """Rows as they were, under the foreign keys' eyes; the triggers that watch writers rest meanwhile."""
    columns = _columns(schema)
    if not set(manifest.tables) <= columns.keys() - _NEVER:
        raise BadExport(reason="tables that are not there")
    _for_each(manifest, "ALTER TABLE {} DISABLE TRIGGER USER")
    _for_each(manifest, "DELETE FROM {}")
    for table, facts in manifest.tables.items():
        found = _read_table(archive, table, columns[table])
        if found != facts:
            raise BadExport(reason=f"{table} is damaged")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    _for_each(manifest, "ALTER TABLE {} ENABLE TRIGGER USER")
    _count_on(schema)


def _read_table(archive: zipfile.ZipFile, table: str, columns: list[str]) -> dict[str, Any]:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    insert = sql.SQL(
        "INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE"
        " SELECT {names} FROM json_populate_recordset(NULL::{table}, %s::json)"
    ).format(table=sql.Identifier(table), names=names)
    count, digest = 0, hashlib.sha256()
    try:
        lines = archive.open(f"{table}.jsonl")
    except KeyError as error:
        raise BadExport(reason=f"{table} is missing") from error
    with lines, connection.cursor() as cursor:
        while batch := list(islice(lines, _BATCH)):
            for line in batch:
                digest.update(line)
            cursor.execute(insert, [f"[{','.join(line.decode() for line in batch)}]"])
            count += len(batch)
    return {"rows": count, "sha256": digest.hexdigest()}


def _for_each(manifest: Manifest, statement: str) -> None:
    with connection.cursor() as cursor:
        for table in manifest.tables:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(table)))


def _count_on(schema: str) -> None:
    """New rows get numbers after those that were taken in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' AND a.attidentity <> ''",
            [schema],
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                sql.SQL("SELECT setval(pg_get_serial_sequence(%s, %s), max({0})) FROM {1} HAVING max({0}) > 0").format(
                    sql.Identifier(column), sql.Identifier(table)
                ),
                [f'"{table}"', column],
            )


def _columns(schema: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, column in _rows(_COLUMNS, schema):
        found.setdefault(table, []).append(column)
    return found


def left_out_of(schema: str) -> list[str]:
    """The tables of a tenant's schema that no export has: sessions, secrets, and what points to them."""
    declared, columns = _declared(), _columns(schema)
    out = {
        table
        for table, names in columns.items()
        if table in _NEVER or (table not in declared and any(_SECRET.search(name) for name in names))
    }
    pointers = list(_rows(_POINTERS, schema))
    while more := {table for table, target in pointers if target in out and table not in out}:
        out |= more
    return sorted(out)


def _declared() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for config in apps.get_app_configs():
        found |= getattr(config, "table_exports", {})
    return found


def _present_migrations() -> list[str]:
    names: list[str] = SchemaStatus.objects.values_list("names", flat=True).get(
        schema_name=Tenant.objects.get(status=Tenant.Status.TEMPLATE).schema_name
    )
    return names


def _rows(query: str, schema: str) -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [schema])
        yield from cursor.fetchall()
