"""Sign-in is by e-mail and password at one page, and a session counts only where it began."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.users.models import Session
from accounts.users.store import SESSION_TENANT
from cryptouniverse.kernel import clock
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


def test_an_unknown_address_is_recorded_without_being_kept(acme):
    assert sign_in(browser(), "nobody@acme.example").status_code == 200

    assert audit_records().get().object_id == "unknown"


@pytest.mark.parametrize("fields", [{"role": "api"}, {"is_active": False}])
def test_programs_and_people_who_are_switched_off_do_not_sign_in(acme, fields):
    client, nobody = browser(), member("ann@acme.example", **fields)

    assert sign_in(client, nobody.email)["Location"] == LOGIN
    assert not signed_in(client)


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


def test_a_request_reads_session_and_person_in_one_query(alice):
    client = browser(alice)
    client.get("/api/v1/openapi.json")  # the first in a process makes the document

    with CaptureQueriesContext(connection) as queries:
        assert client.get("/api/v1/openapi.json").status_code == 200

    assert len([query for query in queries if "accounts_users" in query["sql"]]) == 1


def test_the_cookies_key_is_not_in_the_database(alice):
    client = browser(alice)
    key = client.session.session_key

    row = Session.objects.get(user=alice)
    assert key not in (row.session_key, row.session_data) and key not in str(row.__dict__)


def test_a_session_says_whence_it_came_and_when_it_was_seen_to_the_minute(alice):
    client = browser()
    sign_in(client, alice.email)
    row = Session.objects.get(user=alice)

    with clock.at(row.last_seen_at + timedelta(seconds=59)):
        signed_in(client)
        row.refresh_from_db()
        first = row.last_seen_at
    with clock.at(first + timedelta(seconds=61)):
        assert client.get("/", headers={"user-agent": "Firefox"}, REMOTE_ADDR="198.51.100.7").status_code == 200

    again = Session.objects.get(user=alice)
    assert (row.address, first < again.last_seen_at, again.address) == ("127.0.0.1", True, "198.51.100.7")


@pytest.mark.parametrize(
    "change", [lambda u: setattr(u, "role", "viewer"), lambda u: u.set_password("another pass phrase")]
)
def test_a_change_of_role_or_password_ends_every_session(alice, change):
    client, other = browser(alice), browser(alice)
    change(alice)
    alice.save()

    assert not signed_in(client) and not signed_in(other)
    assert not Session.objects.filter(user=alice).exists()


def test_a_session_that_was_ended_meanwhile_does_not_come_back(alice):
    client = browser(alice)
    session = client.session
    session["x"] = 1
    Session.objects.filter(user=alice).delete()

    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.exists()


def test_the_list_shows_ones_own_sessions_and_ends_them_one_by_one(alice, acme):
    here, there, bob = browser(alice), browser(alice), browser(member("bob@acme.example"))
    listed = here.get("/api/v1/sessions").json()["data"]
    assert [one["current"] for one in listed].count(True) == 1 and len(listed) == 2
    other = next(one["id"] for one in listed if not one["current"])

    assert bob.delete(f"/api/v1/sessions/{other}").status_code == 404
    assert here.post(f"/security/sessions/{other}/end/").status_code == 302

    assert signed_in(here) and signed_in(bob) and not signed_in(there)
    assert audit_records().first().action == "session.revoked"


def test_all_other_sessions_end_at_once(alice):
    here, there, third = (browser(alice) for _ in range(3))

    assert here.post("/api/v1/sessions/end-others").json() == {"ended": 2}

    assert signed_in(here) and not signed_in(there) and not signed_in(third)


def test_production_cookies_are_bound_to_the_host(settings):
    from tests.accounts.production import production_settings

    stated = production_settings()

    for kind in ("SESSION", "CSRF"):
        assert stated[f"{kind}_COOKIE_NAME"].startswith("__Host-")
        assert stated[f"{kind}_COOKIE_SECURE"] is True
        assert stated[f"{kind}_COOKIE_DOMAIN"] is None and stated[f"{kind}_COOKIE_PATH"] == "/"
