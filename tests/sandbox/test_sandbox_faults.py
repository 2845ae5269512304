"""Faults on demand: what the client sees, and what the exchange really did."""

import time

import ccxt
import pytest

from tests.sandbox.program import drive

ORDER = {"method": "POST", "path": "/api/v3/order"}


def order_of(client_id="one", **more):
    async def scenario(ex):
        ex.timeout = more.pop("timeout", 10_000)
        params = {"newClientOrderId": client_id} | more
        return await ex.create_order("BTC/USDT", "limit", "buy", 0.1, 40000, params)

    return scenario


async def found(ex):
    return (await ex.fetch_order(None, "BTC/USDT", {"origClientOrderId": "one"}))["status"]


def faulty(sandbox, *faults, **settings):
    sandbox.account()
    sandbox.control("faults", {"account": "alice", "seed": 7, "faults": list(faults)} | settings)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "accept_then_drop_reply"}, ccxt.NetworkError),
        ({"kind": "5xx_after_accept"}, ccxt.RequestTimeout),
        ({"kind": "5xx_after_accept", "status": 502}, ccxt.NetworkError),
        ({"kind": "html_after_accept"}, ccxt.NetworkError),
        ({"kind": "hang_after_accept"}, ccxt.RequestTimeout),
    ],
)
def test_an_order_is_there_although_its_reply_is_lost(sandbox, fault, error):
    faulty(sandbox, fault | ORDER)
    with pytest.raises(error):
        drive(sandbox, order_of(timeout=300))
    assert drive(sandbox, found) == "open"
    assert [each["fault"] for each in sandbox.journal("fault_applied")] == [fault["kind"]]


def test_what_hangs_is_not_done_when_the_client_has_gone(sandbox):
    faulty(sandbox, {"kind": "hang", "count": 1} | ORDER, {"kind": "delay_before_ms", "ms": 600} | ORDER)
    with pytest.raises(ccxt.RequestTimeout):
        drive(sandbox, order_of("one", timeout=300))

    drive(sandbox, order_of("two"))  # it waits longer than the exchange takes to see that the first client has gone

    assert [fact["sentClientOrderId"] for fact in sandbox.journal("order_accepted")] == ["two"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "status": 429, "retry_after_s": 3}, ccxt.DDoSProtection),
        ({"kind": "status", "status": 418}, ccxt.DDoSProtection),
        ({"kind": "5xx_before"}, ccxt.ExchangeError),
        ({"kind": "html_instead_of_json"}, ccxt.NetworkError),
        ({"kind": "hang"}, ccxt.RequestTimeout),
    ],
)
def test_an_order_is_not_there_when_the_fault_comes_before_it(sandbox, fault, error):
    faulty(sandbox, fault | ORDER)
    with pytest.raises(error):
        drive(sandbox, order_of(timeout=300, recvWindow=200))
    with pytest.raises(ccxt.OrderNotFound):
        drive(sandbox, found)


def test_a_request_that_is_delayed_past_its_window_is_refused(sandbox):
    faulty(sandbox, {"kind": "delay_before_ms", "ms": 150} | ORDER)
    with pytest.raises(ccxt.InvalidNonce, match="-1021"):
        drive(sandbox, order_of(recvWindow=100))
    assert sandbox.journal("order_accepted") == []
    assert [each["code"] for each in sandbox.journal("order_rejected")] == [-1021]


def test_a_late_order_is_accepted_after_its_client_gave_up(sandbox):
    faulty(sandbox, {"kind": "delay_before_ms", "ms": 300} | ORDER)
    with pytest.raises(ccxt.RequestTimeout):
        drive(sandbox, order_of(timeout=100))
    until = time.monotonic() + 5
    while not sandbox.journal("order_accepted"):
        assert time.monotonic() < until, "it never came"


def test_a_new_order_hides_from_queries_for_a_while(sandbox):
    faulty(sandbox, visibility_lag_ms=600_000)
    drive(sandbox, order_of())
    with pytest.raises(ccxt.OrderNotFound):
        drive(sandbox, found)
    assert drive(sandbox, lambda ex: ex.fetch_open_orders("BTC/USDT")) == []
    sandbox.control("faults", {"account": "alice", "visibility_lag_ms": 0})
    assert drive(sandbox, found) == "open"


def test_a_wrong_clock_refuses_what_is_signed_with_the_right_one(sandbox):
    faulty(sandbox, clock_shift_ms=60_000)
    with pytest.raises(ccxt.InvalidNonce):
        drive(sandbox, order_of())


def test_faults_of_one_account_leave_the_others_alone(sandbox):
    faulty(sandbox, {"kind": "5xx_before", "probability": "1"})
    sandbox.account("bob", client_ids="none")
    assert drive(sandbox, order_of(), key="bob")["status"] == "open"
    with pytest.raises(ccxt.ExchangeError):
        drive(sandbox, order_of())


def test_chance_repeats_itself_with_the_seed(sandbox):
    def run():
        sandbox.control("reset", {})
        faulty(sandbox, {"kind": "5xx_before", "probability": "0.5"} | ORDER)

        async def scenario(ex):
            return [await attempt(ex, number) for number in range(20)]

        return drive(sandbox, scenario)

    async def attempt(ex, number):
        try:
            return (await order_of(f"number{number}")(ex))["status"]
        except ccxt.ExchangeError:
            return "failed"

    first = run()
    assert first == run()
    assert set(first) == {"open", "failed"}
