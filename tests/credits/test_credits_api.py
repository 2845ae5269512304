"""The API shows people their own credits, exactly, and takes top-ups of practice credits only."""

import pytest

from credits.metering.services import meter
from tests.credits.stage import given_ledger, profit
from tests.people import browser

TOP_UPS = "/api/v1/credits/top-ups"


def topped_up(user, key="k1", **body):
    headers = {"Idempotency-Key": key}
    return browser(user).post(TOP_UPS, body, content_type="application/json", headers=headers)


def test_people_see_bought_consumed_available_and_free(alice, bob):
    given_ledger("wallet:alice 100, wallet:bob 5, grants -105", "PRACTICE")
    meter([profit(alice, "120.5")])

    body = browser(alice).get("/api/v1/credits").json()

    series = [point["available"] for point in body.pop("series")]
    assert series == ["100", "0"]
    assert body == {"currency": "PRACTICE", "bought": "100", "consumed": "100", "available": "0",
                    "free_profit": "20.5", "mark": "120.5", "reached": True, "warned": 95}  # fmt: skip


def test_bought_credits_are_asked_for_by_name(alice):
    given_ledger("wallet:alice 7, purchases -7")

    body = browser(alice).get("/api/v1/credits", {"currency": "CREDIT"}).json()

    assert (body["currency"], body["available"]) == ("CREDIT", "7")


def test_an_unknown_currency_is_refused(alice):
    assert browser(alice).get("/api/v1/credits", {"currency": "DOGE"}).status_code == 422


def test_a_stranger_sees_nothing(acme):
    assert browser().get("/api/v1/credits").status_code == 401


def test_bought_credits_cannot_be_topped_up_for_free(alice):
    answer = topped_up(alice, amount="10", currency="CREDIT")

    assert (answer.status_code, answer.json()["code"]) == (422, "credits.not_for_sale")


def test_a_top_up_answers_what_was_booked(alice):
    answer = topped_up(alice, amount="10.5", currency="PRACTICE")

    assert answer.status_code == 201
    assert {**answer.json(), "id": ""} == {"id": "", "amount": "10.5", "currency": "PRACTICE"}


@pytest.mark.parametrize("amount", ["0", "-1", "1000000.000001", "0.0000001", "x"])
def test_an_amount_out_of_bounds_is_refused(alice, amount):
    assert topped_up(alice, amount=amount, currency="PRACTICE").status_code == 422
