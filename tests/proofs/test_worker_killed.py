"""Worker and beat for real: one worker is killed in the middle of its work, another finds every slot and the books."""

import os
import signal
from contextlib import ExitStack

import pytest
import redis
from django.conf import settings
from django.db import connection
from django_celery_beat.models import PeriodicTask

from aiengine.autopilot.claims import DECIDE, SETTLE
from aiengine.autopilot.models import CycleRun
from aiengine.autopilot.replay import proof
from cryptouniverse.kernel.tenancy import in_public
from cryptouniverse.schedule import install_schedule
from tests.people import member
from tests.proofs.programs import beat, until, worker
from tests.web.stage import given_desk, given_market
from trading.execution.models import Fill
from trading.marketdata.selectors import feed_state
from trading.marketdata.services import set_speed

pytestmark = [pytest.mark.prove, pytest.mark.timeout(240)]

CANDLES_A_SECOND = 20
HOUR_MS = 3_600_000


@pytest.fixture
def scheduled(cleared):
    """A tenant with bots, a fast market, and beat's schedule; the broker is empty, and emptied after."""
    first_ms = given_market(speed=CANDLES_A_SECOND).cursor_ms
    given_desk(member("demo@example.com"))
    with in_public():
        install_schedule()
    _empty_broker()
    yield first_ms
    _empty_broker()
    with in_public():
        PeriodicTask.objects.all().delete()


def test_a_worker_killed_in_mid_run_loses_no_slot_and_books_nothing_twice(scheduled):
    with ExitStack() as running:
        running.enter_context(beat())
        with worker() as first:
            until(lambda: Fill.objects.count() >= 3, "the worker books fills")
            until(_at_work, "a cycle is being worked")
            os.killpg(first.pid, signal.SIGKILL)
        seen = _last_settled()
        running.enter_context(worker())
        until(lambda: _last_settled() >= seen + 40 * HOUR_MS, "the next worker goes on")
        set_speed(speed=0)
        until(lambda: _last_decided() == feed_state().cursor_ms, "what is due is worked")

    for work in (SETTLE, DECIDE):
        slots = list(CycleRun.objects.filter(work=work).order_by("slot_ms").values_list("slot_ms", flat=True))
        assert slots == list(range(slots[0], slots[-1] + 1, HOUR_MS))
    assert {name: wrong for name, wrong in proof.contradictions().items() if wrong} == {}


def _at_work():
    """Whether somebody holds a cycle's lock now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7315004 AND granted")
        return cursor.fetchone()[0] > 0


def _last_settled():
    return _last(SETTLE)


def _last_decided():
    return _last(DECIDE)


def _last(work):
    return CycleRun.objects.filter(work=work).order_by("-slot_ms").values_list("slot_ms", flat=True).first()


def _empty_broker():
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        server.flushdb()
