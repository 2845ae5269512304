"""Prices and fees: what each rule says, in the numbers of a trader."""

from __future__ import annotations

import pytest

from cryptouniverse.kernel.errors import FloatRefused, Invalid
from cryptouniverse.kernel.market import INT64_MAX
from trading.fills import (
    BUY,
    LONG,
    NO_LEG,
    SELL,
    SHORT,
    STOP,
    TARGET,
    Costs,
    FillOverflow,
    fee_minor,
    limit_in_bar,
    market_at_open,
    notional_minor,
    protect_in_bar,
    slipped,
)

FIVE_BPS = Costs(slippage_bps=5)
FREE = Costs(maker_ppm=0, taker_ppm=0, slippage_bps=0)


def test_a_market_buy_pays_the_open_plus_slippage_rounded_to_the_worse_tick():
    assert market_at_open(BUY, 10_001, FIVE_BPS) == 10_007  # 10,001 * 1.0005 = 10,006.0005


def test_a_market_sell_gets_the_open_less_slippage_rounded_to_the_worse_tick():
    assert market_at_open(SELL, 10_001, FIVE_BPS) == 9_995  # 10,001 * 0.9995 = 9,995.9995


def test_slippage_that_comes_out_in_whole_ticks_is_not_rounded_further():
    assert (slipped(BUY, 20_000, 5), slipped(SELL, 20_000, 5)) == (20_010, 19_990)


def test_no_slippage_leaves_the_price():
    assert (slipped(BUY, 7, 0), slipped(SELL, 7, 0)) == (7, 7)


def test_a_sell_never_slips_below_one_tick():
    assert slipped(SELL, 1, 10_000) == 1


def test_slippage_cannot_help_an_order():
    with pytest.raises(Invalid):
        slipped(BUY, 100, -1)


def test_a_price_of_nothing_does_not_fill():
    with pytest.raises(Invalid):
        market_at_open(SELL, 0, FREE)


def test_a_fee_is_rounded_up_to_the_minor_unit():
    assert [fee_minor(1_000, 1000), fee_minor(1_001, 1000), fee_minor(1, 1), fee_minor(0, 1000)] == [1, 2, 1, 0]


def test_the_whole_notional_is_the_largest_fee():
    assert fee_minor(INT64_MAX, 1_000_000) == INT64_MAX


def test_a_notional_is_exact_up_to_64_bits_and_refused_beyond():
    assert notional_minor(INT64_MAX, 1, 1) == INT64_MAX
    for ticks, steps, minor in ((INT64_MAX, 2, 1), (INT64_MAX, 1, 2), (INT64_MAX + 1, 1, 1), (2**32, 2**31, 1)):
        with pytest.raises(FillOverflow):
            notional_minor(ticks, steps, minor)


@pytest.mark.parametrize("negative", [(-1, 1, 1), (1, -1, 1), (1, 1, -1)])
def test_a_notional_counts_from_zero_up(negative):
    with pytest.raises(Invalid):
        notional_minor(*negative)


@pytest.mark.parametrize(("notional", "ppm"), [(-1, 1000), (1, -1), (1, 1_000_001), (INT64_MAX + 1, 0)])
def test_a_fee_out_of_bounds_is_refused(notional, ppm):
    with pytest.raises(Invalid):
        fee_minor(notional, ppm)


def test_the_smallest_price_is_one_tick():
    assert (slipped(BUY, 1, 0), slipped(BUY, 1, 1), slipped(SELL, 1, 0)) == (1, 2, 1)


def test_slippage_beyond_the_whole_price_is_refused():
    with pytest.raises(Invalid):
        slipped(SELL, 100, 10_001)


def test_a_slipped_price_beyond_64_bits_is_refused():
    with pytest.raises(FillOverflow):
        slipped(BUY, INT64_MAX, 1)


@pytest.mark.parametrize("nonsense", [{"taker_ppm": -1}, {"maker_ppm": 1_000_001}, {"slippage_bps": 10_001}])
def test_costs_out_of_bounds_are_refused(nonsense):
    with pytest.raises(Invalid):
        Costs(**nonsense)


def test_costs_are_no_floats():
    with pytest.raises(FloatRefused):
        Costs(taker_ppm=1000.0)


@pytest.mark.parametrize(
    ("side", "limit", "bar", "price"),
    [
        (BUY, 100, (105, 110, 100), 0),  # touched is not traded through
        (BUY, 100, (105, 110, 99), 100),
        (BUY, 100, (98, 110, 97), 98),  # opened beyond the limit: the open is better
        (SELL, 100, (95, 100, 90), 0),
        (SELL, 100, (95, 101, 90), 100),
        (SELL, 100, (103, 104, 90), 103),
    ],
)
def test_a_limit_fills_only_if_traded_through(side, limit, bar, price):
    assert limit_in_bar(side, limit, *bar) == price


@pytest.mark.parametrize(
    ("position", "stop", "target", "bar", "which", "price"),
    [
        (LONG, 20_000, 30_000, (25_000, 29_000, 21_000), NO_LEG, 0),
        (LONG, 20_000, 30_000, (25_000, 31_000, 19_000), STOP, 19_990),  # both inside: the stop is assumed first
        (LONG, 20_000, 30_000, (25_000, 29_000, 20_000), STOP, 19_990),  # a stop triggers when touched
        (LONG, 20_000, 30_000, (18_000, 31_000, 17_000), STOP, 17_991),  # gap: at the open, not at the stop
        (LONG, 20_000, 30_000, (25_000, 30_001, 24_000), TARGET, 30_000),  # a target does not slip
        (LONG, 20_000, 30_000, (25_000, 30_000, 24_000), NO_LEG, 0),  # touched is not traded through
        (LONG, 20_000, 30_000, (32_000, 33_000, 19_000), TARGET, 32_000),  # the open comes before the low
        (LONG, 0, 30_000, (25_000, 31_000, 1), TARGET, 30_000),
        (LONG, 20_000, 0, (25_000, 90_000, 19_000), STOP, 19_990),
        (SHORT, 30_000, 20_000, (25_000, 29_000, 21_000), NO_LEG, 0),
        (SHORT, 30_000, 20_000, (25_000, 31_000, 19_000), STOP, 30_015),
        (SHORT, 30_000, 20_000, (25_000, 30_000, 21_000), STOP, 30_015),
        (SHORT, 30_000, 20_000, (32_000, 33_000, 19_000), STOP, 32_016),
        (SHORT, 30_000, 20_000, (25_000, 26_000, 19_999), TARGET, 20_000),
        (SHORT, 30_000, 20_000, (25_000, 26_000, 20_000), NO_LEG, 0),
        (SHORT, 30_000, 20_000, (18_000, 31_000, 17_000), TARGET, 18_000),
    ],
)
def test_protection_inside_a_bar(position, stop, target, bar, which, price):
    assert protect_in_bar(position, stop, target, *bar, FIVE_BPS) == (which, price)
