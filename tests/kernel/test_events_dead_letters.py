"""Dead letters are listed and put back by command; what was delivered long ago is forgotten, what is owed is kept."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django_celery_beat.models import PeriodicTask

from cryptouniverse.api.models import IdempotencyRecord
from cryptouniverse.api.tasks import forget_idempotency_keys
from cryptouniverse.celery import app
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events import dispatch
from cryptouniverse.kernel.events.models import Delivery, OutboxEvent
from cryptouniverse.kernel.events.pruning import forget_delivered
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.schedule import SCHEDULE, install_schedule
from tests.kernel.test_events import Rang


def given_event(bell, *, dispatched_days_ago=None, dead=False):
    """A published event; delivered some days ago, or given up by a handler."""
    publish_on_commit([Rang(bell, 1)])
    event = OutboxEvent.objects.get(body__bell=bell)
    if dispatched_days_ago is not None:
        event.dispatched_at = clock.now() - timedelta(days=dispatched_days_ago)
        event.save()
    if dead:
        now = clock.now()
        Delivery.objects.create(event=event, handler="tests.listen", attempts=8, next_attempt_at=now, dead_at=now)
    return event


def dead_letters(*arguments):
    out = StringIO()
    call_command("dead_letters", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_dead_letters_are_listed_with_what_one_needs_to_know(acme):
    event = given_event("north", dispatched_days_ago=0, dead=True)
    given_event("south", dispatched_days_ago=0)

    line, total = dead_letters()

    assert line.startswith(f"{event.public_id}  tests.rang  tests.listen  8  since 20")
    assert total == "1 dead letter."


def test_one_dead_letter_or_all_are_put_back(acme):
    first, *_ = [given_event(bell, dispatched_days_ago=0, dead=True) for bell in ("north", "south", "east")]

    assert dead_letters("--replay", str(first.public_id)) == ["1 put back: the next sweep delivers them."]
    assert dead_letters("--replay") == ["2 put back: the next sweep delivers them."]

    assert dead_letters() == ["0 dead letters."]
    assert dispatch.retry_failed() == 3


@pytest.mark.parametrize(
    ("wanted", "said"), [("north", "not an event's id"), ("01890000-0000-7000-8000-000000000000", "No dead letter")]
)
def test_what_is_not_there_cannot_be_put_back(acme, wanted, said):
    with pytest.raises(CommandError, match=said):
        dead_letters("--replay", wanted)


def test_only_what_was_delivered_a_week_ago_is_forgotten(acme):
    given_event("old", dispatched_days_ago=8)
    given_event("new", dispatched_days_ago=6)
    given_event("waiting")
    given_event("owed", dispatched_days_ago=30, dead=True)
    before = OutboxEvent.objects.count()

    assert (forget_delivered(), OutboxEvent.objects.count()) == (1, before - 1)
    assert not OutboxEvent.objects.filter(body__bell="old").exists()


def test_a_batch_forgets_the_oldest_first(acme):
    for bell in ("first", "second", "third"):
        given_event(bell, dispatched_days_ago=8)

    assert [forget_delivered(limit=2), forget_delivered(limit=2)] == [2, 1]


def test_a_tenants_old_idempotency_keys_are_forgotten(acme):
    for key, hours in (("old", 49), ("new", 47)):
        created_at = clock.now() - timedelta(hours=hours)
        kept = {"fingerprint": "f", "status": 200, "body": "{}", "created_at": created_at}
        IdempotencyRecord.objects.create(caller=uuid4(), key=key, **kept)

    forget_idempotency_keys(tenant_id=str(acme.id))

    assert list(IdempotencyRecord.objects.values_list("key", flat=True)) == ["new"]


def test_every_scheduled_task_is_one_that_workers_know(db):
    app.loader.import_default_modules()
    install_schedule()

    assert {task for task, _queue, _seconds in SCHEDULE.values()} <= set(app.tasks)
    assert set(PeriodicTask.objects.values_list("name", flat=True)) >= set(SCHEDULE)
