"""The outbox: what commits is delivered at least once and in order; what fails is tried again, then a dead letter."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events import dispatch, services
from cryptouniverse.kernel.events.models import Delivery, OutboxEvent
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.kernel.events.types import Event


@dataclass(frozen=True, slots=True)
class Rang(Event):
    type: ClassVar[str] = "tests.rang"
    bell: str
    times: int

    @property
    def stream(self) -> str:
        return f"bell:{self.bell}"


class Listener:
    """Handlers that write down what they heard, and fail as often as they are told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int, int]] = []
        self.failures = 0

    def listen(self, envelopes) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("deaf for a moment")
        self.heard += [(e.event.bell, e.event.times, e.sequence) for e in envelopes]


@pytest.fixture
def listener():
    before_wiring, before_kicks = dict(dispatch._wiring), list(services._kicks)
    listener = Listener()
    dispatch.wire({Rang.type: (listener.listen,)})
    services._kicks[:] = []
    yield listener
    dispatch.wire(before_wiring)
    services._kicks[:] = before_kicks


def test_events_arrive_in_order_with_gapless_numbers(acme, listener):
    publish_on_commit([Rang("north", 1), Rang("south", 1), Rang("north", 2)])
    publish_on_commit([Rang("north", 3)])

    assert dispatch.dispatch_waiting() == 4
    assert [h for h in listener.heard if h[0] == "north"] == [("north", 1, 1), ("north", 2, 2), ("north", 3, 3)]
    assert dispatch.dispatch_waiting() == 0


def test_a_rollback_unpublishes(acme, listener):
    with pytest.raises(RuntimeError), transaction.atomic():
        publish_on_commit([Rang("north", 1)])
        raise RuntimeError("changed my mind")

    assert dispatch.dispatch_waiting() == 0
    assert not OutboxEvent.objects.filter(type=Rang.type).exists()


def test_a_handler_that_fails_is_called_again_later(acme, listener):
    publish_on_commit([Rang("north", 1)])
    listener.failures = 1

    dispatch.dispatch_waiting()
    assert (listener.heard, dispatch.retry_failed()) == ([], 0)
    with clock.at(clock.now() + timedelta(seconds=5)):
        assert dispatch.retry_failed() == 1

    assert listener.heard == [("north", 1, 1)]
    assert not Delivery.objects.exists()


def test_one_bad_event_does_not_hold_up_the_others(acme, listener):
    publish_on_commit([Rang("north", 1), Rang("north", 2)])
    listener.failures = 2  # the batch, then the first alone

    dispatch.dispatch_waiting()

    assert listener.heard == [("north", 2, 2)]
    assert Delivery.objects.get().event.body == {"bell": "north", "times": 1}


def test_what_fails_for_good_is_a_dead_letter_that_can_be_replayed(acme, listener):
    publish_on_commit([Rang("north", 1)])
    listener.failures = dispatch.ATTEMPTS_MAX
    dispatch.dispatch_waiting()
    for hour in range(1, dispatch.ATTEMPTS_MAX):
        with clock.at(clock.now() + timedelta(hours=2 * hour)):
            dispatch.retry_failed()

    assert Delivery.objects.get().dead_at is not None
    assert (dispatch.replay_dead(), dispatch.retry_failed()) == (1, 1)
    assert listener.heard == [("north", 1, 1)]


def test_a_suspended_tenant_is_told_still_for_its_exits_go_on(acme_ctx, listener):
    from cryptouniverse.kernel.tenancy import in_tenant
    from tenants.provisioning.models import Tenant

    with in_tenant(acme_ctx):
        publish_on_commit([Rang("north", 1)])
    Tenant.objects.filter(public_id=acme_ctx.id).update(status=Tenant.Status.SUSPENDED)

    assert dispatch.dispatch_waiting() == 1
    assert [name for name, *_ in listener.heard] == ["north"]


def test_every_event_reads_back_what_it_wrote():
    assert Rang.read(Rang("north", 3).body()) == Rang("north", 3)


def test_an_event_of_the_version_before_is_still_read():
    @dataclass(frozen=True, slots=True)
    class Chimed(Event):
        bell: str
        loud: bool = True

    assert Chimed.read({"bell": "north", "gone": 1}) == Chimed("north", True)
    with pytest.raises(KeyError):
        Chimed.read({"loud": False})
