"""The audit's pages, for administrators. Thin: parse, read, answer."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cryptouniverse.kernel.access import access
from tenants.audit.errors import UnknownRecord
from tenants.audit.exporting import answer_with, begin_export
from tenants.audit.forms import AuditExportForm, FilterForm
from tenants.audit.models import AuditRecord
from tenants.audit.selectors import actors_named, audit_record, audit_records, chain_state, changes_of
from tenants.audit.types import Actor, ExportForm

PAGE = 50


@access("system:read")
@require_GET
@never_cache
def audit(request: HttpRequest) -> HttpResponse:
    """The records that the filters leave, newest first, a page at a time; for htmx the table alone."""
    form = FilterForm(request.GET)
    rows, older = _rows(form, request.GET.get("older", ""))
    names = actors_named(row.actor for row in rows)
    kept = {name: value for name, value in request.GET.items() if name in form.fields and value}
    facts = {
        "form": form,
        "rows": [(row, names.get(row.actor) if row.actor else None) for row in rows],
        "kept": kept,
        "older": urlencode({**kept, "older": older}) if older else "",
        "state": chain_state(),
        "page": "audit",
    }
    if request.headers.get("HX-Target") == "panel-audit":
        return render(request, "audit/rows.html", facts)  # htmx swaps no refusal in: what is wrong is said in the table
    return render(request, "audit/list.html", facts, status=200 if form.is_valid() else 422)


@access("system:read")
@require_GET
@never_cache
def record(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """One record: who, what, when, from where, and what was different afterwards."""
    row = audit_record(record_id)
    facts = {
        "row": row,
        "link": getattr(row, "link", None),
        "name": actors_named([row.actor]).get(row.actor) if row.actor else None,
        "changes": changes_of(row),
        "page": "audit",
    }
    return render(request, "audit/one.html", facts)


@access("system:read")
@require_GET
def no_panels(_request: HttpRequest) -> HttpResponse:
    """What a page with nothing to refresh asks for."""
    return HttpResponse(status=204)


@access("system:read", audit="audit.exported")
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The records that the filters leave, as a file."""
    form = AuditExportForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("The filters are not valid. Correct them and export again."))
        return redirect("audit")
    actor = cast("Actor", request.user)  # signed in: the rule asked
    wanted: Any = form.wanted()
    return answer_with(begin_export(actor=actor, wanted=wanted, form=ExportForm(form.cleaned_data["form"])), request)


def _rows(form: FilterForm, older: str) -> tuple[list[AuditRecord], str]:
    """A page of records, and the sign of where the next one begins."""
    if not form.is_valid():
        return [], ""
    found = audit_records(form.wanted())
    if older:
        found = found.filter(pk__lt=audit_record(_id_of(older)).pk)
    rows = list(found[: PAGE + 1])
    return rows[:PAGE], str(rows[PAGE - 1].public_id) if len(rows) > PAGE else ""


def _id_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise UnknownRecord from None
