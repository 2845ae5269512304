"""FIFO lots: the oldest goes first, and whatever is split adds up again."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryptouniverse.kernel.errors import FloatRefused, Invalid
from cryptouniverse.kernel.market import INT64_MAX
from trading.fills import ClosesTooMuch, FillOverflow, Lot, LotClose, close_fifo, share_of

AMOUNTS = st.integers(-INT64_MAX, INT64_MAX)
SUMS = st.integers(-(10**15), 10**15)
LOTS = st.lists(st.builds(Lot, steps=st.integers(1, 10**9), cost=SUMS), min_size=1, max_size=6)


def test_the_oldest_lot_is_closed_first_and_the_next_in_part():
    closes, left = close_fifo([Lot(10, 1_000), Lot(10, 1_200), Lot(5, 700)], 15, 1_800)

    assert closes == [LotClose(0, 10, 1_000, 1_200, 200), LotClose(1, 5, 600, 600, 0)]
    assert left == [Lot(5, 600), Lot(5, 700)]


def test_the_last_share_takes_the_remainder():
    closes, left = close_fifo([Lot(1, 10), Lot(1, 10), Lot(1, 10)], 3, 100)
    assert [close.proceeds for close in closes] == [33, 33, 34]
    assert left == []


def test_a_lot_closed_in_three_parts_gives_its_cost_exactly_once():
    lots, costs = [Lot(3, 100)], []
    for _ in range(3):
        [close], lots = close_fifo(lots, 1, 50)
        costs.append(close.cost)
    assert costs == [33, 33, 34]


def test_a_short_earns_what_it_sold_for_less_what_it_bought_back_for():
    [close], _ = close_fifo([Lot(10, -1_000)], 10, -900)
    assert close.profit == 100


def test_more_than_is_open_is_refused():
    with pytest.raises(ClosesTooMuch) as refusal:
        close_fifo([Lot(10, 1_000)], 11, 1_100)
    assert refusal.value.facts == {"steps": 11, "open": 10}


@pytest.mark.parametrize(("lots", "steps"), [([Lot(10, 1)], 0), ([Lot(10, 1)], -1), ([], 1)])
def test_nothing_is_not_a_closing_fill(lots, steps):
    with pytest.raises(Invalid):
        close_fifo(lots, steps, 1)


@pytest.mark.parametrize(
    ("lot", "refusal"),
    [((0, 1), Invalid), ((1.0, 1), FloatRefused), ((1, 1.0), FloatRefused), ((INT64_MAX + 1, 1), FillOverflow)],
)
def test_a_lot_of_nothing_of_floats_or_beyond_64_bits_is_refused(lot, refusal):
    with pytest.raises(refusal):
        Lot(*lot)


def test_proceeds_beyond_64_bits_are_refused():
    with pytest.raises(FillOverflow):
        close_fifo([Lot(1, 1)], 1, INT64_MAX + 1)


@given(LOTS, st.data(), SUMS)
def test_steps_costs_and_proceeds_sum_exactly(lots, data, proceeds):
    steps = data.draw(st.integers(1, sum(lot.steps for lot in lots)))
    closes, left = close_fifo(lots, steps, proceeds)

    assert sum(close.steps for close in closes) == steps
    assert sum(close.proceeds for close in closes) == proceeds
    assert sum(close.cost for close in closes) + sum(lot.cost for lot in left) == sum(lot.cost for lot in lots)
    assert sum(lot.steps for lot in left) + steps == sum(lot.steps for lot in lots)
    assert all(close.profit == close.proceeds - close.cost for close in closes)


@given(LOTS, st.data(), SUMS)
def test_each_share_is_its_fraction_rounded_down_and_the_last_one_is_less_than_a_unit_per_lot_off(lots, data, proceeds):
    steps = data.draw(st.integers(1, sum(lot.steps for lot in lots)))
    *firsts, last = close_fifo(lots, steps, proceeds)[0]

    assert all(close.proceeds == floor(Fraction(proceeds) * close.steps / steps) for close in firsts)
    assert 0 <= last.proceeds - Fraction(proceeds) * last.steps / steps <= len(firsts)
    assert last.cost == floor(Fraction(lots[last.index].cost) * last.steps / lots[last.index].steps)


@given(AMOUNTS, st.integers(0, INT64_MAX), st.integers(1, INT64_MAX))
def test_a_share_equals_the_fraction_rounded_down_at_every_size(total, one, other):
    part, whole = sorted((one, other))
    assert share_of(total, part, whole) == floor(Fraction(total) * part / whole)
