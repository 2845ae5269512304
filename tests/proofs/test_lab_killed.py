"""Lab workers that are killed in the middle of a search: it ends as one that was left alone, to the last digit."""

import os
import signal
from datetime import timedelta

import pytest
import redis
from django.conf import settings

from cryptouniverse.celery import LAB_QUEUES
from cryptouniverse.kernel import clock
from strategies.lab.models import Optimisation
from strategies.lab.search.chunks import CHUNK
from strategies.lab.selectors import searched
from strategies.lab.services import SILENT_AFTER, offer_silent, start_optimisation
from strategies.lab.types import Method
from tests.people import member
from tests.proofs.programs import program, until
from tests.strategies.markets import given_stored, walk
from tests.strategies.test_lab_services import HOURS, asked

TRIALS = 5 * CHUNK
pytestmark = [pytest.mark.prove, pytest.mark.timeout(120)]


@pytest.fixture
def empty_broker(fresh_tenant):
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        server.flushdb()
        yield fresh_tenant
        server.flushdb()


def lab():
    lines = ("--concurrency", "2", "--queues", ",".join(LAB_QUEUES), "--without-mingle", "--without-gossip")
    return program("-m", "celery", "-A", "cryptouniverse", "worker", *lines)


def at_work(row):
    return row.records.count() >= CHUNK and row.chunks.filter(tries=1, done_at=None).exists()


def stopped_at_work(workers, row):
    """Whether the workers stand still in the midst of a chunk that is not the first; else they go on."""
    if at_work(row):
        os.killpg(workers.pid, signal.SIGSTOP)
        if at_work(row):
            return True
        os.killpg(workers.pid, signal.SIGCONT)
    return False


def silence_passes():
    with clock.at(clock.now() + SILENT_AFTER + timedelta(seconds=1)):
        offer_silent()


def test_a_search_whose_workers_are_killed_ends_as_one_that_was_left_alone(empty_broker):
    given_stored(walk(HOURS))
    wanted = asked(method=Method.TPE, trials=TRIALS, ranges={"fast": {}, "slow": {}})
    alone = searched(wanted)  # and what numba compiles is there for the workers
    row = start_optimisation(actor=member("wanda@lab.example"), asked=wanted)

    with lab() as workers:
        silence_passes()
        until(lambda: stopped_at_work(workers, row), "a chunk is done and another one is worked")
        os.killpg(workers.pid, signal.SIGKILL)
    assert CHUNK <= row.records.count() < TRIALS
    with lab():
        silence_passes()
        until(lambda: Optimisation.objects.get(pk=row.pk).ended_at is not None, "the search ends")
    row.refresh_from_db()

    assert row.state == "done", row.error
    assert row.report == alone.report
    assert sorted(row.records.values_list("number", flat=True)) == list(range(TRIALS))
