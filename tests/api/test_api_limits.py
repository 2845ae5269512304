"""Limits at the door: who is counted as whom, what the answer says, and what holds without Redis."""

from unittest.mock import patch

import pytest
from django.urls import reverse
from redis import Redis

from accounts.apikeys.services import create_key
from tests.api.limits_stage import low_limits, redis_away
from tests.people import PASSWORD, browser, member

PING = "/api/v1/health/ping"
LOGIN = "/accounts/login/"
TOKEN = "/api/v1/auth/token"


def statuses(client, path=PING, times=6, **extra):
    return [client.get(path, **extra).status_code for _ in range(times)]


def sign_in(client, email, path=LOGIN, **extra):
    if path == LOGIN:
        return client.post(path, {"login": email, "password": "wrong password"}, **extra)
    return client.post(path, {"email": email, "password": "wrong password"}, content_type="application/json", **extra)


def test_nobody_is_counted_by_address(acme):
    with low_limits():
        assert statuses(browser()) == [200, 200, 200, 429, 429, 429]
        assert statuses(browser(), REMOTE_ADDR="198.51.100.7", times=1) == [200]


@pytest.mark.parametrize(("role", "most"), [("trader", 5), ("viewer", 5), ("admin", 8)])
def test_a_person_is_counted_wherever_they_come_from(acme, role, most):
    person = member("ann@acme.example", role=role)
    with low_limits():
        here, there = browser(person), browser(person)

        answers = statuses(here, times=3) + statuses(there, times=10, REMOTE_ADDR="198.51.100.7")

    assert answers == [200] * most + [429] * (13 - most)


def test_a_key_counts_for_itself_and_for_its_person(acme):
    ann = member("ann@acme.example", role="admin")
    keys = [create_key(owner=ann, actor=ann, name=n, scopes=["trading:read"])[1].reveal() for n in "ab"]
    with low_limits():
        by_key = [
            browser().get(PING, headers={"authorization": f"Bearer {key}"}).status_code
            for key in [keys[0]] * 6 + [keys[1]] * 4
        ]

    assert by_key == [200] * 5 + [429] + [200] * 3 + [429]


def test_a_key_that_is_none_counts_for_its_address(acme):
    with low_limits():
        answers = [browser().get(PING, headers={"authorization": f"Bearer cu_{n}"}).status_code for n in range(5)]

    assert answers == [401, 401, 401, 429, 429]


def test_the_answer_says_what_is_left_and_when(acme):
    with low_limits():
        first, _, third, refused = (browser().get(PING) for _ in range(4))

    assert [first[f"RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")] == ["3", "2", "900"]
    assert third["X-RateLimit-Remaining"] == refused["X-RateLimit-Remaining"] == "0"
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert refused["Retry-After"] == refused["RateLimit-Reset"] and 890 <= int(refused["Retry-After"]) <= 900
    assert refused.json()["code"] == "request.limited"


@pytest.mark.parametrize("path", [LOGIN, TOKEN])
def test_tries_to_sign_in_are_few_for_an_address(acme, path):
    with low_limits():
        answers = [sign_in(browser(), f"a{number}@acme.example", path).status_code for number in range(6)]

    assert answers[4:] == [429, 429] and 429 not in answers[:4]


@pytest.mark.parametrize("path", [LOGIN, TOKEN])
def test_tries_for_one_account_are_few_from_wherever_they_come(acme, path):
    member("ann@acme.example")
    with low_limits():
        answers = [
            sign_in(browser(), email, path, REMOTE_ADDR=f"198.51.100.{number}")
            for number, email in enumerate(["ann@acme.example", "ANN@acme.example ", "ann@acme.example"] * 2)
        ]

    assert [answer.status_code == 429 for answer in answers] == [False] * 4 + [True] * 2
    assert sign_in(browser(), "bob@acme.example", path, REMOTE_ADDR="198.51.100.99").status_code != 429


def test_the_sign_in_page_says_it_in_a_page(acme):
    with low_limits(sign_in=1):
        sign_in(browser(), "ann@acme.example")
        answer = sign_in(browser(), "ann@acme.example")

    assert answer.status_code == 429 and answer["Content-Type"].startswith("text/html")
    assert "Try again in" in answer.content.decode() and answer["Retry-After"]


def test_a_page_that_asks_for_a_part_of_itself_gets_a_note_that_stands_above_it(acme):
    with low_limits(sign_in=1):
        sign_in(browser(), "ann@acme.example")
        answer = browser().post(LOGIN, {"login": "ann@acme.example", "password": "x"}, headers={"HX-Request": "true"})

    text = answer.content.decode()
    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (429, "main", "afterbegin")
    assert "Try again in" in text
    assert "<html" not in text
    assert answer["Retry-After"]


def test_reading_pages_and_signing_out_are_never_refused(acme):
    client = browser(member("ann@acme.example"))
    with low_limits(sign_in=1, signed_in=1):
        assert statuses(client, path=LOGIN, times=5) == [302] * 5
        assert [client.post("/accounts/logout/").status_code for _ in range(4)] == [302] * 4


def test_tests_of_keys_have_a_limit_of_their_own_on_page_and_api(acme):
    ann = member("ann@acme.example")
    nothing = "01890000-0000-7000-8000-000000000000"
    client = browser(ann)
    with low_limits(signed_in=100):
        answers = [
            client.post(f"/api/v1/exchanges/connections/{nothing}/test").status_code,
            client.post(f"/connections/{nothing}/test/").status_code,
            client.post(f"/api/v1/exchanges/connections/{nothing}/test").status_code,
            client.post(f"/connections/{nothing}/test/").status_code,
        ]

    assert answers == [404, 404, 429, 429]


def test_an_address_with_many_refusals_is_held_short(acme):
    client = browser()
    with low_limits(anonymous=100, faults=10):
        statuses(client, path="/api/v1/audit/records", times=10)
        held = client.get(PING)

    assert held["RateLimit-Limit"] == "50"


def test_forged_headers_get_nobody_another_count(acme):
    with low_limits():
        answers = [
            browser().get(PING, headers={"x-forwarded-for": f"203.0.113.{number}"}).status_code for number in range(5)
        ]

    assert answers == [200, 200, 200, 429, 429]


@pytest.mark.parametrize("path", [LOGIN, TOKEN])
def test_without_redis_nobody_gets_in(acme, path):
    member("ann@acme.example")
    sent = {"login": "ann@acme.example", "email": "ann@acme.example", "password": PASSWORD}
    with redis_away():
        answer = (
            browser().post(path, sent, content_type="application/json") if path == TOKEN else browser().post(path, sent)
        )

    assert answer.status_code == 503 and answer["Retry-After"]
    assert "shortly" in answer.content.decode()


def test_without_redis_the_rest_goes_on_under_a_local_limit(acme):
    client = browser(member("ann@acme.example"))
    with low_limits(), redis_away():
        assert statuses(client, times=7) == [200] * 5 + [429] * 2
        assert client.get(LOGIN).status_code == 302


def test_a_call_asks_redis_once(acme):
    client = browser(member("ann@acme.example"))
    client.get(PING)

    with patch.object(Redis, "execute_command", autospec=True, side_effect=Redis.execute_command) as asked:
        client.get(PING)

    assert [call.args[1] for call in asked.call_args_list] == ["EVALSHA"]


def test_the_stop_switch_is_never_refused(acme):
    client = browser(member("ann@acme.example"))
    stop = reverse("api_stop", kwargs={"portfolio_id": "01890000-0000-7000-8000-000000000000"})
    with low_limits(signed_in=1):
        assert statuses(client, times=2) == [200, 429]
        assert client.post(stop, {"reason": "storm"}, content_type="application/json").status_code == 404  # it ran
