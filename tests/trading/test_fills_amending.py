"""New terms for what protects a position: what stays, what begins anew, and what is refused."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trading.orders_cast import FREE, bars
from trading.fills import Bracket, BracketState, BreakEven, OrderSpec, OutOfBounds, Target, Trail, WrongSide, step
from trading.fills.amending import Said, amend
from trading.fills.errors import SharesDoNotAddUp
from trading.fills.states import OrderState

LAST = 1000
SPEC = Bracket(OrderSpec("market", 1, 10), 900, (Target(1100, 4), Target(1200, 6)), Trail(delta_ticks=50))
HELD = BracketState(OrderState("filled", filled=10), entry_ticks=950, left=6, stop=970, extreme=1020, hit=1, bars=5)


def test_what_is_not_said_goes_on_and_the_level_of_the_trail_with_it():
    spec, state = amend(SPEC, HELD, replace(SPEC, break_even=BreakEven(after_bps=100)), LAST, Said(break_even=True))

    assert (spec, state) == (replace(SPEC, break_even=BreakEven(after_bps=100)), HELD)


def test_another_trail_keeps_the_level_and_begins_anew():
    spec, state = amend(SPEC, HELD, replace(SPEC, trail=Trail(delta_ticks=5)), LAST, Said(trail=True))

    assert (spec.trail, state.stop, state.extreme) == (Trail(delta_ticks=5), 970, 0)


def test_a_new_stop_may_be_lower_and_begins_the_trail_anew():
    _, state = amend(SPEC, HELD, replace(SPEC, stop_ticks=910), LAST, Said(stop=True))

    assert (state.stop, state.extreme, state.hit) == (910, 0, 1)


def test_new_targets_are_counted_from_the_first_again():
    spec, state = amend(SPEC, HELD, replace(SPEC, targets=(Target(1050, 6),)), LAST, Said(targets=True))

    assert (spec.targets, state.hit, state.stop) == ((Target(1050, 6),), 0, 970)


@pytest.mark.parametrize(
    ("wanted", "said", "error", "nearest"),
    [
        ({"stop_ticks": 1000}, Said(stop=True), WrongSide, 999),
        ({"stop_ticks": 1001}, Said(stop=True), WrongSide, 999),
        ({"targets": (Target(1000, 6),)}, Said(targets=True), WrongSide, 1001),
        ({"targets": (Target(1100, 10),)}, Said(targets=True), OutOfBounds, 6),
        ({"targets": (Target(1100, 5),)}, Said(targets=True), SharesDoNotAddUp, 6),
        ({"time_stop_bars": 5}, Said(), OutOfBounds, 6),
        ({"break_even": BreakEven(after_target=3)}, Said(break_even=True), OutOfBounds, 2),
    ],
)
def test_what_cannot_be_is_refused_with_the_nearest(wanted, said, error, nearest):
    with pytest.raises(error) as refused:
        amend(SPEC, HELD, replace(SPEC, **wanted), LAST, said)
    assert refused.value.facts["nearest"] == nearest


def test_a_short_position_is_treated_alike():
    short = Bracket(OrderSpec("market", -1, 10), 1100)
    held = BracketState(OrderState("filled", filled=10), entry_ticks=1050, left=10, stop=1100, bars=1)
    assert amend(short, held, replace(short, stop_ticks=1001), LAST, Said(stop=True))[1].stop == 1001
    with pytest.raises(WrongSide):
        amend(short, held, replace(short, stop_ticks=1000), LAST, Said(stop=True))


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(bars(), st.booleans(), st.integers(1, 99), st.integers(0, 7))
def test_unless_a_new_stop_is_said_no_amendment_loosens_it(market, trails, delta, number):
    spec, state, stops = SPEC, HELD, []
    for at, bar in enumerate(market):
        if at == number and state.left:
            trail = Trail(delta_ticks=delta) if trails else None
            spec, state = amend(spec, state, replace(spec, trail=trail), bar.open, Said(trail=True))
        state, _ = step(spec, state, bar, FREE)
        stops += [state.stop] if state.left else []
    assert stops == sorted(stops)
