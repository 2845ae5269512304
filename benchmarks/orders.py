"""How fast orders leave, how many a second one connection carries, and how soon a fill is on the page.

The trader, the sandbox exchange and the worker that delivers events are processes of their own, as in production.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer

from benchmarks.figures import Figure, at_least, below, percentile
from benchmarks.orders_paper import gate, paper
from benchmarks.orders_stage import PRICE, OrdersStage, Trader, orders_stage, trader
from cryptouniverse.realtime.groups import group
from tests.web.processes import worker

WARM_UP, TIMES = 10, 100
CALM_S = 0.25  # between two orders, and between two fills
ENTRIES, BATCH, WAITING_MAX = 1_000, 50, 100
RESTING = 500
STOPS_FROM, STOP_STEP = PRICE - 200, Decimal(20)
FAR_STOP = Decimal(41_000)
PAUSE_S, WAIT_S = 0.02, 60


def measure() -> Iterator[Figure]:
    """The gate alone and paper. Then an exchange: calm orders, a price that falls through stops, a thousand entries."""
    yield from gate()
    yield from paper()
    with orders_stage() as stage, worker():
        with trader(stage, stamped=True) as calm:
            first_ms = _first_bytes(stage, calm)[WARM_UP:]
            pushed_ms = asyncio.run(_pushed(stage))[WARM_UP:]
        stage.move(PRICE)
        with trader(stage, stamped=False) as busy:
            a_second = _orders_a_second(stage, busy)
            stopped_s = _all_stopped_s(stage)
    yield below("signal_to_first_byte_p50", percentile(first_ms, 0.5), "ms", 20)
    yield below("signal_to_first_byte_p99", percentile(first_ms, 0.99), "ms", 20)
    yield at_least("orders_per_second", a_second, "orders/s", 200)
    yield below("resting_500_cancelled", stopped_s, "s", 5)
    yield below("fill_to_pushed_p50", percentile(pushed_ms, 0.5), "ms", 100)
    yield below("fill_to_pushed_p99", percentile(pushed_ms, 0.99), "ms", 100)


def _all_stopped_s(stage: OrdersStage) -> float:
    """From the stop switch until the books know that 500 orders that rested at the exchange have ended there."""
    stage.rest(RESTING)
    _until(lambda: stage.resting() == RESTING)
    began = time.perf_counter()
    stage.stop()
    _until(lambda: not stage.resting())
    return time.perf_counter() - began


def _first_bytes(stage: OrdersStage, trader: Trader) -> list[float]:
    """For each of some entries, one after the other: from just before its commit to its request's first byte."""
    times_ms = []
    for number in range(WARM_UP + TIMES):
        seen = len(trader.first_bytes())
        committed = stage.record([STOPS_FROM - STOP_STEP * number])
        _until_quiet(stage)
        # the first one is the entry; the other one is the stop that its fill called for
        times_ms.append((trader.first_bytes()[seen] - committed) / 1_000_000)
        time.sleep(CALM_S)
    return times_ms


async def _pushed(stage: OrdersStage) -> list[float]:
    """For each stop: from its trade, by the exchange's clock, to the hint that its owner's pages wait for."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    name = group(stage.tenant.id, "user", stage.owner_id)
    await layer.group_add(name, channel)
    times_ms = []
    for number in range(WARM_UP + TIMES):
        await asyncio.sleep(CALM_S)
        await sync_to_async(stage.move)(STOPS_FROM - STOP_STEP * number - 1)
        await asyncio.wait_for(layer.receive(channel), WAIT_S)
        arrived = time.time_ns()
        times_ms.append(arrived / 1_000_000 - _last_trade_ms(stage))
    await layer.group_discard(name, channel)
    return times_ms


def _last_trade_ms(stage: OrdersStage) -> int:
    trades = [line for line in stage.journal.read_bytes().splitlines() if b'"kind":"trade"' in line]
    return int(json.loads(trades[-1])["at_ms"])


def _orders_a_second(stage: OrdersStage, trader: Trader) -> float:
    """Entries that fill, and the stops they call for, until the last one is acknowledged and booked."""
    before, cpu_s, began = _accepted(stage), trader.cpu_s(), time.perf_counter()
    for _ in range(ENTRIES // BATCH):
        stage.record([FAR_STOP] * BATCH)
        while stage.restless() > WAITING_MAX:
            time.sleep(PAUSE_S)
    _until_quiet(stage)
    seconds = time.perf_counter() - began
    orders = _accepted(stage) - before
    if orders != 2 * ENTRIES:
        raise RuntimeError(f"{orders} orders reached the exchange, not {2 * ENTRIES}")
    per_order_ms = (trader.cpu_s() - cpu_s) / orders * 1_000
    print(f"  {orders} orders in {seconds:.1f} s, {per_order_ms:.1f} ms of the trader's CPU each", file=sys.stderr)
    return orders / seconds


def _accepted(stage: OrdersStage) -> int:
    return sum(b'"kind":"order_accepted"' in line for line in stage.journal.read_bytes().splitlines())


def _until_quiet(stage: OrdersStage) -> None:
    _until(lambda: not stage.restless())


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError("orders do not come to rest")
        time.sleep(PAUSE_S)
