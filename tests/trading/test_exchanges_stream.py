"""The account's news: each report as it comes, a gap whenever the stream came up, and no silence that looks whole."""

import asyncio
import json
from contextlib import aclosing
from decimal import Decimal

import pytest
from aiohttp import web

from cryptouniverse.kernel.market import Side
from tests.trading.sandbox_stage import a_buy, a_sale, exchange, ours_on, sandbox
from tests.trading.venue_stage import NOW_MS, Replay, account
from trading.exchanges.errors import KeyRefused
from trading.exchanges.types import OrderKind, StreamGap, VenueOrder, VenueStatus, VenueTrade

__all__ = ["exchange", "sandbox"]

SOON_S = 20


async def _next(news, wanted=None):
    """The next of the news, or the next of the class `wanted`."""
    async with asyncio.timeout(SOON_S):
        while True:
            item = await anext(news)
            if wanted is None or isinstance(item, wanted):
                return item


def _listen(sandbox, act, key="alice"):
    """What `act` makes of an account and its news, after the first gap."""

    async def played():
        async with ours_on(sandbox, key) as ours, aclosing(ours.news()) as news:
            assert await _next(news) == StreamGap()
            return await act(ours, news)

    return asyncio.run(played())


def test_an_order_and_its_trades_come_as_they_happen_the_same_as_by_asking(sandbox):
    async def act(ours, news):
        placed = (await ours.place(a_sale("cu-1"))).order
        items = []
        while not (items and isinstance(items[-1], VenueOrder) and items[-1].status is VenueStatus.FILLED):
            items.append(await _next(news))
        return placed, items, await ours.trades_since(symbol="BTC/USDT", since_ms=0 or placed.created_ms - 1000)

    placed, items, asked = _listen(sandbox, act)
    orders = [item for item in items if isinstance(item, VenueOrder)]
    trades = [item for item in items if isinstance(item, VenueTrade)]
    assert orders[0].status is VenueStatus.OPEN
    assert (orders[-1].venue_order_id, orders[-1].client_order_id) == (placed.venue_order_id, "cu-1")
    assert (orders[-1].executed, orders[-1].limit_price, orders[-1].side) == (Decimal("0.01"), None, Side.SELL)
    assert trades == asked
    assert sum(trade.quantity for trade in trades) == Decimal("0.01")


def test_a_cancelled_stop_keeps_its_own_client_id_and_its_stop_price(sandbox):
    stop = a_sale("cu-stop", kind=OrderKind.STOP, stop_price=Decimal(30000))

    async def act(ours, news):
        placed = (await ours.place(stop)).order
        resting = await _next(news, VenueOrder)
        await ours.cancel(symbol="BTC/USDT", venue_order_id=placed.venue_order_id)
        return resting, await _next(news, VenueOrder)

    resting, ended = _listen(sandbox, act)
    assert (resting.status, ended.status) == (VenueStatus.OPEN, VenueStatus.CANCELLED)
    assert resting.client_order_id == ended.client_order_id == "cu-stop"
    assert resting.stop_price == ended.stop_price == Decimal(30000)


def test_many_reports_at_once_all_come(sandbox):
    async def act(ours, news):
        await asyncio.gather(*(ours.place(a_buy(f"cu-{number}")) for number in range(40)))
        return {(await _next(news, VenueOrder)).client_order_id for _ in range(40)}

    assert _listen(sandbox, act) == {f"cu-{number}" for number in range(40)}


def test_a_broken_stream_comes_up_again_says_that_there_was_a_gap_and_goes_on(sandbox):
    async def act(ours, news):
        for number in range(2):
            sandbox.control("streams", {})
            assert await _next(news, StreamGap) == StreamGap()
            await ours.place(a_buy(f"cu-{number}"))
            assert (await _next(news, VenueOrder)).client_order_id == f"cu-{number}"

    _listen(sandbox, act)


def test_what_happened_while_the_stream_was_away_is_found_by_asking_after_the_gap(sandbox):
    breaks = {"kind": "stream_break", "count": 1}

    async def act(ours, news):
        sandbox.control("faults", {"faults": [breaks]})
        await ours.place(a_sale("cu-1"))
        await _next(news, StreamGap)
        return await ours.find_order(symbol="BTC/USDT", client_order_id="cu-1")

    assert _listen(sandbox, act).status is VenueStatus.FILLED


@pytest.mark.parametrize("fault", ["stream_duplicate", "stream_out_of_order"])
def test_what_comes_twice_or_out_of_order_is_handed_on_as_it_comes(sandbox, fault):
    async def act(ours, news):
        sandbox.control("faults", {"faults": [{"kind": fault, "count": 1}]})
        await ours.place(a_sale("cu-1"))
        return [(await _next(news, VenueOrder)).status for _ in range(2)]

    opened, filled = VenueStatus.OPEN, VenueStatus.FILLED
    expected = {"stream_duplicate": [opened, opened], "stream_out_of_order": [filled, opened]}
    assert _listen(sandbox, act) == expected[fault]


def test_an_exchange_that_dies_and_comes_back_is_a_gap(sandbox):
    async def act(ours, news):
        sandbox.kill()
        sandbox.start()
        assert await _next(news, StreamGap) == StreamGap()
        await ours.place(a_buy("cu-back"))
        return (await _next(news, VenueOrder)).client_order_id

    assert _listen(sandbox, act) == "cu-back"


def test_a_revoked_key_ends_the_news_in_words(sandbox):
    async def act(ours, news):
        sandbox.control("accounts", {"api_key": "alice", "revoked": True})
        sandbox.control("streams", {})
        with pytest.raises(KeyRefused, match="enter it anew"):
            await _next(news, VenueOrder)

    _listen(sandbox, act)


def test_closing_the_account_ends_its_news(sandbox):
    async def act(ours, news):
        waiting = asyncio.create_task(_next(news))
        await asyncio.sleep(0)
        await ours.close()
        with pytest.raises(StopAsyncIteration):
            await waiting

    _listen(sandbox, act)


REPORT = {
    "e": "executionReport", "E": NOW_MS, "s": "BTCUSDT", "c": "cu-1", "S": "BUY", "o": "LIMIT", "f": "GTC", "q": "0.5",
    "p": "60000", "P": "0", "F": "0", "g": -1, "C": "", "x": "NEW", "X": "NEW", "r": "NONE", "i": 7, "l": "0", "z": "0",
    "L": "0", "n": "0", "N": None, "T": NOW_MS, "t": -1, "w": True, "m": False, "O": NOW_MS, "Z": "0",
}  # fmt: skip
BROKEN = {
    "no number": {**REPORT, "q": "x"},
    "no order": {"e": "executionReport"},
    "a state that is new": {**REPORT, "X": "MELTED"},
    "terminated": {"e": "eventStreamTerminated", "E": NOW_MS},
}


@pytest.mark.parametrize("message", BROKEN)
def test_a_message_that_cannot_be_read_is_a_gap_and_not_a_silence(message):
    sent = iter([BROKEN[message], REPORT])

    async def serve(request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for asked in socket:
            number = json.loads(asked.data)["id"]
            await socket.send_json({"id": number, "status": 200, "result": {"subscriptionId": 0}})
            await socket.send_json({"subscriptionId": 0, "event": next(sent)})
        return socket

    replay = Replay()

    async def answer(request):
        return await (serve(request) if request.path.startswith("/ws-api") else replay(request))

    async def played():
        async with account(answer) as ours, aclosing(ours.news()) as news:
            return [await _next(news) for _ in range(3)]

    first, second, order = asyncio.run(played())
    assert (first, second) == (StreamGap(), StreamGap())
    assert (order.client_order_id, order.venue_order_id, order.limit_price) == ("cu-1", "7", Decimal(60000))
