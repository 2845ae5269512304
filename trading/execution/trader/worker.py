"""One connection at work: claims what is recorded, sends it once, listens, and takes in what it learns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

import structlog

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.realtime.db import run_in_tenant
from trading.exchanges.errors import ExchangeUnavailable, KeyRefused, VenueBusy
from trading.exchanges.types import (
    CLOCK_OFFSET_MS_MAX,
    Accepted,
    ExchangeMarket,
    Gone,
    OrderVenue,
    StreamGap,
    VenueOrder,
    VenueTrade,
)
from trading.execution.services import proving
from trading.execution.services.learning import learn
from trading.execution.services.sending import claim_sendable
from trading.execution.trader.reconciler import Reconciler
from trading.execution.trader.told import Told
from trading.execution.trader.waiting import happens
from trading.execution.types import Answered, Claimed, Desk, Lesson, News, NotSent, Sending, Windows, Withdrawal

log = structlog.get_logger(__name__)
T = TypeVar("T")
AT_ONCE = 16  # requests of one connection on their way together, and as many that end orders
CLOCK_EVERY = 4  # reconciliations between two measurements of the clock


class Worker:
    """The writer of one connection, from its first reconciliation until it is cancelled.

    It holds the lease whose number is in `desk`; whoever makes it checks that lease. Raises LeaseLost when another
    process has taken the connection, KeyRefused when the venue takes the key no more.
    """

    def __init__(self, *, tenant: TenantCtx, desk: Desk, venue: OrderVenue, windows: Windows | None = None) -> None:
        self.desk = desk
        self.windows = windows or Windows()
        self.woken = asyncio.Event()
        self.offset_ms = 0
        self.reconciler = Reconciler(self)
        self._tenant = tenant
        self.venue = venue
        self._markets: Mapping[str, ExchangeMarket] = {}
        self._news: asyncio.Queue[News] = asyncio.Queue()
        self._told = Told()
        self._sending = 0
        self._more = False  # whether the last look left something behind for want of room
        self._withdrawing: set[str] = set()
        self._ending = asyncio.Semaphore(AT_ONCE)
        self._fee_prices: dict[str, Decimal] = {}

    async def run(self) -> None:
        """Reconcile, then send, listen and reconcile until cancelled."""
        await self.prepare()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._take_in())
            group.create_task(self._send(group))
            group.create_task(self._listen())
            group.create_task(self._keep_reconciling())

    async def prepare(self) -> None:
        """Everything that must have succeeded before the first order leaves; tried again until it has."""
        pause_s = self.windows.idle_ms / 1000
        while True:
            try:
                await self.measure()
                self._markets = await self.venue.markets()
                await self.reconciler.reconcile(everything=True)
            except ExchangeUnavailable as error:
                log.warning("no order leaves yet", connection=str(self.desk.connection_id), reason=error.sentence())
                await asyncio.sleep(pause_s)
            else:
                return

    async def measure(self) -> None:
        """Learn the venue's clock. Its requests are signed by it, and beyond half a second entries wait."""
        self.offset_ms = await self.venue.clock_offset_ms()
        await self.in_tenant(proving.show_clock, offset_ms=self.offset_ms)

    def wake(self) -> None:
        """Something was recorded: look now."""
        self.woken.set()

    async def in_tenant(self, function: Callable[..., T], **arguments: Any) -> T:
        """`function(desk=..., **arguments)` in a thread, inside the tenant."""
        work: Callable[[], T] = partial(function, desk=self.desk, **arguments)
        return await run_in_tenant(self._tenant, work)

    async def learn(self, news: Sequence[News]) -> Lesson:
        """Take `news` into the books, and say what came of it. Prices of fees in third assets are asked for first."""
        await self._price_fees(news)
        return await self.in_tenant(learn, news=list(news), markets=self._markets, fee_prices=dict(self._fee_prices))

    async def claim(self, *, limit: int = AT_ONCE) -> Claimed:
        """Commit attempts for what may leave now; no more than `limit`, so that none waits for its turn."""
        return await self.in_tenant(
            claim_sendable,
            markets=self._markets,
            clock_offset_ms=self.offset_ms,
            windows=self.windows,
            entries=abs(self.offset_ms) <= CLOCK_OFFSET_MS_MAX,
            limit=limit,
        )

    async def send(self, sending: Sending) -> Answered:
        """Send one attempt, once. What goes wrong on the way leaves its outcome unknown."""
        late_ms = clock.to_ms(clock.now()) + self.offset_ms - sending.request.signed_at_ms
        if late_ms >= self.windows.window_ms:
            return Answered(sending, NotSent("its window was over before its turn came"))
        try:
            return Answered(sending, await self.venue.place(sending.request))
        except VenueBusy as busy:
            return Answered(sending, NotSent(busy.message, wait_ms=_wait_ms(busy)))

    async def withdraw(self, withdrawal: Withdrawal) -> None:
        """End an order at the venue and learn how it ended; a question whose answer is unknown is asked again later."""
        symbol, name = withdrawal.symbol, withdrawal.venue_order_id
        answer = await self.venue.cancel(symbol=symbol, venue_order_id=name)
        order = answer.order if isinstance(answer, Accepted) else None
        if isinstance(answer, Gone) or (order and order.executed):
            order = await self.venue.order(symbol=symbol, venue_order_id=name) or order
            await self.reconciler.complete({(symbol, name)})
        others = [await self.venue.order(symbol=symbol, venue_order_id=leg) for leg in withdrawal.legs if leg != name]
        for each in (order, *others):
            if each:
                self._news.put_nowait(each)

    async def _send(self, group: asyncio.TaskGroup) -> None:
        while True:
            self.woken.clear()
            room = AT_ONCE - self._sending
            claimed = await self.claim(limit=room) if room > 0 else Claimed([], [])
            self._sending += len(claimed.sendings)
            self._more = len(claimed.sendings) == room
            for sending in claimed.sendings:
                group.create_task(self._send_and_tell(sending))
            for withdrawal in claimed.withdrawals:
                if withdrawal.venue_order_id not in self._withdrawing:
                    self._withdrawing.add(withdrawal.venue_order_id)
                    group.create_task(self._withdraw_and_tell(withdrawal))
            if not claimed.sendings:
                await happens(self.woken, within_ms=self.windows.idle_ms)

    async def _send_and_tell(self, sending: Sending) -> None:
        try:
            self._news.put_nowait(await self.send(sending))
        finally:
            self._sending -= 1
            if self._more and self._sending <= AT_ONCE // 2:  # what waits for room need not wait for the booking too
                self.wake()

    async def _withdraw_and_tell(self, withdrawal: Withdrawal) -> None:
        try:
            async with self._ending:
                await self.withdraw(withdrawal)
        except ExchangeUnavailable as error:
            log.warning("a stop could not be withdrawn yet", order=withdrawal.venue_order_id, reason=error.sentence())
        finally:
            self._withdrawing.discard(withdrawal.venue_order_id)

    async def _take_in(self) -> None:
        """One batch after the other: what came while the last one was booked is the next one."""
        while True:
            batch = [await self._news.get()]
            while not self._news.empty():
                batch.append(self._news.get_nowait())
            if not (batch := self._told.news_in(batch)):
                continue
            lesson = await self.learn(batch)
            self._told.keep(batch)
            await self.reconciler.keep_strange(lesson.strange)
            if lesson.incomplete:
                self.reconciler.ask_for(lesson.incomplete)
            self.wake()

    async def _listen(self) -> None:
        async for piece in self.venue.news():
            if isinstance(piece, StreamGap):
                self.reconciler.hurry()
            elif isinstance(piece, VenueOrder | VenueTrade):
                self._news.put_nowait(piece)

    async def _keep_reconciling(self) -> None:
        rounds = 0
        while True:
            await self.reconciler.wait()
            rounds += 1
            try:
                if rounds % CLOCK_EVERY == 0:
                    await self.measure()
                    self._markets = await self.venue.markets()
                await self.reconciler.reconcile(everything=False)
            except KeyRefused:
                raise
            except ExchangeUnavailable as error:
                log.warning("not reconciled", connection=str(self.desk.connection_id), reason=error.sentence())
            self.wake()

    async def _price_fees(self, news: Sequence[News]) -> None:
        for piece in news:
            trades = piece.trades if isinstance(piece, VenueOrder) else ()
            if isinstance(piece, Answered) and isinstance(piece.outcome, Accepted):
                trades = tuple(trade for order in piece.outcome.orders for trade in order.trades)
            elif isinstance(piece, VenueTrade):
                trades = (piece,)
            for trade in trades:
                base, _, quote = trade.symbol.partition("/")
                if trade.fee and trade.fee_currency not in {base, quote, *self._fee_prices}:
                    await self._price(trade.fee_currency, quote)

    async def _price(self, asset: str, quote: str) -> None:
        try:
            self._fee_prices[asset] = await self.venue.last_price(f"{asset}/{quote}")
        except ExchangeUnavailable as error:
            log.warning("a fee has no price and counts nothing", asset=asset, reason=error.sentence())


def _wait_ms(busy: VenueBusy) -> int:
    return int(Decimal(str(busy.facts.get("retry_after_s", 1))) * 1000)
