"""Every route says what it asks of its caller, and every write says what it records."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.users.permissions import ALL_PERMISSIONS
from cryptouniverse.api.routing import V1View
from tests.people import browser
from tests.routes import http_routes, socket_routes, without_rule

PLANTED = "tests.api.planted_routes"


def test_every_page_api_route_and_socket_has_an_access_rule():
    assert without_rule(http_routes()) == []
    assert without_rule(socket_routes()) == []


def test_a_planted_route_without_a_rule_is_found():
    assert without_rule(http_routes(PLANTED)) == ["silent/", "api/v1/silent"]


def test_every_rule_names_a_permission_that_exists():
    rules = [rule for route in http_routes() + socket_routes() for rule in route.rules().values()]

    assert {rule.permission for rule in rules if rule and rule.permission} <= ALL_PERMISSIONS


def test_every_api_route_is_made_by_the_router_that_keeps_the_common_rules():
    views = [route.view for route in http_routes() if hasattr(route.view, "cls") and route.path.startswith("api/")]

    assert views and all(issubclass(view.cls, V1View) for view in views)


def test_a_page_without_a_rule_answers_nobody(alice, settings):
    settings.ROOT_URLCONF = PLANTED

    with pytest.raises(ImproperlyConfigured):
        browser(alice).get("/silent/")


def test_an_api_route_without_a_rule_answers_nobody(alice, settings):
    settings.ROOT_URLCONF = PLANTED
    client = browser(alice)
    client.raise_request_exception = False

    assert client.get("/api/v1/silent").status_code == 500


def test_a_page_that_records_nothing_cannot_be_written_to(alice, settings):
    settings.ROOT_URLCONF = PLANTED

    assert browser(alice).get("/unrecorded/").content == b"GET done"
    assert browser(alice).post("/unrecorded/").status_code == 405


def test_nobody_is_sent_to_the_sign_in_page_and_back(acme, settings):
    settings.ROOT_URLCONF = PLANTED
    settings.LOGIN_URL = "/accounts/login/"

    assert browser().get("/unrecorded/?x=1")["Location"] == "/accounts/login/?next=/unrecorded/%3Fx%3D1"


def test_a_part_of_a_page_moves_the_whole_page_to_the_sign_in(acme, settings):
    settings.ROOT_URLCONF = PLANTED
    settings.LOGIN_URL = "/accounts/login/"
    answer = browser().get(
        "/unrecorded/", headers={"HX-Request": "true", "HX-Current-URL": "http://acme.localhost/a/?b=1"}
    )

    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/accounts/login/?next=/a/%3Fb%3D1")


def test_a_page_asks_for_its_permission(alice, settings):
    settings.ROOT_URLCONF = PLANTED

    assert browser(alice).get("/machine-room/").status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "INVENTED"])
def test_a_method_that_a_route_does_not_have_is_said_to_be_none(api, method):
    answer = api.client.generic(method, "/api/v1/portfolio", "{}", content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
