"""Circuits: trouble makes entries and reads wait, never exits and cancels; and one connection's trouble is its own."""

import asyncio

import pytest

from cryptouniverse.kernel.secret import Secret
from tests.trading.venue_stage import OpenBudget, Replay, an_order, serving
from trading.exchanges.budget_terms import Purpose
from trading.exchanges.ccxt_venue import CcxtVenue
from trading.exchanges.circuits import CONNECTION_FAILURES, VENUE_FAILURES, CircuitOpen, Circuits, forget_circuits
from trading.exchanges.errors import ExchangeUnavailable, VenueBusy
from trading.exchanges.market_shelf import forget_listings
from trading.exchanges.types import Accepted, Gone, Unknown
from trading.exchanges.venues.registry import profile_of

ORDER = "/api/v3/order"
GONE = (400, {"code": -2011, "msg": "Unknown order sent."})
PLACED = {"symbol": "BTCUSDT", "orderId": 1, "clientOrderId": "cu-ABC123", "transactTime": 1, "price": "60000.1",
          "origQty": "0.5", "executedQty": "0", "status": "NEW", "type": "LIMIT", "side": "BUY"}  # fmt: skip
WAITS = {Purpose.ENTRY, Purpose.READ, Purpose.RECONCILE}


@pytest.fixture(autouse=True)
def _closed():
    forget_circuits()
    forget_listings()


def _circuits(connection: str = "a", *, open_for_s: float = 60) -> Circuits:
    failed = {ConnectionError: True, ValueError: False}
    return Circuits(
        venue="v", connection=f"v|{connection}", failed=lambda error: failed.get(type(error)), open_for_s=open_for_s
    )


def _fails(circuits: Circuits, error: type[Exception], times: int) -> None:
    for _ in range(times):
        with pytest.raises(error), circuits.counting():
            raise error


def _waiting(circuits: Circuits) -> set[Purpose]:
    waiting = set()
    for purpose in Purpose:
        try:
            circuits.require(purpose)
        except CircuitOpen as circuit:
            assert circuit.wait_s > 0
            waiting.add(purpose)
    return waiting


def test_failures_in_a_row_make_entries_and_reads_wait_and_never_exits_and_cancels():
    circuits = _circuits()
    _fails(circuits, ConnectionError, CONNECTION_FAILURES - 1)
    assert _waiting(circuits) == set()

    _fails(circuits, ConnectionError, 1)
    assert _waiting(circuits) == WAITS


def test_an_answer_between_begins_the_count_anew_and_a_call_given_up_tells_nothing():
    circuits = _circuits()
    _fails(circuits, ConnectionError, CONNECTION_FAILURES - 1)
    _fails(circuits, ValueError, 1)
    _fails(circuits, ConnectionError, CONNECTION_FAILURES - 1)
    _fails(circuits, asyncio.CancelledError, 1)
    assert _waiting(circuits) == set()

    _fails(circuits, ConnectionError, 1)
    assert _waiting(circuits) == WAITS


def test_one_connections_trouble_is_not_the_others_until_it_is_the_venues():
    mine, yours = _circuits("mine"), _circuits("yours")
    _fails(mine, ConnectionError, CONNECTION_FAILURES)
    assert (_waiting(mine), _waiting(yours)) == (WAITS, set())

    _fails(_circuits("third"), ConnectionError, VENUE_FAILURES - CONNECTION_FAILURES)
    assert _waiting(yours) == WAITS


def test_half_open_reads_and_exits_probe_while_entries_wait_and_one_success_closes_it():
    circuits = _circuits(open_for_s=-1)  # its time is up as soon as it opens
    _fails(circuits, ConnectionError, CONNECTION_FAILURES)
    assert _waiting(circuits) == {Purpose.ENTRY}

    _fails(circuits, ConnectionError, 1)
    assert _waiting(circuits) == {Purpose.ENTRY}, "a probe that fails opens it again"
    with circuits.counting():
        pass
    assert _waiting(circuits) == set()


def _venue(address: str, *, key: str = "k", open_for_s: float = 60, timeout_ms: int = 2000) -> CcxtVenue:
    keys = {"api_key": Secret(key), "secret": Secret("s")}
    more = {"base_url": address, "open_for_s": open_for_s, "timeout_ms": timeout_ms}
    return CcxtVenue(profile=profile_of("binance"), budget=OpenBudget(), **keys, **more)


def test_a_venue_in_trouble_gets_exits_and_cancels_and_nothing_else():
    replay = Replay(
        {("POST", ORDER): (503, {}), ("DELETE", ORDER): (400, {"code": -2011, "msg": "Unknown order sent."})}
    )

    async def played():
        async with serving(replay) as address:
            ours = _venue(address)
            for _ in range(CONNECTION_FAILURES):
                assert isinstance(await ours.place(an_order()), Unknown)
            sent = len(replay.asked)
            for wait in (ours.place(an_order()), ours.open_orders()):
                with pytest.raises(VenueBusy) as busy:
                    await wait
                assert busy.value.facts["retry_after_s"] > 0
            assert len(replay.asked) == sent, "nothing left"
            replay.answers["POST", ORDER] = (200, PLACED)
            tried = await ours.place(an_order(reduces=True)), await ours.cancel(symbol="BTC/USDT", venue_order_id="1")
            await ours.close()
            return [type(each) for each in tried]

    assert asyncio.run(played()) == [Accepted, Gone]


def test_a_refused_order_is_an_answer_and_opens_nothing():
    replay = Replay({("POST", ORDER): (400, {"code": -1121, "msg": "Invalid symbol."})})

    async def played():
        async with serving(replay) as address:
            ours = _venue(address)
            for _ in range(3 * VENUE_FAILURES):
                await ours.place(an_order())
            await ours.close()

    asyncio.run(played())
    assert len(replay.of(ORDER)) == 3 * VENUE_FAILURES


def test_a_hanging_connection_holds_up_no_other():
    """While one connection's calls hang, each of another's is answered before the first of them gives up.

    Said in events and not in milliseconds: 100 orders of the healthy one come and go, in order, and not one of the
    hanging calls has ended by then. Were they behind the same pool or lock, the first could not have left.
    """
    ended: list[str] = []
    stuck = 0

    async def answer(asked):
        nonlocal stuck
        if asked.headers["X-MBX-APIKEY"] == "hangs":
            stuck += 1
            await asyncio.Event().wait()
        return 200, PLACED

    async def played():
        async with serving(Replay({("POST", ORDER): answer, ("GET", "/api/v3/openOrders"): answer})) as address:
            hanging, healthy = _venue(address, key="hangs", timeout_ms=60_000), _venue(address, key="healthy")
            await healthy.markets()
            calls = [hanging.place(an_order()) for _ in range(30)] + [hanging.open_orders() for _ in range(30)]
            tasks = [asyncio.create_task(call) for call in calls]
            for task in tasks:
                task.add_done_callback(lambda _task: ended.append("hanging"))
            while stuck < 2 * 20:  # both of its pools are full
                await asyncio.sleep(0)
            for _ in range(100):
                assert isinstance(await healthy.place(an_order()), Accepted)
                ended.append("healthy")
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await hanging.close()
            await healthy.close()

    asyncio.run(played())
    assert ended[:100] == ["healthy"] * 100


def test_a_call_that_hangs_ends_at_its_own_time_limit():
    async def hang(_asked):
        await asyncio.Event().wait()

    async def played():
        async with serving(Replay({("POST", ORDER): hang, ("GET", "/api/v3/openOrders"): hang})) as address:
            ours = _venue(address, timeout_ms=60)
            await ours.markets()
            began = asyncio.get_running_loop().time()
            outcome = await ours.place(an_order())
            with pytest.raises(ExchangeUnavailable):
                await ours.open_orders()
            await ours.close()
            return outcome, asyncio.get_running_loop().time() - began

    outcome, took_s = asyncio.run(played())
    assert isinstance(outcome, Unknown)
    assert took_s < 30
