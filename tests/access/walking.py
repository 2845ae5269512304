"""Walks every route as one caller, and says where the answer is not the table's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.contrib.messages import get_messages
from django.db import transaction
from django.test import Client

from tests.access.matrix import MATRIX, WALKED_FOR_AUDIT
from tests.access.rows import OPEN, Row
from tests.access.stage import Stage
from tests.people import browser
from tests.routes import METHODS, Route, http_routes, socket_routes

_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
NOBODYS = "0193f5d2-8c1e-7a40-9a55-0d3c7f1b2a00"
ENDS_THE_SESSION = {("POST", "accounts/logout/"), ("POST", "accounts/login/")}


def routes_and_methods() -> set[tuple[str, str]]:
    """(method, path) of every route there is. A page that is a function: POST if it writes, else GET."""
    return {(method, route.path) for route in http_routes() + socket_routes() for method in _methods(route)}


def written_only() -> list[str]:
    """Pages that take what is sent and show nothing: those without a row for GET."""
    return [path for method, path in sorted(WALKED_FOR_AUDIT) if method == "POST" and ("GET", path) not in MATRIX]


def _methods(route: Route) -> list[str]:
    rules = route.rules()
    if len(rules) < len(METHODS):
        return [method for method in rules if method != "PUT"]  # Django's forms take PUT as POST
    rule = rules["POST"]
    return ["POST" if rule and (rule.audit or rule.keeps_nothing) else "GET"]


def walk(stage: Stage, *, role: str | None, part: str) -> Iterator[str]:
    """What is not as the table says, for this role with this part in what is Olga's."""
    client = _client(stage, role, part)
    for (method, path), row in MATRIX.items():
        if path.startswith("ws:") or (method, path) in ENDS_THE_SESSION:
            continue
        client.cookies.pop("messages", None)  # what an earlier page said
        with transaction.atomic():
            answer = asked(client, method, path, row, stage.ids)
            transaction.set_rollback(True)
        wanted = row.expected(role=role, part=part, page=not path.startswith("api/v1/"))
        if not _fits(answer, wanted, row):
            yield f"{role} as {part}: {method} {path} answered {answer.status_code}, not {wanted or 'well'}"


def _client(stage: Stage, role: str | None, part: str) -> Client:
    if role is None:
        return browser()
    person = stage.people[part]
    type(person).objects.filter(pk=person.pk).update(role=role)
    person.refresh_from_db()
    return browser(person)


def asked(client: Client, method: str, path: str, row: Row, ids: dict[str, str]) -> Any:
    """The answer to one row's request, with what is Olga's in its address and body."""
    address = address_of(path, ids) + row.query.format(**ids)
    headers = {"Idempotency-Key": "walk"} if row.once else {}
    if method == "GET":
        return client.get(address)
    body = {name: _filled(value, ids) for name, value in row.body.items()}
    if not path.startswith("api/v1/"):
        return getattr(client, method.lower())(address, body)
    headers |= {"If-Match": "*"} if method in {"PATCH", "PUT"} else {}
    return client.generic(method, address, json.dumps(body), content_type="application/json", headers=headers)


def address_of(path: str, ids: dict[str, str]) -> str:
    """The route's address with what is Olga's in it."""
    return "/" + _PLACE.sub(lambda found: ids.get(found[1], NOBODYS), path).replace("^.*$", "nothing")


def _filled(value: Any, ids: dict[str, str]) -> Any:
    return value.format(**ids) if isinstance(value, str) else value


def _fits(answer: Any, wanted: int, row: Row) -> bool:
    to_sign_in = answer.status_code == 302 and "/accounts/login/" in answer["Location"]
    if wanted == 302:
        return to_sign_in
    if wanted:
        return bool(answer.status_code == wanted)
    if answer.status_code in row.fine or (row.permission is OPEN and to_sign_in):
        return True
    return answer.status_code < 400 and not to_sign_in and not _complains(answer)


def _complains(answer: Any) -> bool:
    """Whether a page sends back with a refusal in a message, where it says that something was done."""
    told = get_messages(answer.wsgi_request) if answer.status_code == 302 else ()
    return any(message.level_tag == "error" for message in told)
