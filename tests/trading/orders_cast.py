"""Orders, bars and histories for the tests of the fill rules: made by hypothesis, and walked as a broker would."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import strategies as st

from trading.fills import (
    KINDS,
    Bar,
    Bracket,
    BreakEven,
    Costs,
    Oco,
    OrderSpec,
    Oto,
    Target,
    Trail,
    as_json,
    read_spec,
    read_state,
    start,
    step,
)
from trading.fills.orders import legs_of

LAST = 1000
FREE = Costs(maker_ppm=1000, taker_ppm=1000, slippage_bps=0)
SIDES = st.sampled_from([1, -1])
STEPS = st.integers(4, 40)
NEAR = st.integers(1, 60)


def bars(low: int = 900, high: int = 1100) -> st.SearchStrategy[list[Bar]]:
    """Some bars around LAST, with gaps between them."""
    four = st.tuples(*[st.integers(low, high)] * 4)
    return st.lists(four.map(lambda p: Bar(p[0], max(p), min(p), p[1])), min_size=1, max_size=8)


@st.composite
def trails(draw: st.DrawFn) -> Trail:
    by_bps = draw(st.booleans())
    return Trail(
        delta_ticks=0 if by_bps else draw(NEAR),
        delta_bps=draw(st.integers(1, 900)) if by_bps else 0,
        activation_ticks=draw(st.one_of(st.just(0), st.integers(940, 1060))),
        activation_way=draw(st.sampled_from([0, 1, -1])),
        source=draw(st.sampled_from(["last", "close"])),
        on_close_only=draw(st.booleans()),
    )


@st.composite
def orders(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS, side: int = 0, steps: int = 0) -> OrderSpec:
    """An order of one of these kinds that `check` takes with the market at LAST."""
    kind, side, steps = draw(st.sampled_from(kinds)), side or draw(SIDES), steps or draw(STEPS)
    if kind == "market":
        return OrderSpec(kind, side, steps)
    if kind == "trailing":
        limit = draw(st.one_of(st.just(0), st.integers(940, 1060)))
        times = ["GTC", "IOC"] if limit else ["GTC"]
        return OrderSpec(kind, side, steps, limit, 0, draw(st.sampled_from(times)), draw(trails()))
    way = 0 if kind == "limit" else side if kind.startswith("stop") else -side
    stop = LAST + way * draw(NEAR) if way else 0
    if not kind.endswith("limit"):
        return OrderSpec(kind, side, steps, 0, stop)
    time = draw(st.sampled_from(["GTC", "GTC", "IOC", "FOK"] + ([] if way else ["GTX"])))
    limit = LAST - side * draw(NEAR) if time == "GTX" else (stop or LAST) + draw(st.integers(-60, 60))
    return OrderSpec(kind, side, steps, limit, stop, time)


WAITING = ("stop", "stop_limit", "trailing")


@st.composite
def pairs(draw: st.DrawFn, side: int = 0, steps: int = 0) -> Oco:
    """A stop on one side of LAST and a target on the other, in either order."""
    side, steps = side or draw(SIDES), steps or draw(STEPS)
    stop = draw(orders(WAITING, side, steps))
    target = draw(orders(("take_profit", "take_profit_limit"), side, steps))
    limit = OrderSpec("limit", side, steps, LAST - side * draw(NEAR))
    legs = stop, draw(st.sampled_from([target, limit]))
    return Oco(*legs) if draw(st.booleans()) else Oco(*reversed(legs))


@st.composite
def followed(draw: st.DrawFn) -> Oto:
    first = draw(orders(("market", "limit", "stop")))
    return Oto(first, draw(st.one_of(pairs(-first.side, first.steps), orders(side=-first.side, steps=first.steps))))


@st.composite
def brackets(draw: st.DrawFn) -> Bracket:
    entry = draw(st.one_of(orders(("market", "limit", "stop", "stop_limit", "trailing")), pairs()))
    legs = legs_of(entry)
    side, steps = legs[0].side, legs[0].steps
    prices = [side * (leg.limit_ticks or leg.stop_ticks or LAST) for leg in legs]
    best, at = side * min(prices), side * max(prices)
    cuts = sorted(draw(st.sets(st.integers(1, steps - 1), max_size=2)))
    shares = [high - low for low, high in zip([0, *cuts], [*cuts, steps], strict=True)]
    prices = [at + side * distance for distance in sorted(draw(st.sets(NEAR, min_size=3, max_size=3)))]
    targets = tuple(Target(price, share) for price, share in zip(prices, shares, strict=False))
    even = BreakEven(draw(st.integers(0, len(targets))), draw(st.sampled_from([50, 200])))
    trail = replace(draw(trails()), activation_way=0, on_close_only=False)
    return Bracket(
        entry,
        best - side * draw(NEAR),
        targets if draw(st.booleans()) else (),
        draw(
            st.sampled_from([None, Trail(trail.delta_ticks, trail.delta_bps, trail.activation_ticks, 0, trail.source)])
        ),
        draw(st.sampled_from([None, even])),
        draw(st.integers(0, 4)),
    )


SPECS = st.one_of(orders(), pairs(), followed(), brackets())


def walked(spec, market, costs=FREE, *, restarted=False):
    """[(state, fills)] after each bar; restarted: spec and state go through JSON between any two."""
    state, history = start(spec, LAST), []
    for bar in market:
        if restarted:
            spec = read_spec(json.loads(json.dumps(as_json(spec))))
            state = read_state(json.loads(json.dumps(state.as_json())))
        state, fills = step(spec, state, bar, costs)
        history.append((state, fills))
    return history


def fills_of(history):
    return [fill for _, fills in history for fill in fills]
