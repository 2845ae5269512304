"""From float prices to whole ticks."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryptouniverse.kernel.market import MINOR_PER_UNIT
from tests.trading.marketdata_cast import candles, with_value
from trading.marketdata.errors import CandlesRefused
from trading.marketdata.ticks import as_ticks, step_of, tick_of
from trading.marketdata.types import CandleColumns


def _flat(*prices: float) -> CandleColumns:
    column = np.array(prices)
    return CandleColumns(np.arange(len(prices), dtype=np.int64), column, column, column, column, column * 0)


@pytest.mark.parametrize(
    ("prices", "tick"),
    [((42283.58, 42283.5), "0.01"), ((0.00001234,), "0.00000001"), ((5.0, 1200.0), "1"), ((0.07412, 0.1), "0.00001")],
)
def test_the_tick_is_the_coarsest_power_of_ten_that_every_price_is_on(prices, tick):
    assert tick_of(_flat(*prices)) == Decimal(tick)


def test_noise_beyond_any_grid_is_kept_to_nine_digits_and_no_finer():
    assert tick_of(_flat(42283.58 / 3)) == Decimal("0.00001")


@given(st.integers(1, 2**50), st.integers(0, 8))
def test_a_price_written_in_decimals_becomes_exactly_its_ticks(ticks, places):
    tick = Decimal(1).scaleb(-places)

    assert as_ticks(_flat(float(ticks * tick)), tick).close.tolist() == [ticks]


def test_a_price_off_the_given_tick_is_refused_with_its_row():
    with pytest.raises(CandlesRefused, match=r"high .* is not a whole number of ticks") as refusal:
        as_ticks(with_value(candles(), "high", 7, 150.005), Decimal("0.01"))

    assert refusal.value.row == 8


def test_a_price_that_no_tick_can_count_is_refused():
    with pytest.raises(CandlesRefused):
        as_ticks(_flat(1e300), Decimal("0.01"))


@pytest.mark.parametrize("places", range(13))
def test_one_tick_times_one_step_is_one_minor_unit(places):
    tick = Decimal(1).scaleb(-places)

    assert tick * step_of(tick) * MINOR_PER_UNIT == 1
