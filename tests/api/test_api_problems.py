"""Errors over the API are problem documents, whatever raised them."""

import json

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from rest_framework import exceptions as drf

from cryptouniverse.api.problems import as_our_error, problem_response
from cryptouniverse.kernel.errors import Limited, Refused

SECRET = "postgresql://owner:hunter2@db/x"


def test_an_unknown_api_path_is_a_problem_document_for_any_method(nobody):
    for answer in (nobody.get("no/such/thing"), nobody.post("no/such/thing", {})):
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["type"] == "http://acme.localhost:8000/problems/request.not_found"


def test_nobody_is_asked_to_sign_in(nobody):
    answer = nobody.get("audit/records")

    assert (answer.status_code, answer.json()["code"]) == (401, "access.sign_in_required")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_role_without_the_permission_is_told_which_one_it_lacks(api):
    answer = api.get("audit/records")

    assert (answer.status_code, answer.json()["code"]) == (403, "access.not_allowed")
    assert answer.json()["facts"] == {"permission": "system:read"}


def test_a_method_that_is_not_there_says_which_are(nobody):
    answer = nobody.post("health/ping", {})

    assert (answer.status_code, answer.json()["code"]) == (405, "request.method_not_allowed")
    assert "GET" in answer["Allow"]


@pytest.mark.parametrize(
    ("raised", "status", "code"),
    [
        (drf.ParseError(), 400, "request.malformed"),
        (drf.ValidationError({"amount": ["too small"]}), 422, "request.invalid"),
        (drf.UnsupportedMediaType("text/xml"), 415, "request.unsupported_media"),
        (drf.NotAcceptable(), 406, "request.not_acceptable"),
        (PermissionDenied(), 403, "access.not_allowed"),
        (RequestDataTooBig(), 413, "request.too_large"),
        (Refused("no"), 422, "request.refused"),
    ],
)
def test_every_kind_of_error_has_its_code_and_status(raised, status, code):
    assert (as_our_error(raised).status, as_our_error(raised).code) == (status, code)


def test_a_limit_says_when_to_come_back():
    answer = problem_response(Limited(retry_after_s=7))

    assert (answer.status_code, answer["Retry-After"]) == (429, "7")


def test_a_mistake_of_ours_tells_nothing_of_its_cause():
    answer = problem_response(as_our_error(RuntimeError(SECRET)))

    assert (answer.status_code, json.loads(answer.content)["code"]) == (500, "service.fault")
    assert "hunter2" not in answer.content.decode()


def test_an_error_before_the_view_is_a_problem_too(nobody, settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.api.test_api_problems.broken"]
    nobody.client.raise_request_exception = False

    answer = nobody.get("health/ping")

    assert (answer.status_code, answer.json()["code"]) == (500, "service.fault")
    assert "hunter2" not in answer.content.decode()


def broken(get_response):
    """A middleware that fails before any view runs."""

    def fail(request):
        raise RuntimeError(SECRET)

    return fail
