"""Reading the audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Min, Q, QuerySet, TextField
from django.db.models.functions import Cast

from cryptouniverse.kernel.context import current_tenant
from tenants.audit.errors import UnknownRecord
from tenants.audit.heads import read_last
from tenants.audit.keys import public_keys
from tenants.audit.models import AuditCheck, AuditLink, AuditRecord, UnsealedRecord
from tenants.audit.stores import head_store
from tenants.audit.types import ChainState, Change, HeadState, Wanted

_EXACT = ("actor", "object_type", "object_id", "correlation_id")


def audit_records(wanted: Wanted | None = None) -> QuerySet[AuditRecord]:
    """The active tenant's records that are `wanted` (all, if not said), newest first, with their place in the chain."""
    rows = AuditRecord.objects.select_related("link")
    if wanted is None:
        return rows
    rows = rows.filter(**{name: value for name in _EXACT if (value := getattr(wanted, name))})
    if wanted.action:
        rows = rows.filter(action__startswith=wanted.action)
    if wanted.since:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(at__lt=wanted.until)
    return _with_text(rows, wanted.text) if wanted.text else rows


def audit_record(public_id: UUID) -> AuditRecord:
    """One record of the active tenant. Raises UnknownRecord."""
    row = audit_records().filter(public_id=public_id).first()
    if row is None:
        raise UnknownRecord
    return row


def actors_named(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The e-mail addresses of those who are people of the active tenant; operators are people of another one."""
    people = get_user_model()._default_manager.filter(public_id__in={one for one in ids if one})
    return dict(people.values_list("public_id", "email"))


def actor_called(text: str) -> UUID | None:
    """The actor with this public id, or the person of the active tenant with this e-mail address."""
    try:
        return UUID(text)
    except ValueError:
        found = get_user_model()._default_manager.filter(email=text.strip().lower())
        return found.values_list("public_id", flat=True).first()


def chain_state() -> ChainState:
    """How the active tenant's chain is, without checking it."""
    last = AuditLink.objects.order_by("-sequence").values_list("sequence", flat=True).first()
    waiting = UnsealedRecord.objects.values_list("record_id", flat=True)
    since = AuditRecord.objects.filter(pk__in=waiting[:1_000]).aggregate(first=Min("at"))["first"]
    check = AuditCheck.objects.order_by("-id").first()
    return ChainState(
        sequence=last or 0,
        unsealed=waiting.count(),
        unsealed_since=since,
        checked_at=check.at if check else None,
        findings=check.findings if check else None,
    )


def head_state() -> HeadState:
    """The active tenant's last head. Raises AuditKeyMissing."""
    tenant = current_tenant().id
    lines = head_store().lines(tenant)
    head = read_last(lines, tenant=tenant, keys=public_keys())
    if head is None:
        return HeadState(len(lines), 0, None, good=not lines)
    return HeadState(head.number, head.sequence, datetime.fromisoformat(head.at), good=True)


def changes_of(record: AuditRecord) -> list[Change]:
    """What was different afterwards, path by path, in the order of their names."""
    before, after = _flat(record.before), _flat(record.after)
    paths = sorted(before.keys() | after.keys())
    return [Change(path, before.get(path), after.get(path)) for path in paths]


def _flat(value: Any, path: str = "") -> dict[str, str]:
    """Leaves by their dotted paths. Lists are leaves, with commas."""
    if isinstance(value, Mapping):
        found: dict[str, str] = {}
        for name, inner in value.items():
            found |= _flat(inner, f"{path}.{name}" if path else str(name))
        return found
    if not path and value is None:
        return {}
    if isinstance(value, list):
        return {path: ", ".join(map(_leaf, value))}
    return {path: _leaf(value)}


def _leaf(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "-", True: "yes", False: "no"}[value]
    return str(value)


def _with_text(rows: QuerySet[AuditRecord], text: str) -> QuerySet[AuditRecord]:
    """Looks through every record that the other filters leave: there is no index for it."""
    rows = rows.annotate(_before=Cast("before", TextField()), _after=Cast("after", TextField()))
    places = ("action", "object_type", "object_id", "_before", "_after")
    anywhere = Q()
    for place in places:
        anywhere |= Q(**{f"{place}__icontains": text})
    return rows.filter(anywhere)
