"""A top-up over the API happens once, whatever the network does to its request."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from credits.ledger.selectors import wallets_of
from cryptouniverse.api.idempotency import KEPT_FOR, _lock_or_refuse, forget_old_keys
from cryptouniverse.api.models import IdempotencyRecord
from cryptouniverse.kernel import clock
from tenants.audit.selectors import audit_records
from tests.api.client import ApiClient
from tests.people import browser, member

PATH = "credits/top-ups"
HUNDRED = {"amount": "100", "currency": "PRACTICE"}


def available(user) -> str:
    return format(wallets_of([user.pk], "PRACTICE")[user.pk].available.normalize(), "f")


def test_a_top_up_arrives_and_is_recorded(api, alice):
    answer = api.post(PATH, HUNDRED, Idempotency_Key="k1")

    assert answer.status_code == 201
    assert available(alice) == "100"
    record = audit_records().filter(action="credits.topped_up").get()
    assert (record.actor, record.correlation_id) == (alice.public_id, answer["Correlation-Id"])


def test_the_same_request_again_gets_the_same_answer_and_moves_nothing(api, alice):
    first = api.post(PATH, HUNDRED, Idempotency_Key="k1")
    again = api.post(PATH, '{"currency":"PRACTICE",   "amount":"100"}', Idempotency_Key="k1")

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first
    assert available(alice) == "100"


def test_the_same_key_with_another_body_is_refused(api, alice):
    api.post(PATH, HUNDRED, Idempotency_Key="k1")

    answer = api.post(PATH, {**HUNDRED, "amount": "200"}, Idempotency_Key="k1")

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency.key_reused")
    assert available(alice) == "100"


def test_without_a_key_nothing_happens(api, alice):
    answer = api.post(PATH, HUNDRED)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency.key_missing")
    assert available(alice) == "0"


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel", "a\tb"])
def test_a_key_that_cannot_be_used_is_refused(api, key):
    answer = api.post(PATH, HUNDRED, Idempotency_Key=key)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency.key_malformed")


def test_a_key_of_255_characters_is_fine(api):
    assert api.post(PATH, HUNDRED, Idempotency_Key="x" * 255).status_code == 201


def test_a_refused_body_does_not_use_up_the_key(api, alice):
    assert api.post(PATH, {**HUNDRED, "amount": "-1"}, Idempotency_Key="k1").status_code == 422

    assert api.post(PATH, HUNDRED, Idempotency_Key="k1").status_code == 201
    assert available(alice) == "100"


def test_two_people_may_use_the_same_key(api, alice):
    bob = member("bob@acme.example")

    api.post(PATH, HUNDRED, Idempotency_Key="k1")
    ApiClient.signed_in(bob, host="acme.localhost").post(PATH, HUNDRED, Idempotency_Key="k1")

    assert (available(alice), available(bob)) == ("100", "100")


@pytest.mark.parametrize(
    "body",
    [
        '{"amount": NaN, "currency": "PRACTICE"}',
        '{"amount": "0.0000001", "currency": "PRACTICE"}',
        '{"amount": "1", "amount": "1000", "currency": "PRACTICE"}',
        '{"amount": "1"',
        "[]",
        "",
    ],
)
def test_an_amount_that_is_not_exact_is_refused(api, alice, body):
    assert api.post(PATH, body, Idempotency_Key="k1").status_code in (400, 422)
    assert available(alice) == "0"


def test_a_viewer_may_not_top_up(acme):
    viewer = member("vera@acme.example", role="viewer")

    answer = ApiClient.signed_in(viewer, host="acme.localhost").post(PATH, HUNDRED, Idempotency_Key="k1")

    assert (answer.status_code, available(viewer)) == (403, "0")


def test_another_site_cannot_top_up_with_our_session(alice):
    client = browser(alice, csrf=True)

    answer = client.post(f"/api/v1/{PATH}", HUNDRED, content_type="application/json", headers={"Idempotency-Key": "k"})

    assert (answer.status_code, answer.json()["code"]) == (403, "access.csrf")


def test_a_body_that_is_no_json_is_refused(api):
    answer = api.client.post(f"/api/v1/{PATH}", {"amount": "1"}, headers={"Idempotency-Key": "k"})

    assert (answer.status_code, answer.json()["code"]) == (415, "request.unsupported_media")


def test_while_the_first_runs_a_twin_is_told_so(used_tenant):
    user, host = member("alice@fresh.example"), f"{used_tenant.slug}.localhost"
    client = ApiClient.signed_in(user, host=host)

    with ThreadPoolExecutor(1) as elsewhere, transaction.atomic():
        _lock_or_refuse(f"{used_tenant.id}|{user.public_id}|k1")
        answer = elsewhere.submit(_post_and_close, client).result()

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency.in_progress")
    assert client.post(PATH, HUNDRED, Idempotency_Key="k1").status_code == 201


def test_of_many_twins_at_once_exactly_one_runs(used_tenant):
    user, host = member("bob@fresh.example"), f"{used_tenant.slug}.localhost"
    clients, start = [ApiClient.signed_in(user, host=host) for _ in range(8)], Barrier(8)
    kept = IdempotencyRecord.objects.count()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda client: _post_and_close(client, start), clients))

    statuses = [answer.status_code for answer in answers]
    fresh = [answer for answer in answers if answer.status_code == 201 and "Idempotent-Replayed" not in answer]
    assert len(fresh) == 1 and set(statuses) <= {201, 409}
    assert available(user) == "100"
    assert IdempotencyRecord.objects.count() == kept + 1


def test_keys_are_forgotten_after_two_days_and_not_before(api, acme):
    with clock.at(clock.now() - KEPT_FOR + timedelta(hours=1)):
        api.post(PATH, HUNDRED, Idempotency_Key="recent")
    with clock.at(clock.now() - KEPT_FOR - timedelta(hours=1)):
        api.post(PATH, HUNDRED, Idempotency_Key="old")

    assert timedelta(hours=24) <= KEPT_FOR
    assert forget_old_keys(now=clock.now()) == 1
    assert IdempotencyRecord.objects.get().key == "recent"


def _post_and_close(client: ApiClient, start: Barrier | None = None):
    try:
        if start:
            start.wait(timeout=20)
        return client.post(PATH, HUNDRED, Idempotency_Key="k1")
    finally:
        connection.close()
