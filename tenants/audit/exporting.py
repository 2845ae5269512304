"""Exports of the audit: page after page, so that a long one needs no more memory than a short one."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.core.handlers.asgi import ASGIRequest
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest, StreamingHttpResponse

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import TenantCtx, current_tenant
from cryptouniverse.kernel.tenancy import in_tenant
from cryptouniverse.realtime.db import run_in_tenant
from tenants.audit.models import AuditRecord
from tenants.audit.selectors import audit_records
from tenants.audit.services import record
from tenants.audit.types import Actor, ExportForm, Wanted

PAGE: Final = 1_000
TYPES: Final = {ExportForm.CSV: "text/csv; charset=utf-8", ExportForm.JSONL: "application/jsonl; charset=utf-8"}
COLUMNS: Final = (
    *("sequence", "id", "at", "actor_kind", "actor", "action", "object_type", "object_id"),
    *("before", "after", "correlation_id", "address", "hash"),
)
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Export:
    """An export that was asked for. upto: the newest row it holds: what is recorded meanwhile is not in it."""

    tenant: TenantCtx
    wanted: Wanted
    form: ExportForm
    upto: int
    page_rows: int = PAGE

    def page(self, after: int) -> tuple[str, int]:
        """The text of the next rows, oldest first, and the row they end with: 0 when there are none left."""
        rows = audit_records(self.wanted).filter(pk__gt=after, pk__lte=self.upto).order_by("pk")[: self.page_rows]
        found = list(rows)
        written = _csv(found) if self.form is ExportForm.CSV else _jsonl(found)
        return written, found[-1].pk if found else 0


@transaction.atomic
def begin_export(*, actor: Actor, wanted: Wanted, form: ExportForm) -> Export:
    """Record that `actor` takes these records away, and say up to where they go."""
    upto = AuditRecord.objects.aggregate(last=Max("pk"))["last"] or 0
    after = {"form": form.value, "filters": wanted.facts()}
    record(actor=actor, action="audit.exported", object=("tenants_audit.auditrecord", "export"), after=after)
    return Export(current_tenant(), wanted, form, upto)


def answer_with(export: Export, request: HttpRequest) -> StreamingHttpResponse:
    """The export as a file that is sent while it is read."""
    pages = _pages_async(export) if isinstance(request, ASGIRequest) else _pages(export)
    name = f"audit-{export.tenant.slug}-{clock.now():%Y%m%d-%H%M%S}.{export.form.value}"
    return StreamingHttpResponse(
        pages,
        content_type=TYPES[export.form],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _pages(export: Export) -> Iterator[str]:
    """Each page enters the tenant by itself: the request has left it by the time the answer is sent."""
    yield _first_line(export.form)
    after = 0
    while True:
        with in_tenant(export.tenant):
            written, after = export.page(after)
        if not after:
            return
        yield written


async def _pages_async(export: Export) -> AsyncIterator[str]:
    """The same for an asynchronous server, which would otherwise collect it all before it sends anything."""
    yield _first_line(export.form)
    after = 0
    while True:
        written, after = await run_in_tenant(export.tenant, export.page, after)
        if not after:
            return
        yield written


def _first_line(form: ExportForm) -> str:
    return _written([COLUMNS]) if form is ExportForm.CSV else ""


def _csv(rows: list[AuditRecord]) -> str:
    return _written([[_cell(value) for value in _facts(row).values()] for row in rows])


def _jsonl(rows: list[AuditRecord]) -> str:
    return "".join(json.dumps(_facts(row), ensure_ascii=False) + "\n" for row in rows)


def _facts(row: AuditRecord) -> dict[str, Any]:
    link = getattr(row, "link", None)
    facts = {name: getattr(row, name) for name in ("actor_kind", "action", "object_type", "object_id")}
    return {
        **dict.fromkeys(COLUMNS),
        **facts,
        "sequence": link.sequence if link else None,
        "hash": link.hash if link else None,
        "id": str(row.public_id),
        "at": row.at.isoformat(),
        "actor": str(row.actor) if row.actor else None,
        "before": row.before,
        "after": row.after,
        "correlation_id": row.correlation_id,
        "address": row.address,
    }


def _cell(value: Any) -> str:
    """A value as a cell. What a spreadsheet would run as a formula gets an apostrophe, which makes it text."""
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
    return f"'{text}" if text.startswith(_FORMULAS) else text


def _written(rows: Any) -> str:
    page = io.StringIO()
    csv.writer(page).writerows(rows)
    return page.getvalue()
