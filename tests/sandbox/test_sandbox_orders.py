"""Orders through ccxt: placed, matched, held, looked up, cancelled."""

import ccxt
import pytest

from tests.sandbox.program import drive


def test_a_market_order_walks_the_book_and_pays_from_what_it_gets(sandbox):
    sandbox.account()
    order = drive(sandbox, lambda ex: ex.create_order("BTC/USDT", "market", "buy", 0.1))

    assert (order["status"], order["filled"], order["average"]) == ("closed", 0.1, 50005.0)
    assert order["fee"] == {"currency": "BTC", "cost": 0.0001}
    assert sandbox.holds("alice", "BTC") == ("2.09990000", "0.00000000")
    assert sandbox.holds("alice", "USDT") == ("94999.50000000", "0.00000000")


def test_a_resting_order_holds_what_it_needs_and_gives_it_back(sandbox):
    sandbox.account()

    async def scenario(ex):
        order = await ex.create_order("BTC/USDT", "limit", "buy", 1, 49000)
        held = sandbox.holds("alice", "USDT")
        ended = await ex.cancel_order(order["id"], "BTC/USDT")
        return order, held, ended

    order, held, ended = drive(sandbox, scenario)
    assert (order["status"], held, ended["status"]) == ("open", ("51000.00000000", "49000.00000000"), "canceled")
    assert sandbox.holds("alice", "USDT") == ("100000.00000000", "0.00000000")


def test_an_ioc_order_fills_what_it_can_at_once_and_expires(sandbox):
    sandbox.account(balances={"USDT": "90000000"})
    ioc = {"timeInForce": "IOC"}
    order = drive(sandbox, lambda ex: ex.create_order("BTC/USDT", "limit", "buy", 3, 50015, ioc))
    assert (order["status"], order["filled"], order["remaining"]) == ("expired", 1.4997, 1.5003)
    assert sandbox.holds("alice", "USDT")[1] == "0.00000000"


def test_a_fok_order_is_all_or_nothing(sandbox):
    sandbox.account(balances={"USDT": "90000000"})
    fok = {"timeInForce": "FOK"}
    order = drive(sandbox, lambda ex: ex.create_order("BTC/USDT", "limit", "buy", 3, 50015, fok))
    assert (order["status"], order["filled"]) == ("expired", 0)


def test_a_stop_rests_and_sells_when_the_price_falls_to_it(sandbox):
    sandbox.account()

    async def scenario(ex):
        order = await ex.create_order("BTC/USDT", "market", "sell", 1, None, {"stopLossPrice": 49000})
        before = await ex.fetch_order(order["id"], "BTC/USDT")
        sandbox.control("price", {"symbol": "BTCUSDT", "price": "48990"})
        return order, before, await ex.fetch_order(order["id"], "BTC/USDT")

    _order, before, after = drive(sandbox, scenario)
    assert (before["status"], before["info"]["type"], before["filled"]) == ("open", "STOP_LOSS", 0)
    assert (after["status"], after["filled"]) == ("closed", 1)
    assert 48950 < after["average"] < 48990


def test_a_limit_fills_as_maker_at_its_own_price_when_the_market_passes_it(sandbox):
    sandbox.account()

    async def scenario(ex):
        order = await ex.create_order("BTC/USDT", "limit", "buy", 0.5, 49000)
        sandbox.control("price", {"symbol": "BTCUSDT", "price": "48900"})
        return await ex.fetch_order(order["id"], "BTC/USDT"), await ex.fetch_my_trades("BTC/USDT")

    order, (trade,) = drive(sandbox, scenario)
    assert (order["status"], order["average"]) == ("closed", 49000)
    assert (trade["takerOrMaker"], trade["price"], trade["order"]) == ("maker", 49000, order["id"])


def test_lists_show_what_is_open_what_was_and_what_was_traded(sandbox):
    sandbox.account()

    async def scenario(ex):
        await ex.create_order("BTC/USDT", "market", "sell", 0.1)
        await ex.create_order("BTC/USDT", "limit", "sell", 0.2, 55000)
        await ex.create_order("ETH/USDT", "limit", "sell", 1, 3300)
        return (
            await ex.fetch_open_orders(),
            await ex.fetch_open_orders("BTC/USDT"),
            await ex.fetch_orders("BTC/USDT"),
            await ex.fetch_my_trades("BTC/USDT"),
            await ex.fetch_balance(),
        )

    both, one, every, trades, balance = drive(sandbox, scenario)
    assert [order["symbol"] for order in both] == ["BTC/USDT", "ETH/USDT"]
    assert [order["amount"] for order in one] == [0.2]
    assert [order["status"] for order in every] == ["closed", "open"]
    assert [trade["side"] for trade in trades] == ["sell"]
    assert balance["BTC"] == {"free": 1.7, "used": 0.2, "total": 1.9}


def test_two_accounts_trade_with_each_other_before_the_market_maker(sandbox):
    sandbox.account("alice")
    sandbox.account("bob")
    drive(sandbox, lambda ex: ex.create_order("BTC/USDT", "limit", "sell", 0.3, 50001))
    bought = drive(sandbox, lambda ex: ex.create_order("BTC/USDT", "market", "buy", 0.5), key="bob")

    assert [(fill["price"], fill["amount"]) for fill in bought["trades"]] == [(50001, 0.3), (50005, 0.2)]
    mine, others = (t for t in sandbox.journal("trade") if t["tradeId"] == bought["trades"][0]["info"]["tradeId"])
    assert (mine["account"], mine["maker"], others["account"], others["maker"]) == ("bob", False, "alice", True)
    assert mine["counterOrderId"] == others["orderId"]


@pytest.mark.parametrize(
    ("rule", "while_open", "afterwards"),
    [
        ("unique-open", ccxt.InvalidOrder, None),
        ("unique-ever", ccxt.InvalidOrder, ccxt.InvalidOrder),
        ("ignored", None, None),
        ("none", None, None),
    ],
)
def test_client_ids_repeat_as_the_account_is_set(sandbox, rule, while_open, afterwards):
    sandbox.account(client_ids=rule)

    async def attempt(ex):
        try:
            await ex.create_order("BTC/USDT", "limit", "buy", 0.1, 40000, {"newClientOrderId": "same"})
        except ccxt.BaseError as error:
            assert "Duplicate order sent." in str(error)
            return type(error)

    async def scenario(ex):
        await attempt(ex)
        repeated = await attempt(ex)
        await ex.cancel_all_orders("BTC/USDT")
        return repeated, await attempt(ex)

    assert drive(sandbox, scenario) == (while_open, afterwards)


def test_an_exchange_that_keeps_no_client_ids_cannot_find_by_them(sandbox):
    sandbox.account(client_ids="none")

    async def scenario(ex):
        order = await ex.create_order("BTC/USDT", "limit", "buy", 0.1, 40000, {"newClientOrderId": "mine"})
        with pytest.raises(ccxt.OrderNotFound):
            await ex.fetch_order(None, "BTC/USDT", {"origClientOrderId": "mine"})
        return order

    assert drive(sandbox, scenario)["clientOrderId"] != "mine"
    assert sandbox.journal("order_accepted")[0]["sentClientOrderId"] == "mine"
