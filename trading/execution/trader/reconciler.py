"""Books against venue: before the first order, every 15 seconds, and after each break of the stream."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import structlog

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.crashpoints import crashpoint
from trading.exchanges.types import Accepted, OrderKind, OrderRequest, VenueOrder, VenueTrade
from trading.execution.at_venue import UnknownAttempt
from trading.execution.services import leases, proving, resolving
from trading.execution.trader.waiting import happens
from trading.execution.types import Answered, Sending

if TYPE_CHECKING:
    from trading.execution.trader.worker import Worker

log = structlog.get_logger(__name__)
DRIFT_LOOKS_BACK = timedelta(hours=1)
_KINDS = {"entry": OrderKind.LIMIT, "exit": OrderKind.MARKET, "protect": OrderKind.STOP}


class Reconciler:
    """Asks the venue what is there and takes it into the books; says how far both differ."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._hurried = asyncio.Event()
        self._incomplete: set[tuple[str, str]] = set()
        self._drift_since: datetime | None = None

    def hurry(self) -> None:
        """Do not wait for the next turn: something may have been missed."""
        self._hurried.set()

    def ask_for(self, orders: Iterable[tuple[str, str]]) -> None:
        """Ask for the trades of these orders (symbol, venue order id), soon."""
        self._incomplete |= set(orders)
        self._hurried.set()

    async def wait(self) -> None:
        """Until the next turn is due, or somebody is in a hurry."""
        await happens(self._hurried, within_ms=self._worker.windows.reconcile_ms)
        self._hurried.clear()

    async def reconcile(self, *, everything: bool) -> Decimal:
        """One round; the drift that it found. everything: every pair ever traded here, not only those in flight.

        Raises ExchangeUnavailable when the venue did not answer all of it: then nothing was concluded from silence.
        """
        crashpoint("reconcile.before")
        worker, began = self._worker, clock.now()
        unknown = await worker.in_tenant(resolving.unknown_attempts)
        ours = await worker.in_tenant(proving.open_orders_of)  # before the venue lists: what opens later may be missing
        orders, trades = await self._read(unknown, everything=everything)
        rest = await self._told_by_their_facts(unknown, orders)
        found, absent = await self._look_for(rest, orders)
        lesson = await worker.learn([*orders, *found, *trades])
        if absent:
            await worker.in_tenant(resolving.note_absent, attempts=absent, looked_at=began, windows=worker.windows)
        missed = await self._ended_meanwhile(ours, orders)
        incomplete, self._incomplete = lesson.incomplete | self._incomplete, set()
        await self.complete(incomplete | {(order.symbol, order.venue_order_id) for order in missed if order.executed})
        if missed:
            await worker.learn(missed)
        await self.keep_strange(lesson.strange)
        drift = await self._prove(began)
        crashpoint("reconcile.after")
        return drift

    async def complete(self, orders: Iterable[tuple[str, str]]) -> None:
        """Book the trades of these orders (symbol, venue order id) that are not booked yet."""
        wanted: dict[str, set[str]] = {}
        for symbol, name in orders:
            wanted.setdefault(symbol, set()).add(name)
        for symbol, names in wanted.items():
            firsts = [await self._worker.venue.order(symbol=symbol, venue_order_id=name) for name in sorted(names)]
            there = [order for order in firsts if order is not None]
            if there:
                since_ms = min(order.created_ms for order in there) - 1
                trades = await self._worker.venue.trades_since(symbol=symbol, since_ms=since_ms)
                await self._worker.learn([*there, *(trade for trade in trades if trade.venue_order_id in names)])

    async def keep_strange(self, orders: Sequence[VenueOrder]) -> None:
        """Show what is at the venue and is not ours; one that has our prefix stops entries."""
        if not orders:
            return
        ours: int = await self._worker.in_tenant(proving.keep_strange, orders=list(orders))
        if ours:
            log.error("an order with our prefix that nobody knows", connection=str(self._worker.desk.connection_id))

    async def _read(
        self, unknown: Sequence[UnknownAttempt], *, everything: bool
    ) -> tuple[list[VenueOrder], list[VenueTrade]]:
        worker, windows = self._worker, self._worker.windows
        proven_ms = await worker.in_tenant(leases.proven_to_ms)
        symbols = set(await worker.in_tenant(proving.symbols_to_read, everything=everything))
        symbols |= {attempt.symbol for attempt in unknown} | {symbol for symbol, _ in self._incomplete}
        overlap_ms = 2 * (windows.lag_ms + windows.window_ms)
        since_ms = min([proven_ms - overlap_ms, *(a.signed_at_ms - overlap_ms for a in unknown)])
        orders = {order.venue_order_id: order for order in await worker.venue.open_orders()}
        trades: list[VenueTrade] = []
        for symbol in sorted(symbols):
            for order in await worker.venue.orders_since(symbol=symbol, since_ms=max(since_ms, 0)):
                orders[order.venue_order_id] = order
            trades += await worker.venue.trades_since(symbol=symbol, since_ms=max(since_ms, 0))
        return list(orders.values()), trades

    async def _look_for(
        self, unknown: Sequence[UnknownAttempt], orders: Sequence[VenueOrder]
    ) -> tuple[list[VenueOrder], list[UnknownAttempt]]:
        """By client id, and among all that was listed. A venue that does not answer has not said no: it raises."""
        listed = {order.client_order_id for order in orders if order.client_order_id}
        found: list[VenueOrder] = []
        absent = []
        for attempt in unknown:
            there = []
            for name in attempt.names if self._worker.desk.finds_by_client_id else ():
                order = await self._worker.venue.find_order(symbol=attempt.symbol, client_order_id=name)
                there += [order] if order is not None else []
            found += there
            if not there and attempt.client_order_id not in listed:
                absent.append(attempt)
        return found, absent

    async def _told_by_their_facts(
        self, unknown: Sequence[UnknownAttempt], orders: Sequence[VenueOrder]
    ) -> list[UnknownAttempt]:
        """Where the venue keeps no client ids: one order that fits is it. The attempts that still are unknown."""
        if self._worker.desk.finds_by_client_id or not unknown:
            return list(unknown)
        names = [order.venue_order_id for order in orders]
        known = await self._worker.in_tenant(proving.explained, venue_order_ids=names)
        rest = []
        for attempt in unknown:
            fitting = resolving.told_by_its_facts(attempt, orders, known)
            if not fitting:
                rest.append(attempt)
            elif len(fitting) == 1:
                known.add(fitting[0].venue_order_id)
                await self._worker.learn([Answered(_sending_of(attempt), Accepted(fitting[0]))])
            else:
                log.error("several orders fit one attempt", attempt=attempt.pk, orders=len(fitting))
        return rest

    async def _ended_meanwhile(self, ours: Iterable[tuple[str, str]], orders: Sequence[VenueOrder]) -> list[VenueOrder]:
        """Our open orders (symbol, venue order id) that the venue did not list: each is asked for by its id."""
        listed = {order.venue_order_id for order in orders}
        asked = [
            await self._worker.venue.order(symbol=symbol, venue_order_id=name)
            for symbol, name in ours
            if name not in listed
        ]
        return [order for order in asked if order is not None]

    async def _prove(self, began: datetime) -> Decimal:
        worker = self._worker
        balances = await worker.venue.balances()
        drift = await worker.in_tenant(proving.drift_of, balances=balances, since=began - DRIFT_LOOKS_BACK)
        self._drift_since = (self._drift_since or began) if drift else None
        patience = timedelta(milliseconds=worker.windows.lag_ms + worker.windows.apart_ms)
        lasting = self._drift_since is not None and clock.now() - self._drift_since >= patience
        proven_to_ms = clock.to_ms(began) + worker.offset_ms
        await worker.in_tenant(proving.conclude, drift=drift, lasting=lasting, proven_to_ms=proven_to_ms)
        if drift:
            log.warning("books and venue differ", connection=str(worker.desk.connection_id), drift=str(drift))
        return drift


def _sending_of(attempt: UnknownAttempt) -> Sending:
    request = OrderRequest(
        client_order_id=attempt.client_order_id,
        symbol=attempt.symbol,
        side=attempt.side,
        kind=_KINDS[attempt.purpose],
        quantity=attempt.quantity,
        signed_at_ms=attempt.signed_at_ms,
        window_ms=0,
    )
    return Sending(attempt.pk, attempt.intent_pk, attempt.purpose, request)
