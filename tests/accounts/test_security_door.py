"""Coming in for the first time, and again after forgetting. Nobody learns whose address is known."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.security.models import Letter, OneTimeCode
from accounts.security.services.door import set_sign_up
from accounts.users.models import User
from cryptouniverse.kernel import clock
from tenants.audit.selectors import audit_records
from tests.people import PASSWORD, browser, code_in, letters, member

SIGN_UP, SIGN_UP_CODE = "/accounts/signup/", "/accounts/signup/code/"
RESET, RESET_CODE = "/accounts/password/reset/", "/accounts/password/reset/code/"
NEW = {"email": "New@acme.example", "password": PASSWORD, "display_name": "Nora"}


@pytest.fixture
def open_door(acme):
    set_sign_up(is_open=True, actor=None)


def signed_in(client) -> bool:
    return client.get("/api/v1/portfolios").status_code == 200


def test_who_signs_up_is_in_once_the_code_from_the_letter_is_entered(open_door):
    client = browser()

    assert client.post(SIGN_UP, NEW)["Location"] == SIGN_UP_CODE
    assert not User.objects.exists() and not signed_in(client)
    client.post(SIGN_UP_CODE, {"code": code_in(letters()[-1])})

    assert signed_in(client)
    user = User.objects.get(email="new@acme.example")
    assert (user.display_name, user.role, user.check_password(PASSWORD)) == ("Nora", "trader", True)
    assert "user.signed_up" in {record.action for record in audit_records()}
    assert not OneTimeCode.objects.get().payload


def test_a_wrong_code_makes_nobody_and_five_tries_are_all(open_door):
    client = browser()
    client.post(SIGN_UP, NEW)
    right = code_in(letters()[-1])
    wrong = f"{(int(right) + 1) % 10**6:06d}"

    for _ in range(5):
        assert client.post(SIGN_UP_CODE, {"code": wrong}).status_code == 422
    client.post(SIGN_UP_CODE, {"code": right})

    assert not User.objects.exists()


def test_a_weak_password_is_refused_before_a_letter_is_written(open_door):
    assert browser().post(SIGN_UP, {**NEW, "password": "password"}).status_code == 422
    assert not Letter.objects.exists()


def test_sign_up_is_closed_until_somebody_opens_it(acme):
    assert browser().get(SIGN_UP).status_code == 404
    admin = browser(member("root@acme.example", role="admin"))

    sent = {"content_type": "application/json", "headers": {"If-Match": "*"}}
    assert admin.put("/api/v1/security/sign-up", '{"open": true}', **sent).json()["open"]

    assert browser().get(SIGN_UP).status_code == 200
    trader = browser(member("tom@acme.example"))
    assert trader.put("/api/v1/security/sign-up", '{"open": false}', **sent).status_code == 403


def work_of(queries) -> list[str]:
    """The statements of a request, without their values, and without what a process remembers for seconds."""
    shapes = [re.sub(r"'[^']*'| ?-?\d+|NULL", "?", query["sql"])[:60] for query in queries]
    return [one for one in shapes if not re.search("tenants_provisioning|tenants_regions|search_path", one)]


def asked(path: str, fields: dict) -> tuple:
    """What a stranger gets, what it cost, and which letters were written."""
    client = browser()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.post(path, fields)
    shown = client.get(answer["Location"]).content.decode()
    shape = work_of(queries)
    page = re.sub(r'value="[^"]*"|[a-z]+@acme.example', "", shown)
    return (answer.status_code, answer["Location"]), page, shape


@pytest.mark.parametrize(("path", "more"), [(SIGN_UP, NEW), (RESET, {})])
def test_answer_and_work_are_the_same_whoever_has_the_address(open_door, path, more):
    member("known@acme.example")

    known = asked(path, {**more, "email": "known@acme.example"})
    unknown = asked(path, {**more, "email": "other@acme.example"})

    assert known == unknown
    assert [letter.address for letter in Letter.objects.order_by("pk")] == ["known@acme.example", "other@acme.example"]


@pytest.mark.parametrize("password", ["wrong password here"])
def test_signing_in_does_the_same_work_whoever_has_the_address(acme, password, hashing):
    member("known@acme.example")
    browser().post("/accounts/login/", {"login": "first@acme.example", "password": password})  # what is remembered, is
    counts = []
    for email in ("known@acme.example", "other@acme.example"):
        client, before = browser(), len(hashing)
        with CaptureQueriesContext(connection) as queries:
            answer = client.post("/accounts/login/", {"login": email, "password": password})
        text = re.sub(r'value="[^"]*"|[a-z]+@acme.example', "", answer.content.decode())
        counts.append((answer.status_code, text, work_of(queries), len(hashing) - before))

    assert counts[0] == counts[1] and counts[0][3] == 1


@pytest.fixture
def hashing(settings):
    """Counts how often a password is hashed."""
    from tests.accounts import hashers

    settings.PASSWORD_HASHERS = ["tests.accounts.hashers.CountedHasher"]
    hashers.counted.clear()
    return hashers.counted


def test_a_known_address_is_told_that_there_is_an_account_and_no_code_fits(open_door):
    member("new@acme.example")
    client = browser()
    client.post(SIGN_UP, NEW)

    letter = letters()[-1]
    assert "You have an account" in letter.body and not re.search(r"\b\d{6}\b", letter.body)
    for code in ("000000", "123456"):
        assert client.post(SIGN_UP_CODE, {"code": code}).status_code == 422


def test_a_forgotten_password_is_replaced_and_every_session_ends(acme):
    alice = member("alice@acme.example")
    elsewhere, client = browser(alice), browser()
    client.post(RESET, {"email": "ALICE@acme.example"})
    code = code_in(letters()[-1])

    sent = {"code": code, "password": "a wholly new pass phrase"}
    assert client.post(RESET_CODE, sent)["Location"] == "/accounts/login/"

    assert not signed_in(elsewhere) and not signed_in(client)
    alice.refresh_from_db()
    assert alice.check_password("a wholly new pass phrase")
    assert "was changed" in letters()[-1].body
    client.post(RESET, {"email": alice.email})
    assert client.post(RESET_CODE, sent).status_code == 422  # the first code is used up, and for another row


def test_a_code_is_good_for_fifteen_minutes(acme):
    member("alice@acme.example")
    client = browser()
    client.post(RESET, {"email": "alice@acme.example"})
    code, row = code_in(letters()[-1]), OneTimeCode.objects.get()

    with clock.at(row.expires_at):
        assert client.post(RESET_CODE, {"code": code, "password": "a wholly new pass phrase"}).status_code == 422


def test_asking_again_and_again_sends_five_letters_an_hour_and_makes_no_more_codes(acme):
    member("alice@acme.example")
    for _ in range(8):
        browser().post(RESET, {"email": "alice@acme.example"})

    assert len(letters()) == 5
    assert OneTimeCode.objects.filter(decoy=False).count() == 5


def test_an_address_changes_when_the_code_that_went_there_is_entered(acme):
    alice = member("alice@acme.example")
    client = browser(alice)
    client.post("/security/email/", {"email": "Alice@new.example"})
    letter = letters()[-1]

    client.post("/security/email/code/", {"code": code_in(letter)})

    alice.refresh_from_db()
    assert (letter.to, alice.email) == (["alice@new.example"], "alice@new.example")
    assert letters()[-1].to == ["alice@acme.example"]


def test_somebody_elses_code_does_nothing(acme):
    alice, bob = browser(member("alice@acme.example")), browser(member("bob@acme.example"))
    alice.post("/security/email/", {"email": "new@acme.example"})
    code = code_in(letters()[-1])
    session = bob.session
    session["address_code"] = alice.session["address_code"]
    session.save()

    assert bob.post("/security/email/code/", {"code": code}).status_code == 422


def test_a_password_changed_on_the_page_ends_the_others_and_keeps_this_one(acme):
    alice = member("alice@acme.example")
    here, there = browser(alice), browser(alice)

    here.post("/security/password/", {"password": "a wholly new pass phrase"})

    assert signed_in(here) and not signed_in(there)
