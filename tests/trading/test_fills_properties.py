"""The fill rules against an independent model in exact fractions, for prices and sizes of every size."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from hypothesis import assume, given
from hypothesis import strategies as st

from cryptouniverse.kernel.market import INT64_MAX
from trading.fills import (
    BUY,
    NO_LEG,
    SELL,
    STOP,
    Costs,
    FillOverflow,
    fee_minor,
    limit_in_bar,
    notional_minor,
    protect_in_bar,
    slipped,
)

SIDES = st.sampled_from([BUY, SELL])
PRICES = st.one_of(st.integers(1, 300), st.integers(1, 10**12), st.integers(1, INT64_MAX))
SLIPPAGES = st.integers(0, 10_000)
BARS = st.lists(st.integers(1, 400), min_size=3, max_size=3).map(lambda p: (sorted(p)[1], max(p), min(p)))
LEVELS = st.integers(1, 400)


def model_slipped(side: int, ticks: int, bps: int) -> int:
    worse = Fraction(ticks) * (1 + side * Fraction(bps, 10_000))
    return ceil(worse) if side == BUY else max(floor(worse), 1)


@given(SIDES, PRICES, SLIPPAGES)
def test_slippage_equals_the_fraction_rounded_to_the_worse_tick(side, ticks, bps):
    expected = model_slipped(side, ticks, bps)
    try:
        assert slipped(side, ticks, bps) == expected
    except FillOverflow:
        assert expected > INT64_MAX


@given(SIDES, st.integers(1, 10**15), SLIPPAGES, SLIPPAGES)
def test_more_slippage_never_helps(side, ticks, one, other):
    less, more = sorted((one, other))
    assert side * slipped(side, ticks, more) >= side * slipped(side, ticks, less) >= side * ticks - (ticks == 1)


@given(st.integers(0, INT64_MAX), st.integers(0, 1_000_000))
def test_a_fee_equals_the_fraction_rounded_up(notional, ppm):
    assert fee_minor(notional, ppm) == ceil(Fraction(notional) * ppm / 1_000_000)


@given(st.integers(0, 2**40), st.integers(0, 2**40), st.integers(0, 2**20))
def test_a_notional_is_the_product_or_refused(ticks, steps, minor):
    try:
        assert notional_minor(ticks, steps, minor) == ticks * steps * minor
    except FillOverflow:
        assert ticks * steps * max(minor, 1) > INT64_MAX


@given(SIDES, LEVELS, BARS)
def test_a_limit_fills_inside_the_bar_at_the_limit_or_better(side, limit, bar):
    open_, high, low = bar
    price = limit_in_bar(side, limit, *bar)
    through = low < limit if side == BUY else high > limit
    assert bool(price) == through
    assert not price or (low <= price <= high and side * price <= side * limit and price in (open_, limit))


def model_protection(side: int, stop: int, target: int, bar: tuple[int, int, int], bps: int) -> tuple[str, int]:
    """Walks the bar's worst path: its open, then the extreme against the position, then the one in its favour."""
    open_, high, low = bar
    for price in (open_, *((low, high) if side > 0 else (high, low))):
        if stop and side * price <= side * stop:
            return "stop", model_slipped(-side, open_ if price == open_ else stop, bps)
        if target and side * price > side * target:
            return "target", open_ if price == open_ else target
    return "none", 0


@given(SIDES, st.one_of(st.just(0), LEVELS), st.one_of(st.just(0), LEVELS), BARS, SLIPPAGES)
def test_protection_equals_a_walk_along_the_worst_path(side, stop, target, bar, bps):
    assume(not stop or not target or side * stop < side * target)
    which, price = protect_in_bar(side, stop, target, *bar, Costs(slippage_bps=bps))
    assert (["none", "stop", "target"][which], price) == model_protection(side, stop, target, bar, bps)


@given(SIDES, st.one_of(st.just(0), LEVELS), st.one_of(st.just(0), LEVELS), BARS, SLIPPAGES)
def test_no_protective_fill_lies_outside_the_bar_except_by_slippage(side, stop, target, bar, bps):
    _, high, low = bar
    unslipped = protect_in_bar(side, stop, target, *bar, Costs(slippage_bps=0))
    with_slippage = protect_in_bar(side, stop, target, *bar, Costs(slippage_bps=bps))

    assert unslipped[0] == with_slippage[0]
    assert unslipped[0] == NO_LEG or low <= unslipped[1] <= high
    assert with_slippage[0] == STOP or with_slippage == unslipped
    assert side * with_slippage[1] <= side * unslipped[1]
