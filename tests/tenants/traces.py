"""What would give the platform away in what a branded tenant says, and a crawl of all that it can say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client

from cryptouniverse.kernel.context import current_tenant
from tenants.branding.selectors import forget_brand
from tenants.provisioning.selectors import forget_hosts
from tests.routes import http_routes

# its name, the drawing of its mark, its hosts
TRACES = {
    "name": re.compile(r"crypto[\W_]{0,3}universe", re.IGNORECASE),
    "mark": re.compile(r"rotate\(-32 11 11\)|M?cx=\"11\" cy=\"11\" r=\"4\.3\"|img/mark\.svg|#i-mark"),
    "host": re.compile(r"\blocalhost\b"),
}
NAMED = {"kind": "terms", "name": "User", "domain": "desk.northgate.com", "code": "credits.insufficient"}
ID = "01a21929-c16d-7187-bf7d-75c0e8b3f37c"
LEAVES = "accounts/logout/"  # ends the session that the crawl needs
_STATIC = re.compile(r'(?:src|href)="/static/([^"?]+)')


def traces_in(said: str) -> list[str]:
    """Which traces are in it, and where."""
    return [
        f"{what}: ...{said[max(0, m.start() - 40) : m.end() + 20]!r}"
        for what, p in TRACES.items()
        for m in p.finditer(said)
    ]


def everything_said(client: Client, *, below: str = "") -> Iterator[tuple[str, str]]:
    """(what was asked, status, headers and body) for every route and its methods, and every file that a page loads.

    below: only routes whose path begins so.

    What a write has changed is undone before the next one: else the crawl would take the brand away.
    """
    files: set[str] = set()
    for route in http_routes():
        if route.path == LEAVES or not route.path.startswith(below):
            continue
        address = "/" + filled(route.path)
        for method in route.rules() if address.startswith(("/api/v1/", "/scim/")) else ("GET", "POST"):
            before = transaction.savepoint()
            said = told(_asked(client, method, address))
            transaction.savepoint_rollback(before)
            if method != "GET":
                forget_brand(current_tenant())
                forget_hosts()
            files.update(_STATIC.findall(said))
            yield f"{method} {address}", said
    for name in sorted(name for name in files if not name.startswith("vendor/")):  # as their makers wrote them
        yield f"file {name}", Path(str(finders.find(name))).read_text(encoding="utf-8")


def told(answer: Any) -> str:
    """Everything of an answer: status, headers, body."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{answer.status_code} {dict(answer.headers)} {body.decode('utf-8', 'replace')}"


def filled(path: str) -> str:
    """A route's path with something in each place."""
    path = path.replace("^.*$", "nothing")
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda place: NAMED.get(place[1], ID), path)


def _asked(client: Client, method: str, address: str) -> Any:
    sent: dict[str, Any] = {} if method == "GET" else {"data": {"id": ID, "reason": ""}}
    if method != "GET" and not address.startswith(("/api/", "/scim/")):
        return client.post(address, sent["data"])
    kind = {} if method == "GET" else {"content_type": "application/json"}
    return getattr(client, method.lower())(address, **sent, **kind)
