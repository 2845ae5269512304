"""The trader's house: finds the connections of all tenants, takes their leases, and keeps a worker for each."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from uuid import UUID

import psycopg
import structlog
from django.db import InterfaceError, OperationalError
from psycopg import sql

from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.ending import end_task
from cryptouniverse.realtime.db import run_in_public, run_in_tenant
from tenants.provisioning.selectors import trading_tenants
from trading.connections.events import CHANNEL as CONNECTIONS
from trading.connections.selectors import active_connections, connection_by_pk
from trading.connections.services import account_of, note_circuit
from trading.connections.types import Status
from trading.exchanges.errors import ExchangeUnavailable, KeyRefused
from trading.exchanges.services import finds_by_client_id
from trading.exchanges.types import OrderVenue
from trading.execution.database_line import conninfo
from trading.execution.errors import LeaseLost
from trading.execution.services.leases import LeaseLocks, raise_epoch
from trading.execution.services.opening import portfolio_of_connection
from trading.execution.services.record import CHANNEL as ORDERS
from trading.execution.trader.checks import keep_checking, note_refusal
from trading.execution.trader.waiting import happens
from trading.execution.trader.worker import Worker
from trading.execution.types import Desk, Windows

log = structlog.get_logger(__name__)
LOOK_EVERY_MS = 3_000
AGAIN_AFTER_S = 5
DATABASE_AGAIN_AFTER_S = 1
REFUSED_AGAIN_AFTER_S = 60  # a venue bars addresses that go on asking with a key that it refuses
DATABASE_GONE = (psycopg.OperationalError, OperationalError, InterfaceError, OSError)  # ours, and Django's for the same


@dataclass(frozen=True, slots=True)
class Served:
    """A connection that is to be served, as far as the house must know it.

    version: of the credentials in force. refused: the venue does not take them; when that changes they are tried anew.
    """

    pk: int
    public_id: UUID
    venue: str
    version: int
    refused: bool


@dataclass(slots=True)
class _Post:
    """A connection that this process serves."""

    tenant: TenantCtx
    served: Served
    worker: Worker | None
    task: asyncio.Task[None]


class House:
    """All connections that this process writes to. Any number of such processes share the work by leases."""

    def __init__(self, *, windows: Windows | None = None) -> None:
        self._windows = windows or Windows()
        self._holder = f"{socket.gethostname()}:{os.getpid()}"
        self._posts: dict[UUID, _Post] = {}
        self._look_now = asyncio.Event()
        self._check_now = asyncio.Event()
        self._locks: LeaseLocks | None = None

    async def run(self) -> None:
        """Serve until cancelled. A database that goes away ends every worker, and is waited for."""
        try:
            while True:
                try:
                    await self._serve()
                except* DATABASE_GONE as lost:
                    log.error("the database is gone, no order leaves", reason=str(lost.exceptions[0])[:200])
                    await self._end_all()
                    await asyncio.sleep(DATABASE_AGAIN_AFTER_S)
        finally:
            await self._end_all()

    async def _serve(self) -> None:
        self._locks = await run_in_public(LeaseLocks)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_looking())
            group.create_task(self._hear())
            group.create_task(keep_checking(self._check_now))

    async def _keep_looking(self) -> None:
        while True:
            if self._locks is not None:
                await run_in_public(self._locks.check)
            for tenant in await run_in_public(trading_tenants):
                await self._look_at(tenant)
            await happens(self._look_now, within_ms=LOOK_EVERY_MS)
            self._look_now.clear()

    async def _look_at(self, tenant: TenantCtx) -> None:
        wanted = {served.public_id: served for served in await run_in_tenant(tenant, _served)}
        for public_id, served in wanted.items():
            post = self._posts.get(public_id)
            if post is not None and (post.task.done() or post.served != served):
                await self._end(public_id)
                post = None
            if post is None and await self._lock(public_id):
                task = asyncio.create_task(self._work(tenant, served))
                self._posts[public_id] = _Post(tenant, served, None, task)
        for public_id, post in list(self._posts.items()):
            if post.tenant == tenant and public_id not in wanted:
                await self._end(public_id)

    async def _lock(self, public_id: UUID) -> bool:
        return self._locks is not None and await run_in_public(self._locks.try_lock, public_id)

    async def _work(self, tenant: TenantCtx, served: Served) -> None:
        venue: OrderVenue | None = None
        try:
            epoch = await run_in_tenant(tenant, partial(raise_epoch, connection_pk=served.pk, holder=self._holder))
            venue = await run_in_tenant(tenant, _opened, served.pk)
            desk = await self._desk(tenant, served, venue, epoch)
            await run_in_tenant(tenant, _show_circuit, served.pk, "")
            worker = Worker(tenant=tenant, desk=desk, venue=venue, windows=self._windows)
            self._posts[served.public_id].worker = worker
            await worker.run()
        except* LeaseLost:
            log.warning("this writer's time is over: another lease, or another key", connection=str(served.public_id))
        except* KeyRefused as refused:
            await run_in_tenant(tenant, note_refusal, served.pk, served.version, str(refused.exceptions[0]))
            await asyncio.sleep(REFUSED_AGAIN_AFTER_S)
        except* ExchangeUnavailable as unavailable:
            log.warning("a connection rests", connection=str(served.public_id), reason=str(unavailable.exceptions[0]))
            await run_in_tenant(tenant, _show_circuit, served.pk, "unavailable")
            await asyncio.sleep(AGAIN_AFTER_S)
        finally:
            if venue is not None:
                await venue.close()

    async def _desk(self, tenant: TenantCtx, served: Served, venue: OrderVenue, epoch: int) -> Desk:
        balances = await venue.balances()
        free = {asset: balance.free for asset, balance in balances.items()}
        portfolio = await run_in_tenant(
            tenant, partial(portfolio_of_connection, connection_pk=served.pk, cash=free.get("USDT", Decimal(0)))
        )
        return Desk(
            served.pk,
            served.public_id,
            portfolio.pk,
            served.venue,
            epoch,
            finds_by_client_id=finds_by_client_id(served.venue),
            secrets_version=served.version,
        )

    async def _hear(self) -> None:
        """The database says which connection has something to send, or has changed, when that is committed."""
        listener = await psycopg.AsyncConnection.connect(conninfo(), autocommit=True)
        async with listener:
            for channel in (ORDERS, CONNECTIONS):
                await listener.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            async for notice in listener.notifies():
                self._wake(notice.payload)

    def _wake(self, connection: str) -> None:
        for post in self._posts.values():
            if post.worker is not None and str(post.served.public_id) == connection:
                post.worker.wake()
                return
        self._look_now.set()
        self._check_now.set()

    async def _end(self, public_id: UUID) -> None:
        post = self._posts.pop(public_id, None)
        if post is None:
            return
        await end_task(post.task)
        if not post.task.cancelled() and (error := post.task.exception()):
            log.error("a connection's worker ended", connection=str(public_id), error=repr(error)[:500])
        if self._locks is not None:
            with contextlib.suppress(psycopg.OperationalError):
                await run_in_public(self._locks.unlock, public_id)

    async def _end_all(self) -> None:
        for public_id in list(self._posts):
            await self._end(public_id)
        if self._locks is not None:
            await run_in_public(self._locks.close)
            self._locks = None


def _served() -> list[Served]:
    return [
        Served(row.pk, row.public_id, row.venue, row.secrets_version, row.status == Status.REFUSED)
        for row in active_connections()
    ]


def _opened(pk: int) -> OrderVenue:
    return account_of(connection_by_pk(pk))


def _show_circuit(pk: int, state: str) -> None:
    note_circuit(connection=connection_by_pk(pk), state=state)
