"""Streams through ccxt.pro: what an account and what everybody is told, and what faults make of it."""

import asyncio

import pytest

from tests.sandbox.program import client, drive


def listen(sandbox, scenario, *, subscribed=True):
    """Run `scenario` with a ccxt.pro client, subscribed to the account's stream before anything happens."""
    return asyncio.run(asyncio.wait_for(_listening(sandbox, scenario, subscribed), 20))


async def _listening(sandbox, scenario, subscribed):
    stream = client(sandbox.port, pro=True)
    try:
        await stream.load_markets()
        if subscribed:
            await stream.authenticate({"type": "spot"})
        return await scenario(stream)
    finally:
        await stream.close()


async def wait_for(watch, wanted):
    """Watch until `wanted` says so of what has come."""
    seen = []
    while not wanted(seen):
        seen += await watch()
    return seen


BUY = ("BTC/USDT", "market", "buy", 0.7)  # more than one level of the book


def test_an_account_hears_of_its_orders_trades_and_balances(sandbox):
    sandbox.account()

    async def scenario(ex):
        balance = asyncio.create_task(ex.watch_balance())
        trades = asyncio.create_task(wait_for(ex.watch_my_trades, lambda seen: len(seen) == 2))
        orders = wait_for(ex.watch_orders, lambda seen: any(order["status"] == "closed" for order in seen))
        orders = asyncio.create_task(orders)
        await asyncio.sleep(0)
        await ex.create_order(*BUY)
        return await orders, await trades, await balance

    orders, trades, balance = listen(sandbox, scenario)
    assert (orders[-1]["filled"], orders[-1]["status"]) == (0.7, "closed")
    assert [(trade["amount"], trade["price"]) for trade in trades] == [(0.49995, 50005), (0.20005, 50010)]
    assert [trade["fee"]["currency"] for trade in trades] == ["BTC", "BTC"]
    assert balance["BTC"]["free"] == 2.6993


def test_a_fill_that_comes_later_is_told(sandbox):
    sandbox.account()

    async def scenario(ex):
        watching = asyncio.create_task(wait_for(ex.watch_my_trades, bool))
        await ex.create_order("BTC/USDT", "limit", "buy", 0.1, 49000, {"newClientOrderId": "mine"})
        await asyncio.to_thread(sandbox.control, "price", {"symbol": "BTCUSDT", "price": "48000"})
        (trade,) = await watching
        return trade

    trade = listen(sandbox, scenario)
    assert (trade["takerOrMaker"], trade["price"]) == ("maker", 49000)


def test_a_cancelled_order_is_told_under_its_own_id(sandbox):
    sandbox.account()

    async def scenario(ex):
        orders = asyncio.create_task(wait_for(ex.watch_orders, lambda seen: seen and seen[-1]["status"] == "canceled"))
        order = await ex.create_order("BTC/USDT", "limit", "buy", 0.1, 49000, {"newClientOrderId": "mine"})
        await ex.cancel_order(order["id"], "BTC/USDT")
        return (await orders)[-1]["clientOrderId"]

    assert listen(sandbox, scenario) == "mine"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("stream_duplicate", ["NEW", "NEW", "TRADE", "TRADE"]),
        ("stream_out_of_order", ["TRADE", "NEW", "TRADE"]),
        ("stream_drop", ["TRADE", "TRADE"]),
    ],
)
def test_stream_messages_come_twice_out_of_order_or_not_at_all(sandbox, fault, told):
    sandbox.account()
    sandbox.control("faults", {"account": "alice", "faults": [{"kind": fault}]})

    async def scenario(ex):
        heard = []
        handle = ex.handle_order_update
        ex.handle_order_update = lambda conn, message: (heard.append(message["x"]), handle(conn, message))
        balance = asyncio.create_task(ex.watch_balance())
        await ex.create_order(*BUY)
        await balance
        return heard

    assert listen(sandbox, scenario) == told
    assert [each["fault"] for each in sandbox.journal("fault_applied")] == [fault]


def test_a_broken_stream_is_an_error_and_can_be_opened_again(sandbox):
    sandbox.account()

    async def scenario(ex):
        watching = asyncio.create_task(ex.watch_orders())
        await asyncio.sleep(0.05)
        await asyncio.to_thread(sandbox.control, "streams", {})
        with pytest.raises(Exception, match=r"closed|Connection"):
            await watching
        watching = asyncio.create_task(ex.watch_orders())
        await ex.authenticate({"type": "spot"})  # the watch above is on it: this waits for the same answer
        await ex.create_order(*BUY)
        return await watching

    assert listen(sandbox, scenario)


def test_everybody_hears_of_trades_books_tickers_and_candles(sandbox):
    sandbox.account()

    async def scenario(ex):
        watches = (
            ex.watch_trades("BTC/USDT"),
            ex.watch_ticker("BTC/USDT"),
            ex.watch_bids_asks(["BTC/USDT"]),
            ex.watch_ohlcv("BTC/USDT", "1m"),
        )
        tasks = [asyncio.create_task(watch) for watch in watches]
        book = await ex.watch_order_book("BTC/USDT")
        first = book["bids"][0][0]
        while not all(task.done() for task in tasks):
            await asyncio.to_thread(sandbox.control, "price", {"symbol": "BTCUSDT", "price": "50500"})
            await asyncio.sleep(0.05)
        while book["bids"][0][0] == first:
            book = await ex.watch_order_book("BTC/USDT")
        trades, ticker, quotes, candles = [task.result() for task in tasks]
        return trades[-1]["price"], ticker["last"], quotes["BTC/USDT"]["bid"], candles[-1][4], book["bids"][0][0]

    assert listen(sandbox, scenario) == (50500, 50500, 50494.95, 50500, 50494.95)


def test_orders_go_over_the_websocket_too(sandbox):
    sandbox.account()

    async def scenario(ex):
        order = await ex.create_order_ws("BTC/USDT", "limit", "buy", 0.1, 49000)
        found = await ex.fetch_order_ws(order["id"], "BTC/USDT")
        ended = await ex.cancel_order_ws(order["id"], "BTC/USDT")
        return order["status"], found["price"], ended["status"]

    assert listen(sandbox, scenario, subscribed=False) == ("open", 49000, "canceled")


def test_public_figures_are_there_to_ask_for(sandbox):
    sandbox.control("price", {"symbol": "BTCUSDT", "price": "51000"})

    async def scenario(ex):
        ticker = await ex.fetch_ticker("BTC/USDT")
        return (
            ticker["last"],
            ticker["bid"] < 51000 < ticker["ask"],
            (await ex.fetch_trades("BTC/USDT"))[-1]["price"],
            (await ex.fetch_ohlcv("BTC/USDT", "1m"))[-1][4],
            len((await ex.fetch_order_book("BTC/USDT"))["asks"]),
            len(await ex.fetch_tickers()),
            abs(await ex.fetch_time() - ex.milliseconds()) < 2000,
        )

    assert drive(sandbox, scenario) == (51000, True, 51000, 51000, 20, 9, True)


def test_a_delayed_order_on_the_websocket_holds_up_none_behind_it(sandbox):
    sandbox.account()
    slow = {"kind": "delay_before_ms", "ms": 400, "method": "WS", "path": "order.place"}
    sandbox.control("faults", {"account": "alice", "faults": [slow]})

    async def scenario(ex):
        ids = ("one", "two")
        orders = [
            ex.create_order_ws("BTC/USDT", "limit", "buy", 0.1, 49000, {"newClientOrderId": each}) for each in ids
        ]
        return [order["status"] for order in await asyncio.gather(*orders)]

    assert listen(sandbox, scenario, subscribed=False) == ["open", "open"]
    (delayed,) = sandbox.journal("fault_applied")
    assert [fact["sentClientOrderId"] for fact in sandbox.journal("order_accepted")][1:] == [
        delayed["sentClientOrderId"]
    ]
