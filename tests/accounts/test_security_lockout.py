"""Lockout that slow guessing does not dodge."""

import re
from datetime import timedelta

import pytest

from accounts.security.models import GuessCount, Letter
from accounts.security.services import lockout
from accounts.security.types import Guess
from cryptouniverse.kernel import clock
from tests.people import PASSWORD, browser, letters, member

LOGIN, WRONG = "/accounts/login/", "wrong password here"
ALICE = {"kind": Guess.PASSWORD, "account": "alice@acme.example"}


@pytest.fixture
def alice(acme):
    return member("alice@acme.example")


def tries(client, email: str, count: int, password: str = WRONG) -> str:
    """The answer to the last of `count` tries, without what differs by address."""
    for _ in range(count):
        answer = client.post(LOGIN, {"login": email, "password": password})
    return re.sub(r'value="[^"]*"', "", answer.content.decode())


def test_after_five_wrong_passwords_even_the_right_one_waits(alice):
    client = browser()
    tries(client, alice.email, 5)

    assert "Too many wrong tries" in tries(client, alice.email, 1, PASSWORD)
    assert client.get("/api/v1/portfolios").status_code == 401

    with clock.at(clock.now() + timedelta(seconds=11)):
        tries(client, alice.email, 1, PASSWORD)
        assert client.get("/api/v1/portfolios").status_code == 200


def test_an_account_that_nobody_has_is_locked_the_same(alice):
    known, unknown = tries(browser(), alice.email, 6), tries(browser(), "nobody@acme.example", 6)

    assert known == unknown and "Too many wrong tries" in known
    assert [letter.kind for letter in Letter.objects.all()] == ["guesses", "guesses"]
    assert [letter.to for letter in letters()] == [[alice.email]]


def test_a_month_of_patience_from_ever_new_addresses_buys_few_guesses(acme):
    start, let_in = clock.now(), 0
    for hour in range(0, 30 * 24, 2):  # every two hours, each time from somewhere else
        with clock.at(start + timedelta(hours=hour)):
            where = f"10.0.{hour >> 8}.{hour & 255}"
            let_in += not lockout.begin_guess(**ALICE, address=where)

    assert let_in < 60


def test_an_owner_who_signs_in_daily_does_not_reset_a_strangers_count(alice):
    start = clock.now()
    for day in range(4):
        with clock.at(start + timedelta(days=day)):
            for _ in range(3):
                lockout.begin_guess(**ALICE, address="203.0.113.9")
            with clock.at(clock.now() + timedelta(hours=12)):
                assert not lockout.begin_guess(**ALICE, address="127.0.0.1")
                lockout.guessed_right(**ALICE, address="127.0.0.1")

    # three, then two until five are counted, then one a day: the rest was not let try
    assert list(GuessCount.objects.order_by("day").values_list("count", flat=True)) == [3, 2, 1, 1]
    assert set(GuessCount.objects.values_list("network", flat=True)) == {"203.0.113.9"}


def test_the_letters_link_lets_try_again_at_once_and_once(alice):
    client = browser()
    tries(client, alice.email, 5)
    link = re.search(r"http://acme.localhost:8000(/accounts/unlock/\S+)", letters()[-1].body)[1]

    assert client.get(link).status_code == 200
    assert "Too many" in tries(client, alice.email, 1)  # looking at it does nothing
    client.post(link)
    tries(client, alice.email, 1, PASSWORD)
    assert client.get("/api/v1/portfolios").status_code == 200

    tries(browser(), alice.email, 5)
    client.post(link)
    assert "Too many" in tries(browser(), alice.email, 1)


def test_the_owner_is_told_again_only_when_the_count_has_doubled(alice):
    start = clock.now()
    for number in range(20):
        with clock.at(start + timedelta(days=number)):
            assert not lockout.begin_guess(**ALICE, address="203.0.113.9")

    assert [letter.facts["count"] for letter in Letter.objects.order_by("pk")] == [5, 10, 20]


def test_one_network_address_that_tries_many_accounts_waits_too(acme):
    for number in range(50):
        where = {"kind": Guess.PASSWORD, "account": f"u{number}@acme.example"}
        assert not lockout.begin_guess(**where, address="2001:db8::1")

    assert lockout.begin_guess(**ALICE, address="2001:db8::ffff:1")
    assert not lockout.begin_guess(**ALICE, address="2001:db8:1::1")


@pytest.mark.parametrize(("count", "seconds"), [(4, 0), (5, 10), (6, 20), (10, 320), (19, 86_400), (500, 86_400)])
def test_the_delay_doubles_up_to_a_day(count, seconds):
    assert lockout.delay_s(count, 5, 86_400) == seconds
