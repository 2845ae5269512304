"""Prices round against the trader: a stop to the tick above, a limit and a target to the tick below."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from cryptouniverse.kernel.market import Instrument
from tests.trading.test_risk_gate import LIMITS
from trading.risk.prices import MIN_STOP_BPS, limit_price_of, stop_price_of, target_price_of
from trading.risk.types import Proposal

COARSE = Instrument("binance:XRP/USDT", "XRP", "USDT", Decimal("0.1"), Decimal("0.1"))
WISH = Proposal(
    bot_id=UUID(int=1),
    instrument=COARSE,
    price=Decimal("10.1"),
    price_age_s=Decimal(0),
    stop_bps=500,
    target_bps=1_000,
    allocation=Decimal(1_000),
)


def test_a_stop_is_rounded_to_the_tick_above():
    assert stop_price_of(WISH) == Decimal("9.6")  # 9.595


def test_a_stop_has_a_least_distance_and_is_above_zero():
    assert stop_price_of(replace(WISH, price=Decimal(1_000), stop_bps=0)) == 1_000 - MIN_STOP_BPS / Decimal(10)
    assert stop_price_of(replace(WISH, price=Decimal("0.1"), stop_bps=9_999)) == Decimal("0.1")


def test_a_limit_is_rounded_to_the_tick_below():
    assert limit_price_of(WISH, LIMITS) == Decimal("10.2")  # 10.201


@pytest.mark.parametrize(("target_bps", "price"), [(1_000, Decimal("11.1")), (0, None), (-5, None)])
def test_a_target_is_rounded_to_the_tick_below_or_is_none(target_bps, price):
    assert target_price_of(replace(WISH, target_bps=target_bps)) == price  # 11.11
