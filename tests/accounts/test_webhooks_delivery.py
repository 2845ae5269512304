"""From a fact to a receiver: whose it is, once for each endpoint, signed, tried again, given up, sent again."""

import json
from datetime import timedelta
from itertools import pairwise

import jsonschema
import pytest
from django.core import mail
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from accounts.webhooks import services
from accounts.webhooks.errors import EndpointOff, TooManyTests
from accounts.webhooks.models import Attempt, Delivery
from accounts.webhooks.selectors import due_endpoints, untold_endpoints
from accounts.webhooks.types import ATTEMPTS_MAX, PAUSES, OffCause, State
from aiengine.autopilot.events import CycleFinished
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events.describing import schema_of
from cryptouniverse.kernel.events.models import OutboxEvent
from tenants.audit.models import AuditRecord
from tests.accounts.webhooks_stage import (
    deliver_all,
    enveloped,
    given_deliveries,
    given_endpoint,
    made,
    receiving,
    topped_up,
)
from tests.people import member


@pytest.fixture
def alice(acme):
    return member("alice@acme.example")


@pytest.fixture
def admin(acme):
    return member("admin@acme.example", role="admin")


def deliver(endpoint):
    return services.deliver_due(endpoint_id=endpoint.public_id)


def types_for(endpoint):
    return list(Delivery.objects.filter(endpoint=endpoint).order_by("pk").values_list("type", flat=True))


def test_an_event_is_delivered_signed_and_as_its_schema_says(alice):
    with receiving() as receiver:
        endpoint, secret = given_endpoint(alice, receiver.url)
        [envelope] = given_deliveries(alice)
        assert due_endpoints() == [endpoint.public_id]
        deliver(endpoint)

    [message], delivery = receiver.heard, Delivery.objects.get()
    body = message.verified_by(secret)
    assert (message.id, delivery.state) == (delivery.message_id, State.DELIVERED)
    assert (body["id"], body["stream"], body["sequence"]) == (str(envelope.id), envelope.stream, 1)
    assert body["type"] == "credits.topped_up" and body["version"] == 1
    jsonschema.validate(body["data"], schema_of(type(envelope.event)))
    assert [(one.status, one.reason) for one in delivery.tries.all()] == [(204, "")]
    assert due_endpoints() == []


def test_the_same_event_again_is_not_a_second_delivery(alice):
    given_endpoint(alice)
    envelopes = given_deliveries(alice, 3)
    services.offer(envelopes)
    assert Delivery.objects.count() == 3


def test_each_person_gets_their_own_events_and_no_others(alice, admin):
    mine, _ = given_endpoint(alice)
    theirs, _ = given_endpoint(admin)
    everybodys, _ = given_endpoint(admin, whole_tenant=True)

    services.offer([enveloped(topped_up(alice)), enveloped(made(CycleFinished))])

    assert types_for(mine) == ["credits.topped_up"]
    assert types_for(theirs) == []
    assert types_for(everybodys) == ["credits.topped_up", "autopilot.cycle_finished"]


@pytest.mark.parametrize("change", [{"role": "trader"}, {"is_active": False}])
def test_who_is_no_administrator_any_more_gets_nothing_of_others(admin, alice, change):
    endpoint, _ = given_endpoint(admin, whole_tenant=True)
    type(admin).objects.filter(pk=admin.pk).update(**change)

    services.offer([enveloped(topped_up(alice)), enveloped(made(CycleFinished))])
    assert types_for(endpoint) == []


@pytest.mark.parametrize(("pattern", "takes"), [("*", 1), ("credits.*", 1), ("credits.topped_up", 1), ("risk.*", 0)])
def test_an_endpoint_gets_what_it_asked_for(alice, pattern, takes):
    given_endpoint(alice, patterns=[pattern])
    given_deliveries(alice)
    assert Delivery.objects.count() == takes


def test_a_failure_is_tried_again_with_growing_pauses_then_given_up(alice):
    with receiving(lambda *_: 500) as receiver:
        endpoint, secret = given_endpoint(alice, receiver.url)
        given_deliveries(alice)
        deliver_all(endpoint)

        delivery = Delivery.objects.get()
        times = list(delivery.tries.values_list("at", flat=True))
        pauses = [later - earlier for earlier, later in pairwise(times)]
        assert delivery.state == State.DEAD and len(times) == ATTEMPTS_MAX
        assert all(pause >= wanted for pause, wanted in zip(pauses, PAUSES, strict=True))
        assert timedelta(days=3) < times[-1] - times[0] < timedelta(days=3.5)
        assert {message.id for message in receiver.heard} == {delivery.message_id}
        assert len({message.body for message in receiver.heard}) == 1

        receiver.answer = lambda *_: 200
        services.replay(delivery=delivery, actor=alice)
        deliver(endpoint)
        delivery.refresh_from_db()
        assert delivery.state == State.DELIVERED and receiver.heard[-1].id == delivery.message_id
        assert receiver.heard[-1].verified_by(secret)


@pytest.mark.parametrize(
    ("answer", "status", "reason"), [(404, 404, "status"), (302, 302, "redirect"), (None, None, "protocol")]
)
def test_what_went_wrong_is_kept_in_a_word(alice, answer, status, reason):
    with receiving(lambda *_: answer) as receiver:
        endpoint, _ = given_endpoint(alice, receiver.url)
        given_deliveries(alice)
        assert deliver(endpoint) is False

    assert [(one.status, one.reason) for one in Attempt.objects.all()] == [(status, reason)]
    assert len(receiver.heard) == 1


def test_an_address_inside_is_never_reached(alice):
    with receiving() as receiver:
        endpoint, _ = given_endpoint(alice, receiver.url)
        given_deliveries(alice)
    deliver(endpoint)  # the settings do not name it any more

    assert Attempt.objects.get().reason == "bad_address"
    assert receiver.heard == []


def test_one_that_fails_rests_and_then_gets_all_in_order(alice):
    with receiving(lambda number, _: 503 if number == 0 else 200) as receiver:
        endpoint, _ = given_endpoint(alice, receiver.url)
        given_deliveries(alice, 4)
        deliver(endpoint)
        assert len(receiver.heard) == 1
        assert deliver(endpoint) is False and len(receiver.heard) == 1

        deliver_all(endpoint)
    assert [json.loads(message.body)["sequence"] for message in receiver.heard] == [1, 1, 2, 3, 4]
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since, endpoint.rest_until) == (0, None, None)


@pytest.mark.parametrize(("asked", "rests"), [("3600", 3_600), ("1", 5), ("999999999", 86_400), ("soon", 5), ("-9", 5)])
def test_one_that_asks_to_be_left_alone_is_for_a_day_at_most(alice, asked, rests):
    now = clock.now()
    with clock.at(now), receiving(lambda *_: 429) as receiver:
        receiver.retry_after = asked
        endpoint, _ = given_endpoint(alice, receiver.url)
        given_deliveries(alice)
        deliver(endpoint)

    endpoint.refresh_from_db()
    assert endpoint.rest_until == now + timedelta(seconds=rests)


def test_days_of_failure_switch_it_off_and_its_owner_is_told_once(alice):
    with receiving(lambda *_: 500) as receiver:
        endpoint, _ = given_endpoint(alice, receiver.url, description="My server")
        given_deliveries(alice)
        deliver_all(endpoint)
        later = clock.now() + timedelta(days=5, hours=1)
        with clock.at(later):
            given_deliveries(alice, 3)
            deliver(endpoint)

    endpoint.refresh_from_db()
    assert (endpoint.off_cause, endpoint.off_since) == (OffCause.FAILING, later)
    assert not Delivery.objects.filter(state=State.PENDING).exists()
    assert OutboxEvent.objects.get(type="webhooks.switched_off").body["owner_id"] == str(alice.public_id)
    assert AuditRecord.objects.filter(action="webhook.switched_off", actor=None).count() == 1

    assert untold_endpoints() == [endpoint.public_id]
    assert services.tell_owner(endpoint_id=endpoint.public_id)
    assert not services.tell_owner(endpoint_id=endpoint.public_id)
    [letter] = mail.outbox
    assert letter.to == [alice.email] and "My server" in letter.body


def test_what_happened_since_a_time_is_sent_again_on_request(alice):
    with receiving(lambda *_: 410) as receiver:
        endpoint, _ = given_endpoint(alice, receiver.url)
        with clock.at(clock.now() - timedelta(days=2)):
            given_deliveries(alice, 2)
        given_deliveries(alice, 3)
        deliver(endpoint)
        endpoint.refresh_from_db()
        assert endpoint.off_cause == OffCause.GONE
        since = clock.now() - timedelta(days=1)
        with pytest.raises(EndpointOff):
            services.replay_failed(endpoint=endpoint, since=since, actor=alice)

        receiver.answer = lambda *_: 200
        services.switch_on(endpoint=endpoint, actor=alice)
        assert services.replay_failed(endpoint=endpoint, since=since, actor=alice) == 3
        deliver_all(endpoint)
    assert Delivery.objects.filter(state=State.DELIVERED).count() == 3


def test_one_that_is_off_gets_nothing_and_keeps_what_waits(alice):
    with receiving() as receiver:
        endpoint, _ = given_endpoint(alice, receiver.url)
        given_deliveries(alice)
        services.switch_off(endpoint=endpoint, actor=alice)
        given_deliveries(alice)
        assert not deliver(endpoint) and receiver.heard == []
        services.switch_on(endpoint=endpoint, actor=alice)
        deliver(endpoint)
    assert len(receiver.heard) == 1


def test_both_secrets_sign_while_one_is_rotated_out(alice):
    with receiving() as receiver:
        endpoint, old = given_endpoint(alice, receiver.url)
        new = services.rotate_secret(endpoint=endpoint, actor=alice, overlap_h=1)
        given_deliveries(alice)
        deliver(endpoint)
        for secret in (old, new):
            assert receiver.heard[0].verified_by(secret)

        with clock.at(clock.now() + timedelta(hours=1, seconds=1)):
            given_deliveries(alice)
            deliver(endpoint)
    assert receiver.heard[1].headers["webhook-signature"].count("v1,") == 1
    with pytest.raises(WebhookVerificationError):
        Webhook(old.reveal()).verify(receiver.heard[1].body, receiver.heard[1].headers)


def test_a_third_secret_ends_the_first_at_once(alice):
    endpoint, _first = given_endpoint(alice)
    services.rotate_secret(endpoint=endpoint, actor=alice)
    services.rotate_secret(endpoint=endpoint, actor=alice)
    assert list(endpoint.secrets.order_by("version").values_list("version", flat=True)) == [2, 3]
    services.rotate_secret(endpoint=endpoint, actor=alice, overlap_h=0)
    assert list(endpoint.secrets.values_list("version", flat=True)) == [4]


def test_a_test_is_sent_at_once_before_what_waits_and_once(alice):
    with receiving(lambda *_: 500) as receiver:
        endpoint, secret = given_endpoint(alice, receiver.url)
        given_deliveries(alice, 2)
        deliver(endpoint)
        test = services.send_test(endpoint=endpoint, actor=alice)
        deliver(endpoint)

    assert receiver.heard[-1].id == test.message_id and receiver.heard[-1].verified_by(secret)
    test.refresh_from_db()
    assert (test.state, test.attempts) == (State.DEAD, 1)


def test_tests_are_limited(alice):
    endpoint, _ = given_endpoint(alice)
    for _ in range(6):
        services.send_test(endpoint=endpoint, actor=alice)
    with pytest.raises(TooManyTests):
        services.send_test(endpoint=endpoint, actor=alice)


def test_what_ended_a_month_ago_is_forgotten(alice):
    with receiving() as receiver:
        endpoint, _ = given_endpoint(alice, receiver.url)
        with clock.at(clock.now() - timedelta(days=31)):
            given_deliveries(alice)
            deliver(endpoint)
        given_deliveries(alice)
        deliver(endpoint)
    assert services.forget_old_deliveries() == 1
    assert Delivery.objects.count() == Attempt.objects.count() == 1
