"""One dispatcher at a time, and none that comes too early for the newest event: the next waits for the one before."""

from threading import Event as Signal
from threading import Thread

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from cryptouniverse.kernel.events import dispatch
from cryptouniverse.kernel.events.models import OutboxEvent
from cryptouniverse.kernel.events.services import publish_on_commit, without_kick
from tests.web.stage import forget_market
from trading.risk.events import TradingStopped


class Handler:
    """Writes down what it was given, and how long it may wait for a lock."""

    def __init__(self) -> None:
        self.heard, self.limits = [], []

    def hear(self, envelopes) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            self.limits += cursor.fetchone()
        self.heard += [envelope.event.type for envelope in envelopes]


@pytest.fixture
def handler(fresh_tenant):
    """The handler of a committed event that nobody has delivered."""
    before, handler = dict(dispatch._wiring), Handler()
    dispatch.wire({TradingStopped.type: (handler.hear,)})
    with without_kick(), transaction.atomic():
        publish_on_commit([TradingStopped(portfolio_id=fresh_tenant.id, owner_id=fresh_tenant.id)])
    yield handler
    dispatch.wire(before)
    forget_market()


@pytest.fixture
def another():
    """A connection of somebody who is dispatching now."""
    role = settings.CU.database()
    where = {"host": role["HOST"], "port": role["PORT"], "dbname": connection.settings_dict["NAME"]}
    with psycopg.connect(user=role["USER"], password=role["PASSWORD"], **where) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [dispatch._LOCK])
        yield other
        other.rollback()


def test_who_finds_another_at_work_delivers_after_it(handler, another):
    Thread(target=_end_once_somebody_waits, args=[another]).start()

    assert dispatch.dispatch_waiting() == 1
    assert handler.heard == [TradingStopped.type]
    assert handler.limits == ["0"]  # the wait for a turn does not shorten those of handlers


def test_who_waits_too_long_leaves_it_to_the_sweep(handler, another):
    assert dispatch.dispatch_waiting() == 0
    assert (handler.heard, OutboxEvent.objects.filter(dispatched_at=None).count()) == ([], 1)

    another.rollback()
    assert dispatch.dispatch_waiting() == 1


def _end_once_somebody_waits(other: psycopg.Connection) -> None:
    waiting, pause = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted", Signal()
    for _attempt in range(500):
        if other.execute(waiting).fetchone()[0]:
            break
        pause.wait(0.002)
    other.rollback()
