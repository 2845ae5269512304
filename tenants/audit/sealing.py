"""The sealer: gives committed records their places in the chain. It runs apart, so that no change waits for another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from psycopg import sql

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import insert_rows, query, write
from cryptouniverse.kernel.context import TenantCtx, current_tenant
from tenants.audit.chain import GENESIS, Row, hash_of
from tenants.audit.models import AuditLink

BATCH: Final = 1_000
_LOCK = 7_315_005
_TRY = "SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))"
COLUMNS_SQL: Final = """
    r.public_id::text, extract(epoch FROM r.at)::text, r.actor::text, r.actor_kind, r.action, r.object_type,
    r.object_id, r.before::text, r.after::text, r.correlation_id, r.address::text
"""
_WAITING = f"""
    SELECT r.id, {COLUMNS_SQL}
    FROM tenants_audit_unsealedrecord u JOIN tenants_audit_auditrecord r ON r.id = u.record_id
    ORDER BY u.record_id LIMIT %s
"""  # noqa: S608  # made of constants
_LAST = "SELECT sequence, hash FROM tenants_audit_auditlink ORDER BY sequence DESC LIMIT 1"
_DONE = "DELETE FROM tenants_audit_unsealedrecord WHERE record_id = ANY (%s::bigint[])"
_SCHEMAS = """
    SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = 'tenants_audit_unsealedrecord' AND n.nspname = ANY (%s)
"""
_LINK = ("record", "sequence", "sealed_at", "previous", "hash")


def seal_records(*, limit: int = BATCH) -> int:
    """Chain up to `limit` records of the active tenant, in the order in which they were committed, a batch at a time.

    One sealer a tenant: who finds another at work leaves it to it. How many were sealed.
    """
    tenant = current_tenant()
    with transaction.atomic():
        if query(_TRY, [_LOCK, tenant.schema]) != [(True,)]:
            return 0
        rows = [Row(number, tuple(values)) for number, *values in query(_WAITING, [limit])]
        if rows:
            insert_rows(AuditLink, _LINK, _links(tenant.id, rows))
            write(_DONE, [[row.number for row in rows]])
    return len(rows)


def seal_everything() -> int:
    """All that waits in the active tenant, batch after batch; how many were sealed."""
    sealed = 0
    while count := seal_records():
        sealed += count
    return sealed


def with_unsealed(tenants: Sequence[TenantCtx]) -> list[TenantCtx]:
    """Those of `tenants` in which a record waits: two questions whatever their number. Call it in the public schema."""
    there = {name for (name,) in query(_SCHEMAS, [[tenant.schema for tenant in tenants]])}
    asked = [tenant for tenant in tenants if tenant.schema in there]
    if not asked:
        return []
    parts = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})").format(
            sql.Literal(tenant.schema), sql.Identifier(tenant.schema, "tenants_audit_unsealedrecord")
        )
        for tenant in asked
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts))
        waiting = {name for (name,) in cursor.fetchall()}
    return [tenant for tenant in asked if tenant.schema in waiting]


def _links(tenant: UUID, rows: Sequence[Row]) -> list[tuple[object, ...]]:
    sequence, previous = next(iter(query(_LAST)), (0, GENESIS))
    at = clock.now()
    text = f"{int(at.timestamp())}.{at.microsecond:06d}"  # as the database writes it
    links: list[tuple[object, ...]] = []
    for row in rows:
        sequence += 1
        own = hash_of(tenant, row, sequence=sequence, sealed_at=text, previous=previous)
        links.append((row.number, sequence, at, previous, own))
        previous = own
    return links
