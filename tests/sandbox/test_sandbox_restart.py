"""A killed sandbox goes on where it was: state comes out of the journal."""

import json

import ccxt
import pytest

from tests.sandbox.program import drive, running
from trading.sandbox.server.exchange import Exchange, Options


async def busy(ex):
    await ex.create_order("BTC/USDT", "market", "buy", 0.1)
    await ex.create_order("BTC/USDT", "limit", "buy", 0.5, 49000, {"newClientOrderId": "resting"})
    await ex.create_order("BTC/USDT", "market", "sell", 1, None, {"stopLossPrice": 48000})
    return await everything(ex)


async def everything(ex):
    orders = await ex.fetch_orders("BTC/USDT")
    trades = await ex.fetch_my_trades("BTC/USDT")
    balance = await ex.fetch_balance()
    return [each["info"] for each in (*orders, *trades)], balance["total"], balance["used"]


def test_a_killed_sandbox_shows_the_same_orders_trades_and_balances(tmp_path):
    with running(tmp_path) as sandbox:
        sandbox.account()
        before = drive(sandbox, busy)
        sandbox.kill()
        sandbox.start()
        assert drive(sandbox, everything) == before


def test_resting_orders_and_stops_still_work_after_a_kill(tmp_path):
    with running(tmp_path) as sandbox:
        sandbox.account()
        drive(sandbox, busy)
        sandbox.kill()
        sandbox.start()
        sandbox.control("price", {"symbol": "BTCUSDT", "price": "47000"})
        statuses = drive(sandbox, lambda ex: ex.fetch_orders("BTC/USDT"))
    assert [order["status"] for order in statuses] == ["closed", "closed", "closed"]


def test_faults_that_are_used_up_stay_used_up_and_others_stay_set(tmp_path):
    with running(tmp_path) as sandbox:
        sandbox.account(client_ids="ignored")
        sandbox.control("faults", {"account": "alice", "faults": [{"kind": "5xx_before", "count": 2}]})
        statuses = [_status_of(sandbox) for _ in range(1)]
        sandbox.kill()
        sandbox.start()
        statuses += [_status_of(sandbox) for _ in range(2)]
    assert statuses == ["failed", "failed", "there"]


def _status_of(sandbox):
    async def scenario(ex):
        try:
            await ex.private_get_account()
            return "there"
        except ccxt.ExchangeError:
            return "failed"

    return drive(sandbox, scenario)


def test_a_torn_last_action_is_dropped_whole(tmp_path):
    with running(tmp_path) as sandbox:
        sandbox.account()
        drive(sandbox, lambda ex: ex.create_order("BTC/USDT", "limit", "buy", 0.5, 49000))
        sandbox.kill()
        journal = tmp_path / "journal.jsonl"
        whole = journal.read_bytes()
        torn = (
            whole + json.dumps({"n": 10_000, "lines": 2, "kind": "order_accepted"}).encode() + b"\n" + b'{"n":10001,"ki'
        )
        journal.write_bytes(torn)
        sandbox.start()
        assert len(drive(sandbox, lambda ex: ex.fetch_open_orders("BTC/USDT"))) == 1
        assert journal.read_bytes() == whole


def test_two_sandboxes_never_share_a_journal_nor_one_both_modes(tmp_path):
    first = Exchange(Options(home=tmp_path))
    with pytest.raises(BlockingIOError):
        Exchange(Options(home=tmp_path))
    first.close()
    with pytest.raises(ValueError, match="book mode"):
        Exchange(Options(home=tmp_path, in_bars=True))
