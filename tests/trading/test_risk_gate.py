"""The gate: every rule refuses or reduces at its limit, says limit and value, and never lets nonsense through."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryptouniverse.kernel.market import Instrument
from trading.ceilings.types import Mode
from trading.risk.gate import judge
from trading.risk.protections import Closed, Protection
from trading.risk.types import Approved, Book, Limits, Proposal, Refusal

BTC = Instrument("binance:BTC/USDT", "BTC", "USDT", Decimal("0.01"), Decimal("0.00001"))
COOLDOWN = Protection("CooldownPeriod", stop_duration_candles=5)
LIMITS = Limits(
    whitelist=None,
    order_notional_max=Decimal(10_000),
    position_notional_max=Decimal(50_000),
    position_pct_max=Decimal(100),
    risk_per_trade_pct=Decimal(2),
    daily_loss_pct_max=Decimal(5),
    open_positions_max=5,
    quote_age_s_max=10,
    collar_bps=100,
)


REFUSALS = [
    ({"mode": Mode.CLOSE_ONLY}, {}, {}, "stop_switch"),
    ({}, {"potential": Decimal(0)}, {}, "profit_limit"),
    ({}, {}, {"price_age_s": Decimal(11)}, "stale_data"),
    ({"whitelist": frozenset({"binance:ETH/USDT"})}, {}, {}, "whitelist"),
    ({"protections": (COOLDOWN,)}, {"closed": [Closed(BTC.id, 0, Decimal(0), False)]}, {}, "protections"),
    ({}, {"equity": Decimal(95_000)}, {}, "daily_loss"),
    ({}, {"open_positions": 5}, {}, "open_positions"),
    ({}, {"exposure": {BTC.id: Decimal(50_000)}}, {}, "position_notional"),
    ({"position_pct_max": Decimal(1)}, {"exposure": {BTC.id: Decimal(1_000)}}, {}, "position_share"),
    ({}, {"cash_free": Decimal(0)}, {}, "cash"),
    ({}, {"cash_free": Decimal(4)}, {}, "cash"),
    ({}, {"exposure": {BTC.id: Decimal(49_996)}}, {}, "position_notional"),
    ({}, {"cash_free": Decimal(3)}, {"allocation": Decimal(4)}, "min_notional"),
]


def proposal(**changes) -> Proposal:
    wish = Proposal(
        bot_id=UUID(int=1),
        instrument=BTC,
        price=Decimal(40_000),
        price_age_s=Decimal(0),
        stop_bps=500,
        target_bps=1_000,
        allocation=Decimal(1_000),
    )
    return replace(wish, **changes)


def book(**changes) -> Book:
    standing = {
        "equity": Decimal(100_000),
        "day_start_equity": Decimal(100_000),
        "cash_free": Decimal(100_000),
        "potential": Decimal(10),
        "open_positions": 0,
        "exposure": {},
    }
    return Book(**{**standing, **changes})


def test_an_entry_inside_all_limits_is_taken_whole():
    answer = judge(proposal(), book(), LIMITS)

    assert isinstance(answer, Approved)
    assert (answer.rule, answer.quantity) == ("", answer.wanted_quantity)
    assert answer.limit_price == Decimal("40400.00")
    assert answer.stop_price == Decimal("38000.00")
    assert answer.target_price == Decimal("44000.00")
    assert answer.quantity * answer.limit_price <= 1_000


@pytest.mark.parametrize(("changed_limits", "changed_book", "changed_proposal", "rule"), REFUSALS)
def test_each_rule_refuses_at_its_limit_and_says_what_it_met(changed_limits, changed_book, changed_proposal, rule):
    answer = judge(proposal(**changed_proposal), book(**changed_book), replace(LIMITS, **changed_limits))

    assert isinstance(answer, Refusal)
    assert answer.rule == rule
    assert answer.limit
    assert answer.value


@pytest.mark.parametrize(
    ("changed_limits", "changed_book", "rule", "cap"),
    [
        ({"order_notional_max": Decimal(300)}, {}, "order_notional", Decimal(300)),
        (
            {"position_notional_max": Decimal(700)},
            {"exposure": {BTC.id: Decimal(400)}},
            "position_notional",
            Decimal(300),
        ),
        ({"position_pct_max": Decimal("0.5")}, {"exposure": {BTC.id: Decimal(200)}}, "position_share", Decimal(300)),
        ({}, {"cash_free": Decimal("300.3")}, "cash", Decimal(300)),
    ],
)
def test_a_cap_reduces_the_order_to_what_it_leaves(changed_limits, changed_book, rule, cap):
    answer = judge(proposal(), book(**changed_book), replace(LIMITS, **changed_limits))

    assert isinstance(answer, Approved)
    assert answer.rule == rule
    assert answer.quantity < answer.wanted_quantity
    assert cap - BTC.step * answer.limit_price < answer.quantity * answer.limit_price <= cap


@pytest.mark.parametrize("price", ["NaN", "Infinity", "0", "-1"])
def test_a_price_that_is_none_never_switches_a_limit_off(price):
    answer = judge(proposal(price=Decimal(price)), book(), LIMITS)

    assert isinstance(answer, Refusal)
    assert answer.rule == "stale_data"


def test_the_loss_at_the_stop_is_at_most_the_risk_budget():
    answer = judge(proposal(allocation=Decimal(0)), book(), replace(LIMITS, order_notional_max=Decimal(10**9)))

    assert isinstance(answer, Approved)
    at_risk = answer.quantity * (answer.limit_price - answer.stop_price)
    assert Decimal(1_999) < at_risk <= Decimal(2_000)


def test_what_is_sold_short_needs_its_margin_in_cash_and_no_more():
    short = proposal(margin=Decimal("0.3"))
    answer = judge(short, book(cash_free=Decimal(300)), LIMITS)

    assert isinstance(answer, Approved) and answer.rule == "" and answer.reserved < 300
    assert answer.reserved == answer.quantity * answer.limit_price * Decimal("0.3")
    assert judge(short, book(cash_free=Decimal(30)), LIMITS).rule == "cash"
    assert judge(proposal(), book(cash_free=Decimal(300)), LIMITS).rule == "cash"


def test_an_approval_counts_against_the_next_proposal():
    standing, limits = book(), replace(LIMITS, position_notional_max=Decimal(1_500))

    first = judge(proposal(), standing, limits)
    standing.reserve(first)
    second = judge(proposal(), standing, limits)

    assert second.rule == "position_notional"
    assert standing.open_positions == 1
    assert first.quantity * first.limit_price + second.quantity * second.limit_price <= 1_500


@given(
    price=st.decimals("0.01", "90000", places=2),
    stop_bps=st.integers(1, 9_000),
    cash=st.decimals("0", "200000", places=2),
    cap=st.decimals("1", "50000", places=2),
    held=st.decimals("0", "60000", places=2),
)
def test_no_approval_ever_crosses_a_cap(price, stop_bps, cash, cap, held):
    standing = book(cash_free=cash, exposure={BTC.id: held})
    limits = replace(LIMITS, order_notional_max=cap, position_notional_max=Decimal(60_000))

    answer = judge(proposal(price=price, stop_bps=stop_bps, allocation=Decimal(0)), standing, limits)

    if isinstance(answer, Approved):
        notional = answer.quantity * answer.limit_price
        assert notional <= cap
        assert notional + held <= 60_000
        assert answer.reserved <= cash
        assert answer.quantity % BTC.step == 0
        assert BTC.min_notional <= notional


@pytest.mark.parametrize(("hours", "answer"), [(4, Refusal), (5, Approved)])
def test_a_protection_locks_by_when_the_entry_would_fill(hours, answer):
    closed = [Closed(BTC.id, 0, Decimal(0), False)]
    asked = proposal(slot_ms=hours * 3_600_000)  # fills an hour later, and the lock ends with the fifth candle after

    assert isinstance(judge(asked, book(closed=closed), replace(LIMITS, protections=(COOLDOWN,))), answer)
