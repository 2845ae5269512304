"""Step-up: what is guarded asks again who is there, on pages, in htmx and over the API."""

from datetime import timedelta

import pytest

from accounts.security.services import factors
from cryptouniverse.kernel import clock
from tests.accounts.test_security_factors import HOST, code_of, with_app
from tests.people import PASSWORD, browser, confirm, letters, member

GUARDED = "/security/mail/"


@pytest.fixture
def alice(acme):
    return member("alice@acme.example")


@pytest.fixture
def page(alice):
    return browser(alice, confirmed=False)


def as_json(client, path: str, body: str = "{}"):
    return client.post(path, body, content_type="application/json")


def test_a_guarded_form_leads_to_the_confirm_page_and_back(page):
    answer = page.post(GUARDED, headers={"referer": "http://acme.localhost/security/?x=1"})
    assert answer["Location"] == "/security/confirm/?next=%2Fsecurity%2F%3Fx%3D1"
    assert page.get(answer["Location"]).status_code == 200

    wrong = page.post("/security/confirm/", {"way": "password", "code": "wrong", "next": "/security/?x=1"})
    right = page.post("/security/confirm/", {"way": "password", "code": PASSWORD, "next": "/security/?x=1"})

    assert (wrong.status_code, right["Location"]) == (422, "/security/?x=1")
    assert page.post(GUARDED)["Location"] == "/security/"


def test_it_holds_for_five_minutes(page):
    confirm(page)

    with clock.at(clock.now() + timedelta(minutes=4, seconds=59)):
        assert page.post(GUARDED)["Location"] == "/security/"
    with clock.at(clock.now() + timedelta(minutes=5, seconds=1)):
        assert "/confirm/" in page.post(GUARDED)["Location"]


def test_htmx_moves_the_whole_page(page):
    answer = page.post(GUARDED, headers={"HX-Request": "true", "HX-Current-URL": "http://acme.localhost/a/"})

    assert (answer.status_code, answer["HX-Redirect"]) == (403, "/security/confirm/?next=%2Fa%2F")


def test_the_way_back_leads_nowhere_else(page):
    assert "evil" not in page.post(GUARDED, headers={"referer": "http://evil.example/x"})["Location"]
    sent = {"way": "password", "code": PASSWORD, "next": "https://evil.example/"}
    assert page.post("/security/confirm/", sent)["Location"] == "/"


def test_the_api_says_a_stable_code_and_lets_in_after_confirming(alice, page):
    factors.add_mail(user=alice, host=HOST)
    mine = page.get("/api/v1/security/factors").json()["data"][0]["id"]
    refused = page.delete(f"/api/v1/security/factors/{mine}")
    assert (refused.status_code, refused.json()["code"]) == (403, "security.step_up_required")

    sent = as_json(page, "/api/v1/security/step-up/codes", '{"method": "mail"}').json()["id"]
    code = letters()[-1].subject[-6:]
    wrong = as_json(page, "/api/v1/security/step-up", f'{{"method": "mail", "code": "x", "sent_id": "{sent}"}}')
    right = as_json(page, "/api/v1/security/step-up", f'{{"method": "mail", "code": "{code}", "sent_id": "{sent}"}}')

    assert (wrong.json()["code"], right.status_code) == ("security.wrong_code", 200)
    assert page.delete(f"/api/v1/security/factors/{mine}").status_code == 204


def test_who_has_a_second_factor_cannot_confirm_with_the_password(alice, page):
    key = with_app(alice)

    assert page.post("/security/confirm/", {"way": "password", "code": PASSWORD}).status_code == 422
    assert "/confirm/" in page.post(GUARDED)["Location"]
    page.post("/security/confirm/", {"way": "totp", "code": code_of(key)})
    assert page.post(GUARDED)["Location"] == "/security/"


def test_reading_asks_for_nothing(page):
    assert page.get("/security/").status_code == 200
