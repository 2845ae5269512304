"""Sign-in is by e-mail and password at one page, and a session counts only where it began."""

import pytest
from django.test import Client

from accounts.users.store import SESSION_TENANT
from tenants.audit.selectors import audit_records
from tests.people import PASSWORD, browser, member

LOGIN = "/accounts/login/"


@pytest.fixture
def alice(acme):
    return member("alice@acme.example")


def sign_in(client: Client, email: str, password: str = PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password})


def signed_in(client: Client) -> bool:
    return client.get("/api/v1/audit/records").status_code != 401


def test_the_right_password_opens_a_session_and_is_recorded(alice):
    client = browser()

    answer = sign_in(client, "ALICE@acme.example")

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in(client)
    record = audit_records().get()
    assert (record.action, record.actor, record.address) == ("session.started", alice.public_id, "127.0.0.1")


def test_a_wrong_password_opens_nothing_and_is_recorded(alice):
    client = browser()

    assert sign_in(client, alice.email, "wrong password here").status_code == 200

    assert not signed_in(client)
    assert audit_records().get().action == "session.refused"


def test_an_unknown_address_says_the_same_and_is_nobodys_record(acme):
    assert sign_in(browser(), "nobody@acme.example").status_code == 200
    assert not audit_records().exists()


@pytest.mark.parametrize("fields", [{"role": "api"}, {"is_active": False}])
def test_programs_and_people_who_are_switched_off_do_not_sign_in(acme, fields):
    client, nobody = browser(), member("ann@acme.example", **fields)

    assert sign_in(client, nobody.email)["Location"] == LOGIN
    assert not signed_in(client)


def test_there_is_no_public_sign_up(acme):
    assert browser().get("/accounts/signup/").status_code == 404


def test_signing_out_ends_the_session_and_is_recorded(alice):
    client = browser(alice)

    client.post("/accounts/logout/")

    assert not signed_in(client)
    assert [record.action for record in audit_records()] == ["session.ended", "session.started"]


def test_a_session_of_another_tenant_is_refused_even_with_a_row_here(alice):
    client = browser(alice)
    session = client.session
    session[SESSION_TENANT] = "another"
    session.save()

    assert not signed_in(client)
    assert client.session.get("_auth_user_id") is None


def test_another_tenant_does_not_know_the_cookie(alice, bolt_ctx):
    client = browser(alice)

    assert signed_in(client)
    assert client.get("/api/v1/audit/records", headers={"host": "bolt.localhost"}).status_code == 401


def test_switching_somebody_off_ends_their_sessions(alice):
    client = browser(alice)
    alice.is_active = False
    alice.save()

    assert not signed_in(client)


def test_production_cookies_are_bound_to_the_host(settings):
    from tests.accounts.production import production_settings

    stated = production_settings()

    for kind in ("SESSION", "CSRF"):
        assert stated[f"{kind}_COOKIE_NAME"].startswith("__Host-")
        assert stated[f"{kind}_COOKIE_SECURE"] is True
        assert stated[f"{kind}_COOKIE_DOMAIN"] is None and stated[f"{kind}_COOKIE_PATH"] == "/"
