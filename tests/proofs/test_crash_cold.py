"""`manage.py trade` is killed and started cold, again and again; the sandbox's journal says what became of orders."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from decimal import Decimal
from threading import Event

import pytest
from django.conf import settings

from cryptouniverse.kernel.bulk import query
from tests.proofs.programs import program, until
from trading.connections.selectors import connection_by_pk
from trading.connections.services import delete, opening
from trading.execution.crash.checker import check
from trading.execution.crash.stage import CrashStage, exchange, free_port, set_stage
from trading.execution.crash.work import record_work, restless
from trading.execution.models import Lease

KILLS = 100 if settings.CU.cu_soak else 20
FACTOR = Decimal(1) if settings.CU.cu_soak else Decimal("0.2")
TAKEN = 0.6  # of the kills come after the venue has taken an order, and before much of it is booked
AT_ONCE = 3  # one works, one is ready to take over, one starts
PAIRS = 2  # that are traded: every pair is asked about at each start, and all of them share the venue's budget
_UNSENT = "SELECT count(*) FROM trading_execution_intent WHERE portfolio_id = %s AND state = 'recorded'"
pytestmark = [pytest.mark.soak, pytest.mark.timeout(0)]


def test_no_cold_kill_of_the_trader_doubles_or_loses_an_order(fresh_tenant):
    dice = random.Random(3)  # noqa: S311  # kills that can be repeated
    with opening(), exchange(free_port(), seed=3) as (control, url, journal):
        stage = set_stage(control, url, journal, factor=FACTOR, seed=3)
        stage = replace(stage, instruments=stage.instruments[:PAIRS])
        account = _only(stage, "unique-open")
        with _traders() as killed:
            for _ in range(KILLS):
                _work(stage, account.portfolio_pk, dice)
                killed(account.connection_pk)
            until(lambda: not restless(account.portfolio_pk), "everything has ended")
        found = check(journal, [account])

    assert found.sound, found
    assert found.orders >= KILLS / 2
    assert Lease.objects.get(connection_id=account.connection_pk).epoch > KILLS


def _only(stage: CrashStage, semantics: str):
    """The account of that semantics; the others are not served."""
    for name, account in stage.accounts.items():
        if name != semantics:
            connection = connection_by_pk(account.connection_pk)
            delete(connection=connection, actor=connection.owner)
    return stage.accounts[semantics]


def _accepted(stage: CrashStage) -> int:
    """How many orders the venue has accepted, by its journal."""
    return stage.journal.read_text().count('"order_accepted"')


def _work(stage: CrashStage, portfolio_pk: int, dice: random.Random) -> None:
    """Record some, and wait for a moment in the middle of it: early, or when the venue has taken something."""
    taken = _accepted(stage)
    recorded = record_work(portfolio_pk, stage.instruments, stage.prices, dice.getrandbits(32))
    until(lambda: query(_UNSENT, [portfolio_pk])[0][0] < recorded, "the first of it is being sent")
    if dice.random() < TAKEN:
        until(lambda: _accepted(stage) > taken or not restless(portfolio_pk), "an order is taken")
    Event().wait(dice.uniform(0, 0.3))


@contextmanager
def _traders() -> Iterator:
    """Several at once, and what kills the one that serves a connection and starts another in its place."""
    with ExitStack() as stack:

        def start():
            started = stack.enter_context(program("manage.py", "trade", CU_ORDER_WINDOWS_FACTOR=str(FACTOR)))
            running[started.pid] = started

        def kill(connection_pk: int) -> None:
            pid = int(Lease.objects.get(connection_id=connection_pk).holder.rpartition(":")[2])
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            assert running.pop(pid).wait(10) == -signal.SIGKILL
            start()

        running = {}
        for _ in range(AT_ONCE):
            start()
        yield kill
        assert [each.poll() for each in running.values()] == [None] * AT_ONCE
