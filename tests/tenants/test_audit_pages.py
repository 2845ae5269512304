"""The audit is found, read and taken away by administrators, on the page and over the API."""

import asyncio
import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.handlers.asgi import ASGIRequest

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import correlated
from tenants.audit import exporting, sealing
from tenants.audit import services as audit
from tenants.audit.models import AuditRecord
from tenants.audit.selectors import audit_records, changes_of
from tenants.audit.types import ExportForm, Wanted
from tests.api.client import ApiClient
from tests.people import browser, member

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def ada(acme):
    return member("ada@acme.example", role="admin")


@pytest.fixture
def past(acme, ada):
    """Three days: a key is connected, a cap is moved, an evil name is given."""
    with clock.at(DAY), correlated("first"), audit.acting_from("203.0.113.9"):
        audit.record(actor=ada, action="connection.created", object=("connection", "c-1"), after={"label": "Main"})
    with clock.at(DAY + timedelta(days=1)):
        caps = {"limits": {"cap": "1.50"}, "name": "x"}
        audit.record(
            actor=None,
            action="limits.moved",
            object=("limits", "l-1"),
            before=caps,
            after={**caps, "limits": {"cap": "2"}, "on": True},
        )
    with clock.at(DAY + timedelta(days=2)):
        audit.record(actor=None, action="bot.renamed", object=("bot", "=HYPERLINK(1)"), after={"name": "-1+1"})


def actions(**wanted) -> list[str]:
    return [row.action for row in audit_records(Wanted(**wanted)).filter(at__year=2026, at__month=3)]


def test_each_filter_narrows(past, ada):
    assert actions() == ["bot.renamed", "limits.moved", "connection.created"]
    assert actions(actor=ada.public_id) == ["connection.created"]
    assert actions(action="connection.") == ["connection.created"] and actions(action="nect") == []
    assert actions(object_type="bot") == ["bot.renamed"] and actions(object_id="l-1") == ["limits.moved"]
    assert actions(correlation_id="first") == ["connection.created"]
    assert actions(since=DAY + timedelta(hours=1), until=DAY + timedelta(days=2)) == ["limits.moved"]
    assert actions(text="MAIN") == ["connection.created"] and actions(text="100%_") == []


def test_before_and_after_are_told_path_by_path(past):
    row = audit_records().get(action="limits.moved")

    assert [(change.path, change.before, change.after) for change in changes_of(row)] == [
        ("limits.cap", "1.50", "2"),
        ("name", "x", "x"),
        ("on", None, "yes"),
    ]


def test_an_administrator_finds_and_reads(past, ada):
    page = browser(ada)
    found = page.get("/settings/audit/", {"who": "Ada@acme.example", "since": "2026-03-01", "until": "2026-03-01"})
    text = found.content.decode()
    assert "connection.created" in text and "limits.moved" not in text

    row = audit_records().get(action="limits.moved")
    text = page.get(f"/settings/audit/{row.public_id}/").content.decode()
    assert "<del>1.50</del>" in text and "<ins>2</ins>" in text


def test_htmx_gets_the_table_alone(past, ada):
    part = browser(ada).get(
        "/settings/audit/", {"action": "bot."}, headers={"HX-Request": "true", "HX-Target": "panel-audit"}
    )

    assert b"<html" not in part.content and b"bot.renamed" in part.content


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "yesterday"},
        {"since": "2026-03-02", "until": "2026-03-01"},
        {"text": "x" * 101},
        {"text": "\0"},
        {"until": "9999-12-31"},
    ],
)
def test_a_filter_that_cannot_be_is_said_and_not_ignored(ada, wrong):
    answer = browser(ada).get("/settings/audit/", wrong)

    assert answer.status_code == 422 and "not valid" in answer.content.decode()


def test_somebody_nobody_knows_has_done_nothing(past, ada):
    assert "Nothing found" in browser(ada).get("/settings/audit/", {"who": "nobody@acme.example"}).content.decode()


def test_older_records_follow_page_by_page(ada):
    AuditRecord.objects.bulk_create(
        AuditRecord(actor_kind="system", action="a.b", object_type="t", object_id=str(n), correlation_id="c")
        for n in range(60)
    )
    page = browser(ada)
    first = page.get("/settings/audit/", {"action": "a."})
    second = page.get(f"/settings/audit/?{first.context['older']}")

    assert [row.object_id for row, _ in second.context["rows"]] == [str(n) for n in range(9, -1, -1)]
    assert page.get("/settings/audit/", {"older": "17"}).status_code == 404


@pytest.mark.parametrize("role", ["trader", "viewer", "api"])
def test_it_is_for_administrators_alone(past, role):
    somebody = member(f"{role}@acme.example", role=role)
    row = audit_records().first()

    assert browser(somebody).get("/settings/audit/").status_code == 403
    assert browser(somebody).get(f"/settings/audit/{row.public_id}/").status_code == 403
    assert browser(somebody).post("/settings/audit/export/", {"form": "csv"}).status_code == 403
    assert ApiClient.signed_in(somebody, host="acme.localhost").post("audit/exports", {}).status_code == 403


def test_the_api_finds_by_the_same_filters(past, ada):
    sealing.seal_everything()
    api = ApiClient.signed_in(ada, host="acme.localhost")

    found = api.get("audit/records", {"action": "limits.", "since": "2026-03-01T00:00:00Z"}).json()["data"]
    assert [row["action"] for row in found] == ["limits.moved"] and len(found[0]["hash"]) == 64
    assert api.get("audit/records", {"actor": "ada"}).status_code == 422
    assert api.get("audit/records", {"since": "0001-01-01T00:00:00+14:00"}).status_code in {200, 422}


def test_an_export_in_csv_runs_no_formula_and_is_recorded(past, ada):
    answer = browser(ada).post("/settings/audit/export/", {"form": "csv", "action": "bot.", "since": "2026-03-01"})

    [row] = csv.DictReader(io.StringIO(answer.getvalue().decode()))
    assert (row["object_id"], row["after"]) == ("'=HYPERLINK(1)", '{"name": "-1+1"}')
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-acme-')
    made = audit_records().get(action="audit.exported")
    assert made.actor == ada.public_id and made.after["filters"]["action"] == "bot."


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_like_a_formula(sign):
    assert exporting._cell(f"{sign}cmd") == f"'{sign}cmd" and exporting._cell("a=b") == "a=b"


def test_an_export_in_json_lines_is_whole(past, ada):
    before = audit_records().count()
    api = ApiClient.signed_in(ada, host="acme.localhost").client

    answer = api.post("/api/v1/audit/exports", "{}", content_type="application/json")

    rows = [json.loads(line) for line in answer.getvalue().decode().splitlines()]
    march = [row["action"] for row in rows if row["at"].startswith("2026-03")]
    assert len(rows) >= before and march == ["connection.created", "limits.moved", "bot.renamed"]


def test_an_export_goes_page_by_page_and_ends_where_it_was_asked_for(acme, past):
    upto = audit_records().first().pk
    export = exporting.Export(acme, Wanted(), ExportForm.JSONL, upto, page_rows=2)
    audit.record(actor=None, action="a.late", object=("t", 1), after={})

    pages = [page for page in exporting._pages(export) if page]

    rows = [json.loads(line) for line in "".join(pages).splitlines()]
    assert len(pages) == -(-len(rows) // 2) and rows[-1]["action"] == "bot.renamed"


def test_an_asynchronous_server_streams_too(fresh_tenant):
    for number in range(3):
        audit.record(actor=None, action="a.b", object=("t", number), after={})
    export = exporting.Export(fresh_tenant, Wanted(), ExportForm.JSONL, AuditRecord.objects.latest("id").pk)
    request = ASGIRequest(
        {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}, io.BytesIO()
    )

    assert len(asyncio.run(_text(exporting.answer_with(export, request))).splitlines()) == 3


async def _text(answer) -> str:
    return "".join([part.decode() async for part in answer.streaming_content])
