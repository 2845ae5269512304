"""Schemathesis over the whole document in four roles: no 5xx, no breach of the document, and what a role may do
is really reached, with ids that exist.

Each case is sent in every role. A quarter of them breaks the document somewhere. In most of those that fit, ids and the
few values that only the platform knows (an instrument's name, a time that is not past) are those of the stage:
`links.py`.
"""

from __future__ import annotations

import os
import re
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

from tests.access.rows import ROLES
from tests.access.stage import given_stage
from tests.api.client import document
from tests.api.links import Links
from tests.people import browser
from tests.routes import http_routes

pytestmark = [pytest.mark.prove, pytest.mark.timeout(7200)]

REQUESTS, CASES = (100_000, 400) if os.environ.get("CU_SOAK") else (5_000, 7)
REACHED = 0.9
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def _plain(route: str) -> str:
    return re.sub(r"<(?:uuid|str|int):(\w+)>", r"{\1}", route)


RULES = {(m, _plain(r.path)): rule.permission for r in http_routes() for m, rule in r.rules().items()}


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


@pytest.fixture
def stage(acme):
    """One connection for all, and a transaction that is rolled back: as Django's own test client has it."""
    found = given_stage()  # its own requests are Django's test client's, which connects the signals anew
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield found
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_whatever_is_sent_the_answer_is_documented_and_what_a_role_may_is_reached(stage):
    owner, links, seen = stage.people["owner"], Links(stage), Counter()
    schema = schemathesis.openapi.from_dict(document())
    schema.app = Platform(browser(owner).session.session_key)
    operations = [one.ok() for one in schema.get_all_operations()]

    def ask(case):
        for role in ROLES:
            with transaction.atomic():
                type(owner).objects.filter(pk=owner.pk).update(role=role)
                answer = case.call(headers=links.headers_of(case.operation))
                transaction.set_rollback(True)
            seen[role, case.operation.label, answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS)

    for operation in operations:
        _tried(operation, CASES, links, ask)

    assert sum(seen.values()) >= REQUESTS
    for role in ROLES:
        may = {one.label for one in operations if _may(role, one)}
        reached = {name for who, name, status in seen if who == role and 200 <= status < 300}
        assert reached <= may, f"{role} reached {sorted(reached - may)}"
        assert len(reached) >= REACHED * len(may), f"{role} never reached {sorted(may - reached)}"


def _tried(operation: Any, cases: int, links: Links, ask: Any) -> None:
    """Half of the cases fit and are linked, a quarter fits, a quarter breaks the document somewhere."""
    fits = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    quarter = max(1, cases // 4)
    _generated(fits, cases - 2 * quarter, lambda case: ask(links.put_in(case)))
    _generated(fits, quarter, ask)
    if _can_be_broken(operation):
        with suppress(Unsatisfiable):  # where every value of a parameter's kind fits
            _generated(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE), quarter, ask)


def _generated(cases: Any, number: int, act: Any) -> None:
    @settings(
        max_examples=number, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(cases)
    def each(case: Any) -> None:
        act(case)

    each()


def _can_be_broken(operation: Any) -> bool:
    """Whether there is anything to break beside an id: an operation that takes nothing takes everything."""
    told = document()["paths"][operation.path][operation.method.lower()]
    return "requestBody" in told or any(one["in"] == "query" for one in told.get("parameters", ()))


def _may(role: str, operation: Any) -> bool:
    """Whether this role may do it with what is its own."""
    permission = RULES[operation.method.upper(), operation.path.lstrip("/")]
    return permission is None or permission in ROLES[role]
