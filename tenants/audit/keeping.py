"""Keeping the chain: a head now and then, and a whole check that says what is wrong and remembers that it was made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.context import current_tenant
from tenants.audit.chain import Link, Row, Walk
from tenants.audit.errors import HeadTaken
from tenants.audit.heads import Head, read_heads
from tenants.audit.keys import public_keys, signer
from tenants.audit.models import AuditCheck, AuditLink, UnsealedRecord
from tenants.audit.sealing import COLUMNS_SQL, seal_everything
from tenants.audit.stores import HeadStore, head_store
from tenants.audit.types import Fault, Finding

LATE: Final = timedelta(hours=3)
WAITS_MAX: Final = timedelta(minutes=10)
PAGE = 2_000
NAMED_MAX = 100
_PLACES = f"""
    SELECT l.sequence, l.record_id, extract(epoch FROM l.sealed_at)::text, l.previous, l.hash, r.id, {COLUMNS_SQL}
    FROM tenants_audit_auditlink l LEFT JOIN tenants_audit_auditrecord r ON r.id = l.record_id
    WHERE l.sequence > %s AND l.sequence <= %s ORDER BY l.sequence LIMIT %s
"""  # noqa: S608  # made of constants
_ENDS = "SELECT coalesce(max(sequence), 0), count(*) FROM tenants_audit_auditlink"
_UNCHAINED = """
    SELECT r.public_id::text FROM tenants_audit_auditrecord r
    WHERE NOT EXISTS (SELECT 1 FROM tenants_audit_auditlink l WHERE l.record_id = r.id)
      AND NOT EXISTS (SELECT 1 FROM tenants_audit_unsealedrecord u WHERE u.record_id = r.id)
    ORDER BY r.id LIMIT %s
"""
_STUCK = """
    SELECT coalesce(r.public_id::text, 'row ' || u.record_id)
    FROM tenants_audit_unsealedrecord u LEFT JOIN tenants_audit_auditrecord r ON r.id = u.record_id
    WHERE r.id IS NULL OR r.at < %s OR EXISTS (SELECT 1 FROM tenants_audit_auditlink l WHERE l.record_id = u.record_id)
    ORDER BY u.record_id LIMIT %s
"""


def write_head() -> Head | None:
    """Seal what waits in the active tenant, sign where its chain stands, and keep that outside the database.

    None for an empty chain, or where another process has just done the same. Raises AuditKeyMissing.
    """
    tenant, store, key = current_tenant(), head_store(), signer()
    seal_everything()
    lines = store.lines(tenant.id)
    last = AuditLink.objects.order_by("-sequence").first()
    if last is None:
        return None
    head = Head(
        tenant.id, len(lines) + 1, last.sequence, last.hash, UnsealedRecord.objects.count(), clock.now().isoformat()
    )
    try:
        store.append(tenant.id, head.number, key.line(head, after=lines[-1] if lines else None))
    except HeadTaken:
        return None
    return head


def check_chain(*, store: HeadStore | None = None) -> list[Finding]:
    """Check the active tenant's whole audit: every record, every link, every head; the check itself is remembered.

    Reads some 30,000 records a second. Raises AuditKeyMissing.
    """
    tenant = current_tenant()
    heads, bad = read_heads((store or head_store()).lines(tenant.id), tenant=tenant.id, keys=public_keys())
    findings = [Finding(Fault.HEAD, 0, f"head {number}") for number in bad]
    walk = Walk(tenant.id, _expected(heads))
    [(end, count)] = query(_ENDS)
    findings += walk_through(walk, end)
    if walk.places != count and not any(finding.fault is Fault.COUNT for finding in findings):
        findings.append(Finding(Fault.COUNT, end))
    findings += [Finding(Fault.UNCHAINED, 0, name) for (name,) in query(_UNCHAINED, [NAMED_MAX])]
    findings += [Finding(Fault.UNSEALED, 0, name) for (name,) in query(_STUCK, [clock.now() - WAITS_MAX, NAMED_MAX])]
    findings += _late(heads)
    first = f"{findings[0].fault.value} {findings[0].sequence} {findings[0].record}" if findings else ""
    AuditCheck.objects.create(sequence=end, heads=len(heads), findings=len(findings), first=first[:200])
    return findings


def walk_through(walk: Walk, end: int) -> Iterator[Finding]:
    """What is wrong with the places of the active tenant's chain up to `end`, read page by page."""
    after = -(2**62)
    while rows := query(_PLACES, [after, end, PAGE]):
        for sequence, row, sealed_at, previous, own, number, *values in rows:
            yield from walk.step(
                Link(sequence, row, sealed_at, previous, own), None if number is None else Row(number, tuple(values))
            )
        after = rows[-1][0]
    yield from walk.ended()


def _expected(heads: list[Head]) -> dict[int, list[tuple[str, int]]]:
    expected: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for head in heads:
        expected[head.sequence].append((head.hash, head.number))
    return expected


def _late(heads: list[Head]) -> list[Finding]:
    """A place that was sealed hours ago and has no head: nobody writes heads any more, or some were removed."""
    covered = max((head.sequence for head in heads), default=0)
    waiting = AuditLink.objects.filter(sequence__gt=covered, sealed_at__lt=clock.now() - LATE).order_by("sequence")
    return [Finding(Fault.HEADS_LATE, place.sequence) for place in waiting[:1]]
