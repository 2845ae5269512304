"""The courier as `./cu run` starts it: killed in mid work it loses nothing, and receivers that hang hold up nobody."""

import os
import signal
from contextlib import ExitStack, contextmanager
from threading import Event
from time import monotonic

import pytest
import redis
from django.conf import settings

from accounts.webhooks import services
from accounts.webhooks.models import Attempt, Delivery
from accounts.webhooks.tasks import sweep_deliveries
from accounts.webhooks.types import State
from cryptouniverse.celery import COURIER_QUEUES
from cryptouniverse.stack.supervisor import COURIER, QUIET
from tests.accounts.webhooks_stage import enveloped, given_endpoint, receiving, topped_up
from tests.accounts.webhooks_storm import Storm, pass_time
from tests.people import member
from tests.proofs.programs import program, until

pytestmark = [pytest.mark.soak, pytest.mark.timeout(240)]

EVENTS = 1_000 if os.environ.get("CU_SOAK") else 40
HANGING = 6  # of the courier's eight threads
SWEEP_S = 0.5


@contextmanager
def courier(*ports):
    arguments = (
        "-m",
        "celery",
        "-A",
        "cryptouniverse",
        "worker",
        *COURIER,
        "--queues",
        ",".join(COURIER_QUEUES),
        *QUIET,
    )
    allowed = ",".join(f"127.0.0.1:{port}" for port in ports)
    with program(*arguments, CU_EGRESS_ALLOWED=allowed) as started:
        yield started


@pytest.fixture
def empty_broker(fresh_tenant):
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        server.flushdb()
        yield fresh_tenant
        server.flushdb()


def offered(owner, number):
    services.offer([enveloped(topped_up(owner, amount=n + 1), sequence=n + 1) for n in range(number)])


def delivered(endpoint):
    return Delivery.objects.filter(endpoint=endpoint, state=State.DELIVERED).count()


def swept(last=[0.0]):  # noqa: B006  # it remembers when it last was
    """Beat's sweep, in this process, twice a second; the courier has what it offers."""
    if monotonic() - last[0] > SWEEP_S:
        last[0] = monotonic()
        sweep_deliveries.run()
    return True


def test_a_courier_that_is_killed_loses_nothing(empty_broker):
    wanda = member("wanda@storm.example")
    with receiving() as receiver:
        endpoint, secret = given_endpoint(wanda, receiver.url)
        storm = Storm(secret)
        receiver.answer = storm.answer
        offered(wanda, EVENTS)
        for part in (0.5, 1):
            with courier(receiver.port) as started:
                until(lambda goal=part * EVENTS: _goes_on(endpoint) >= goal, "the courier delivers")
                os.killpg(started.pid, signal.SIGKILL)

    events = {str(one) for one in Delivery.objects.values_list("event_id", flat=True)}
    assert {event for _id, event in storm.taken} == events and len(events) == EVENTS
    assert len(set(storm.taken)) == EVENTS and storm.unverified == []
    assert len(receiver.heard) <= Attempt.objects.count()


def _goes_on(endpoint):
    pass_time()
    Delivery.objects.filter(endpoint=endpoint, state=State.DEAD).update(
        state=State.PENDING, attempts=0, ended_at=None, next_attempt_at=endpoint.created_at
    )
    swept()
    return delivered(endpoint)


def test_receivers_that_hang_hold_up_nobody(empty_broker):
    over = Event()
    wanda, others = member("wanda@storm.example"), [member(f"slow{n}@storm.example") for n in range(HANGING)]

    def hang(_number, _message):
        over.wait(60)
        return 200

    with ExitStack() as running:
        slow = running.enter_context(receiving(hang))
        quick = running.enter_context(receiving())
        allowed = f"127.0.0.1:{slow.port},127.0.0.1:{quick.port}"
        settings.CU = settings.CU.model_copy(update={"cu_egress_allowed": allowed})
        hanging = [given_endpoint(one, slow.url)[0] for one in others]
        endpoint, _ = given_endpoint(wanda, quick.url)
        for one in others:
            offered(one, 20)
        running.enter_context(courier(slow.port, quick.port))
        until(lambda: swept() and len(slow.heard) >= HANGING, "all the slow ones hang")
        offered(wanda, 30)
        until(lambda: swept() and delivered(endpoint) == 30, "the quick one has all")
        assert sum(map(delivered, hanging)) == 0
        over.set()
