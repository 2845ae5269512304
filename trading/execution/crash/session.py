"""One session of the trader under test: it works in a process of its own until it is quiet, or is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

from django.db import connection, connections

from cryptouniverse.kernel import crashpoints
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.ending import end_task
from cryptouniverse.kernel.events.services import without_kick
from cryptouniverse.realtime.db import run_in_tenant
from trading.connections.selectors import connection_by_pk
from trading.exchanges.services import no_budget, order_venue
from trading.exchanges.types import OrderVenue, StreamNews
from trading.execution.crash.plan import Kill
from trading.execution.crash.stage import Account, CrashStage
from trading.execution.crash.work import record_work, restless, waiting
from trading.execution.services.leases import LeaseLocks, raise_epoch
from trading.execution.trader.worker import Worker
from trading.execution.types import Desk

Protocol = Callable[[Worker], None]  # what a wrong protocol does to a worker before it starts; the right one: nothing
QUIET_WITHIN_S, PASSES_S, WRONG_QUIET_WITHIN_S = 60, 2, 6
PAUSE_MS, LAST_ANSWERS_MS = 50, 100
LISTENS_IN = 4  # every so many sessions have the user stream open


def die_at(kill: Kill) -> None:
    """From now on this process kills itself, with SIGKILL, when it reaches the point for the nth time."""
    left = kill.nth

    def reached(name: str) -> None:
        nonlocal left
        if name == kill.point:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    crashpoints.install(reached)


def play(
    stage: CrashStage, tenant: TenantCtx, account: Account, *, kill: Kill | None, wrong: Protocol | None = None
) -> None:
    """Record some work, if there is a kill, and let a worker do it; without one, until nothing is open any more."""
    _spare_the_database()
    with without_kick():
        asyncio.run(_session(stage, tenant, account, kill=kill, wrong=wrong))


def _spare_the_database() -> None:
    """It is not what is killed here: commits need not wait for the disk."""
    connections.settings["default"]["OPTIONS"]["options"] = "-c synchronous_commit=off"
    connection.settings_dict["OPTIONS"]["options"] = "-c synchronous_commit=off"


async def _session(
    stage: CrashStage,
    tenant: TenantCtx,
    account: Account,
    *,
    kill: Kill | None,
    wrong: Protocol | None,
) -> None:
    if kill:
        die_at(kill)
        await run_in_tenant(tenant, record_work, account.portfolio_pk, stage.instruments, stage.prices, kill.seed)
    connection_id = await run_in_tenant(tenant, lambda: connection_by_pk(account.connection_pk).public_id)
    locks = LeaseLocks()
    while not locks.try_lock(connection_id):  # the server notices the last one's death in its own time
        await asyncio.sleep(PAUSE_MS / 10_000)
    epoch = await run_in_tenant(tenant, lambda: raise_epoch(connection_pk=account.connection_pk, holder="crash test"))
    desk = Desk(
        account.connection_pk,
        connection_id,
        account.portfolio_pk,
        "binance",
        epoch,
        finds_by_client_id=account.semantics != "none",
    )
    venue: OrderVenue = order_venue(
        venue="binance",
        api_key=account.credentials.api_key,
        secret=account.credentials.secret,
        base_url=stage.url,
        budget=no_budget(),
        timeout_ms=2_000,
        keeps_client_ids=desk.finds_by_client_id,
    )
    if kill is None or kill.seed % LISTENS_IN:
        venue = _Deaf(venue)
    worker = Worker(tenant=tenant, desk=desk, venue=venue, windows=stage.windows)
    if wrong:
        wrong(worker)
    work = asyncio.create_task(worker.run())
    patience_s = PASSES_S if kill else WRONG_QUIET_WITHIN_S if wrong else QUIET_WITHIN_S
    quiet = asyncio.create_task(_quiet(tenant, account, restless if kill is None else waiting, patience_s=patience_s))
    await asyncio.wait({work, quiet}, return_when=asyncio.FIRST_COMPLETED)
    if work.done() and (error := work.exception()):
        raise error
    await end_task(work)
    await venue.close()
    locks.close()


async def _quiet(tenant: TenantCtx, account: Account, every: Callable[[int], int], *, patience_s: int) -> None:
    deadline = time.monotonic() + patience_s
    while await run_in_tenant(tenant, every, account.portfolio_pk) and time.monotonic() < deadline:
        await asyncio.sleep(PAUSE_MS / 1000)
    await asyncio.sleep(LAST_ANSWERS_MS / 1000)  # the last answers are being booked: a kill may fall there


class _Deaf:
    """A venue without its stream: what happens is learnt from answers and by asking."""

    def __init__(self, venue: OrderVenue) -> None:
        self._venue = venue

    def __getattr__(self, name: str) -> Any:
        return getattr(self._venue, name)

    async def news(self) -> AsyncIterator[StreamNews]:
        """Nothing, for ever."""
        await asyncio.Event().wait()
        yield  # type: ignore[misc]  # never reached: it makes this a generator


def unkilled(kill: Kill) -> Kill:
    """The same kill for another try, with other work."""
    return replace(kill, seed=kill.seed + 1, nth=1)
