"""What a fill costs: a stop takes from the book and pays the taker's fee, a target rests in it and pays the maker's."""

from decimal import Decimal
from uuid import UUID

import pytest

from cryptouniverse.kernel.market import Instrument
from trading.execution.paper import fill_at_open, fill_protection
from trading.execution.types import Candle, WorkingOrder
from trading.fills.types import Costs

BTC = Instrument("binance:BTC/USDT", "BTC", "USDT", Decimal("0.01"), Decimal("0.00001"))
COSTS = Costs(maker_ppm=200, taker_ppm=1_000, slippage_bps=0)


def order(purpose: str) -> WorkingOrder:
    return WorkingOrder(
        pk=1,
        public_id=UUID(int=1),
        intent_pk=1,
        portfolio_pk=1,
        position_pk=1,
        bot_id=UUID(int=2),
        instrument_id=BTC.id,
        purpose=purpose,
        quantity=Decimal(1),
        limit_price=None,
        stop_price=Decimal(90),
        target_price=Decimal(120),
        reserved=Decimal(0),
        slot_ms=0,
    )


def candle(open_: int, high: int, low: int, close: int) -> Candle:
    return Candle(BTC, open_ * 100, high * 100, low * 100, close * 100)


@pytest.mark.parametrize(
    ("bar", "cause", "fee"), [((100, 101, 89, 95), "stop", "0.09"), ((100, 121, 99, 110), "target", "0.024")]
)
def test_a_stop_pays_the_takers_fee_and_a_target_the_makers(bar, cause, fee):
    execution = fill_protection(order("protect"), candle(*bar), 0, COSTS)

    assert (execution.cause, Decimal(execution.fee_minor) / 10**8) == (cause, Decimal(fee))


@pytest.mark.parametrize("purpose", ["entry", "exit"])
def test_what_meets_the_open_pays_the_takers_fee(purpose):
    execution = fill_at_open(order(purpose), candle(100, 101, 99, 100), 0, COSTS)

    assert Decimal(execution.fee_minor) / 10**8 == Decimal("0.1")
