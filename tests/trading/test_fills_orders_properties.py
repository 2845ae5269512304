"""What holds for every kind of order, whatever the market does."""

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trading.orders_cast import LAST, SPECS, bars, brackets, fills_of, orders, pairs, trails, walked
from trading.fills import (
    LONG,
    NO_LEG,
    SHORT,
    Bar,
    Bracket,
    BracketState,
    Costs,
    Oco,
    OrderSpec,
    Oto,
    Target,
    protect_in_bar,
    slipped,
    step,
)
from trading.fills.orders import legs_of
from trading.fills.states import OrderState

QUICK = settings(max_examples=60, deadline=None, derandomize=True, database=None)
SLIPPAGE = st.sampled_from([0, 5, 300])


def side_of(spec, fill):
    if isinstance(spec, Bracket):
        return spec.side * (1 if fill.leg == 0 else -1)
    return legs_of(spec)[fill.leg].side


@QUICK
@given(SPECS, bars(), SLIPPAGE)
def test_nothing_fills_outside_its_bar_but_for_slippage(spec, market, bps):
    costs = Costs(slippage_bps=bps)
    for bar, (_, fills) in zip(market, walked(spec, market, costs), strict=True):
        for fill in fills:
            assert bar.low <= fill.met <= bar.high
            worst = slipped(side_of(spec, fill), fill.met, bps)
            assert fill.ticks == fill.met if fill.maker else min(fill.met, worst) <= fill.ticks <= max(fill.met, worst)


@QUICK
@given(SPECS, bars(), SLIPPAGE)
def test_a_limit_is_never_broken(spec, market, bps):
    if isinstance(spec, Bracket):
        limits = [spec.worst_ticks, 0, *(target.ticks for target in spec.targets)]
    else:
        limits = [leg.limit_ticks for leg in legs_of(spec)]
    for fill in fills_of(walked(spec, market, Costs(slippage_bps=bps))):
        side, limit = side_of(spec, fill), limits[fill.leg]
        assert not limit or side * fill.ticks <= side * limit


@QUICK
@given(st.one_of(SPECS, brackets()), bars())
def test_a_restart_between_any_two_bars_changes_nothing(spec, market):
    assert walked(spec, market, restarted=True) == walked(spec, market)


@QUICK
@given(SPECS, bars())
def test_no_more_is_filled_than_was_asked_for(spec, market):
    history = walked(spec, market)
    fills = fills_of(history)
    if isinstance(spec, Bracket):
        entered = sum(fill.steps for fill in fills if fill.leg == 0)
        left = sum(fill.steps for fill in fills if fill.leg)
        assert entered in {0, spec.steps}
        assert entered - left == history[-1][0].left >= 0
        return
    filled = [sum(fill.steps for fill in fills if fill.leg == leg) for leg in range(len(legs_of(spec)))]
    assert all(got in {0, leg.steps} for got, leg in zip(filled, legs_of(spec), strict=True))
    if isinstance(spec, Oto):
        assert filled[0] or not any(filled)


@QUICK
@given(pairs(), bars())
def test_a_pair_never_fills_both_legs(spec, market):
    history = walked(spec, market)
    assert len(fills_of(history)) <= 1
    for state, _ in history:
        assert (sum(leg.is_open for leg in state.legs) < 2) == any(leg.triggered or leg.filled for leg in state.legs)


@QUICK
@given(orders(("trailing",)), bars())
def test_a_trailing_stop_never_loosens(spec, market):
    levels = [state.stop for state, _ in walked(spec, market) if not state.triggered]
    tightened = [-spec.side * level for level in levels if level]
    assert tightened == sorted(tightened)
    assert all(levels[levels.index(level) :].count(0) == 0 for level in levels if level)


@QUICK
@given(brackets(), bars())
def test_the_stop_of_a_bracket_never_loosens(spec, market):
    levels = [spec.side * state.stop for state, _ in walked(spec, market) if state.left]
    assert levels == sorted(levels)
    assert all(level >= spec.side * spec.stop_ticks for level in levels)


def mirrored(value):
    """The same market or order seen from the other side: prices reflected, buys as sales."""
    if isinstance(value, Bar):
        return Bar(*(2 * LAST - price for price in (value.open, value.low, value.high, value.close)))
    if isinstance(value, Oco):
        return Oco(mirrored(value.one), mirrored(value.other))
    if isinstance(value, Oto):
        return Oto(mirrored(value.first), mirrored(value.then))
    if isinstance(value, Bracket):
        targets = tuple(Target(2 * LAST - each.ticks, each.steps) for each in value.targets)
        stop = 2 * LAST - value.stop_ticks
        return replace(value, entry=mirrored(value.entry), stop_ticks=stop, targets=targets, trail=turned(value.trail))
    limit, stop = (2 * LAST - price if price else 0 for price in (value.limit_ticks, value.stop_ticks))
    return replace(value, side=-value.side, limit_ticks=limit, stop_ticks=stop, trail=turned(value.trail))


def turned(trail):
    if trail is None:
        return None
    activation = 2 * LAST - trail.activation_ticks if trail.activation_ticks else 0
    return replace(trail, activation_ticks=activation, activation_way=-trail.activation_way)


def in_ticks_alone(spec):
    """The spec without what counts in shares of a price: those have no mirror."""
    if isinstance(spec, Oco):
        return Oco(in_ticks_alone(spec.one), in_ticks_alone(spec.other))
    if isinstance(spec, Oto):
        return Oto(in_ticks_alone(spec.first), in_ticks_alone(spec.then))
    trail = spec.trail and replace(spec.trail, delta_bps=0, delta_ticks=spec.trail.delta_ticks or 17)
    if isinstance(spec, Bracket):
        return replace(spec, entry=in_ticks_alone(spec.entry), trail=trail, break_even=None)
    return replace(spec, trail=trail)


@QUICK
@given(SPECS.map(in_ticks_alone), bars())
def test_both_sides_are_treated_alike(spec, market):
    ours = fills_of(walked(spec, market))
    theirs = fills_of(walked(mirrored(spec), [mirrored(bar) for bar in market]))
    assert [replace(fill, ticks=2 * LAST - fill.ticks, met=2 * LAST - fill.met) for fill in theirs] == ours


@QUICK
@given(st.sampled_from([LONG, SHORT]), st.integers(900, 999), st.integers(1001, 1100), bars(), SLIPPAGE)
def test_a_position_with_one_target_fills_as_the_product_protects_it(side, low, high, market, bps):
    stop, target = (low, high) if side == LONG else (high, low)
    spec = Bracket(OrderSpec("market", side, 10), stop, (Target(target, 10),))
    held = BracketState(entry=OrderState("filled", filled=10), entry_ticks=LAST, left=10, stop=stop)
    costs = Costs(slippage_bps=bps)
    _, fills = step(spec, held, market[0], costs)
    leg, price = protect_in_bar(side, stop, target, market[0].open, market[0].high, market[0].low, costs)
    assert [(fill.leg, fill.ticks) for fill in fills] == ([] if leg == NO_LEG else [(leg, price)])


@QUICK
@given(trails(), bars(), st.sampled_from([1, -1]))
def test_a_trailing_stop_stays_at_least_its_distance_away(trail, market, side):
    for state, _ in walked(OrderSpec("trailing", side, 5, trail=trail), market):
        if state.stop and not state.triggered:
            distance = side * (state.stop - state.extreme)
            wanted = trail.delta_ticks or -(-state.extreme * trail.delta_bps // 10_000)
            assert distance == wanted


def of_size(entry, steps):
    if isinstance(entry, Oco):
        return Oco(of_size(entry.one, steps), of_size(entry.other, steps))
    return replace(entry, steps=steps)


def summed(fills):
    """{(cause, price, maker): steps}"""
    sums = Counter()
    for fill in fills:
        sums[fill.cause, fill.ticks, fill.maker] += fill.steps
    return sums


@QUICK
@given(brackets(), bars(), SLIPPAGE)
def test_a_bracket_of_many_targets_is_many_brackets_of_one(spec, market, bps):
    spec = replace(spec, break_even=None)
    shares = [replace(spec, entry=of_size(spec.entry, target.steps), targets=(target,)) for target in spec.targets]
    costs = Costs(slippage_bps=bps)
    for number in range(len(market)):
        whole = walked(spec, market, costs)[number][1]
        parts = [fill for share in shares or [spec] for fill in walked(share, market, costs)[number][1]]
        assert summed(whole) == summed(parts)
