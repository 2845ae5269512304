"""Schemathesis over the whole document in four roles: no 5xx, no breach of the document, and what a role may do
is really reached, with ids that exist.

A quarter of the requests breaks the document somewhere. In most of those that fit, ids and the few values that only the
platform knows (an instrument's name, a time that is not past) are those of the stage: `linked`.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.access.matrix import MATRIX, OPEN, ROLES
from tests.access.stage import BTC, Stage, given_stage
from tests.api.client import document
from tests.people import browser

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]

REQUESTS = 100_000 if os.environ.get("CU_SOAK") else 2_000
REACHED = 0.9
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


class Platform(WSGIHandler):
    """The platform as one person's browser reaches it, without the CSRF token, as Django's own test client has it."""

    def __init__(self, session: str) -> None:
        super().__init__()
        self.headers = {
            "HTTP_HOST": "acme.localhost",
            "HTTP_COOKIE": f"{django_settings.SESSION_COOKIE_NAME}={session}",
        }

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """The answer to a request of that browser."""
        return super().__call__({**environ, **self.headers}, start_response)

    def get_response(self, request: Any) -> Any:
        """The answer."""
        request._dont_enforce_csrf_checks = True
        return super().get_response(request)


def linked(stage: Stage) -> dict[str, Any]:
    """Field or parameter -> a value that exists on the stage."""
    ids = stage.ids
    return {
        **ids,
        "portfolio": ids["portfolio_id"],
        "source": ids["portfolio_id"],
        "target": ids["sub_account_id"],
        "team": ids["team_id"],
        "bot": ids["bot_id"],
        "instrument": BTC,
        "instruments": [BTC],
        "whitelist": [],
        "parameters": {},
        "strategy": "donchian_breakout",
        "kind": "paper",
        "amount": "1",
        "until": ids["until"],
        "currency": "PRACTICE",
        "If-Match": "*",
        "Idempotency-Key": "one",
    }


def link(case: Any, known: dict[str, Any]) -> None:
    """Put what exists in the place of what was made up, and leave out what would contradict it."""
    case.path_parameters = {name: known.get(name, value) for name, value in (case.path_parameters or {}).items()}
    for name in set(case.headers or {}) & {"If-Match", "Idempotency-Key"}:
        case.headers[name] = known[name]
    query = dict(case.query or {})
    for name in ("starting_after", "ending_before", "since", "until"):
        query.pop(name, None)
    case.query = {name: known.get(name, value) for name, value in query.items()}
    if isinstance(case.body, dict):
        body = {name: known.get(name, value) for name, value in case.body.items()}
        if body.get("kind") == "paper":
            body = {name: value for name, value in body.items() if name not in {"api_key", "secret", "base_url"}}
        case.body = {**body, "name": body["name"].strip()[:40] or "Named"} if _has_a_name(body) else body


def _has_a_name(body: dict[str, Any]) -> bool:
    return isinstance(body.get("name"), str)


@pytest.fixture
def stage(acme):
    """One connection for all, and a transaction that is rolled back: as Django's own test client has it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield given_stage()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("role", ROLES)
def test_whatever_is_sent_the_answer_is_documented_and_what_a_role_may_is_reached(stage, role):
    owner = stage.people["owner"]
    type(owner).objects.filter(pk=owner.pk).update(role=role)
    owner.refresh_from_db()
    known, seen = linked(stage), Counter()
    schema = schemathesis.openapi.from_dict(document())
    schema.app = Platform(browser(owner).session.session_key)
    operations = [one.ok() for one in schema.get_all_operations()]
    each = max(2, REQUESTS // len(ROLES) // len(operations))

    for operation in operations:
        _tried(operation, each, known, seen)

    assert sum(seen.values()) >= 0.9 * REQUESTS / len(ROLES)
    may = {name for name, operation in _named(operations).items() if _may(role, operation)}
    reached = {name for name, status in seen if 200 <= status < 300}
    assert reached <= may, f"{role} reached {sorted(reached - may)}"
    assert len(reached) >= REACHED * len(may), f"{role} never reached {sorted(may - reached)}"


def _tried(operation: Any, each: int, known: dict[str, Any], seen: Counter[Any]) -> None:
    """Half of the requests fit and are linked, a quarter fits, a quarter breaks the document somewhere."""
    fits = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    breaks = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE) if _can_be_broken(operation) else fits
    quarter = max(1, each // 4)
    _asked(fits, each - 2 * quarter, known, seen)
    _asked(fits, quarter, None, seen)
    with suppress(Unsatisfiable):  # where every value of a parameter's kind fits
        _asked(breaks, quarter, None, seen)


def _asked(cases: Any, number: int, known: dict[str, Any] | None, seen: Counter[Any]) -> None:
    @settings(
        max_examples=number, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(cases)
    def ask(case: Any) -> None:
        if known:
            link(case, known)
        with transaction.atomic():
            answer = case.call()
            transaction.set_rollback(True)
        seen[case.operation.label, answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    ask()


def _can_be_broken(operation: Any) -> bool:
    """Whether there is anything to break beside an id: an operation that takes nothing takes everything."""
    told = document()["paths"][operation.path][operation.method.lower()]
    return "requestBody" in told or any(one["in"] == "query" for one in told.get("parameters", ()))


def _named(operations: list[Any]) -> dict[str, Any]:
    return {operation.label: operation for operation in operations}


def _may(role: str, operation: Any) -> bool:
    """Whether the table of who may do what lets this role do it with what is its own."""
    path = operation.path.lstrip("/")
    for (method, route), row in MATRIX.items():
        if method == operation.method.upper() and _plain(route) == path:
            return row.permission is OPEN or row.permission in ROLES[role]
    raise AssertionError(f"{operation.label} is not in the table of who may do what")


def _plain(route: str) -> str:
    return route.replace("<uuid:", "{").replace("<str:", "{").replace(">", "}")
