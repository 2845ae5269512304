"""Which price each kind of order gets in a bar, by example; and what is refused, with its limit and nearest value."""

import json

import pytest

from cryptouniverse.kernel.errors import FloatRefused
from tests.trading.orders_cast import LAST, fills_of, walked
from trading.fills import (
    GROUPS,
    KINDS,
    Bar,
    Bracket,
    BreakEven,
    Costs,
    Oco,
    OrderContradicts,
    OrderSpec,
    OrderUnreadable,
    Oto,
    OutOfBounds,
    SharesDoNotAddUp,
    Target,
    Trail,
    WrongSide,
    as_json,
    cancel,
    check,
    cost_of,
    read_spec,
    read_state,
    start,
    step,
)

COSTS = Costs(maker_ppm=1000, taker_ppm=2000, slippage_bps=100)  # 1%: 10 ticks at 1000
BUY, SELL = 1, -1


def bar(text):
    """A bar from "open high low close"."""
    return Bar(*(int(price) for price in text.split()))


def told(spec, *texts):
    """What the spec gets over these bars: "bar: leg steps @ ticks maker|taker", and how it ends."""
    history = walked(spec, [bar(text) for text in texts], COSTS)
    return [
        f"{number}: {fill.cause} {fill.steps} @ {fill.ticks} {'maker' if fill.maker else 'taker'}"
        for number, (_, fills) in enumerate(history, 1)
        for fill in fills
    ]


def trail(delta=50, **more):
    return Trail(delta_ticks=delta, **more)


SINGLE = [
    ("the open, slipped", OrderSpec("market", BUY, 5), ["1000 1010 990 1000"], ["1: order 5 @ 1010 taker"]),
    ("sold too", OrderSpec("market", SELL, 5), ["1000 1010 990 1000"], ["1: order 5 @ 990 taker"]),
    ("touched only", OrderSpec("limit", BUY, 5, 950), ["1000 1010 950 1000"], []),
    ("traded through", OrderSpec("limit", BUY, 5, 950), ["1000 1010 949 1000"], ["1: order 5 @ 950 maker"]),
    ("opened beyond", OrderSpec("limit", BUY, 5, 950), ["940 960 930 950"], ["1: order 5 @ 940 maker"]),
    ("crosses the market", OrderSpec("limit", BUY, 5, 1100), ["1000 1010 990 1000"], ["1: order 5 @ 1010 taker"]),
    ("slips beyond it", OrderSpec("limit", BUY, 5, 1005), ["1000 1010 990 1000"], ["1: order 5 @ 1005 maker"]),
    ("crossed, but rests", OrderSpec("limit", BUY, 5, 1005), ["1020 1030 1010 1020"], []),
    ("at once", OrderSpec("limit", BUY, 5, 1010, 0, "IOC"), ["1000 1010 990 1000"], ["1: order 5 @ 1010 taker"]),
    ("or never", OrderSpec("limit", BUY, 5, 1009, 0, "IOC"), ["1000 1010 990 1000", "900 900 900 900"], []),
    ("whole or never", OrderSpec("limit", BUY, 5, 1009, 0, "FOK"), ["1000 1010 990 1000", "900 900 900 900"], []),
    ("post-only rests", OrderSpec("limit", BUY, 5, 990, 0, "GTX"), ["1000 1010 980 1000"], ["1: order 5 @ 990 maker"]),
    ("post-only expires", OrderSpec("limit", BUY, 5, 1000, 0, "GTX"), ["1000 1010 980 1000"], []),
    ("an iceberg", OrderSpec("limit", BUY, 5, 950, visible_steps=2), ["990 990 949 960"], ["1: order 5 @ 950 maker"]),
    ("touched", OrderSpec("stop", SELL, 5, 0, 950), ["1000 1010 950 1000"], ["1: order 5 @ 940 taker"]),
    ("a gap", OrderSpec("stop", SELL, 5, 0, 950), ["900 960 890 950"], ["1: order 5 @ 891 taker"]),
    ("not touched", OrderSpec("stop", BUY, 5, 0, 1050), ["1000 1049 950 1000"], []),
    ("allowed", OrderSpec("stop_limit", SELL, 5, 940, 950), ["1000 1010 950 1000"], ["1: order 5 @ 940 taker"]),
    (
        "broken inside: nothing of that bar is left",
        OrderSpec("stop_limit", SELL, 5, 945, 950),
        ["1000 1010 930 1000", "930 950 920 940"],
        ["2: order 5 @ 945 maker"],
    ),
    (
        "broken at the open: the rest of the bar counts",
        OrderSpec("stop_limit", SELL, 5, 945, 950),
        ["930 950 920 940"],
        ["1: order 5 @ 945 maker"],
    ),
    ("broken, at once or never", OrderSpec("stop_limit", SELL, 5, 945, 950, "IOC"), ["930 950 920 940"] * 2, []),
    (
        "a profit touched",
        OrderSpec("take_profit", SELL, 5, 0, 1050),
        ["1000 1050 950 1000"],
        ["1: order 5 @ 1039 taker"],
    ),
    ("a profit over a gap", OrderSpec("take_profit", BUY, 5, 0, 950), ["900 960 890 950"], ["1: order 5 @ 909 taker"]),
    (
        "a profit whose limit rests",
        OrderSpec("take_profit_limit", SELL, 5, 1060, 1050),
        ["1000 1090 990 1000", "1000 1061 990 1000"],
        ["2: order 5 @ 1060 maker"],
    ),
    (
        "trails",
        OrderSpec("trailing", SELL, 5, trail=trail()),
        ["1000 1100 960 1080", "1080 1090 1050 1060"],
        ["2: order 5 @ 1039 taker"],
    ),
    (
        "the old stop first",
        OrderSpec("trailing", SELL, 5, trail=trail()),
        ["1000 1200 950 1180"],
        ["1: order 5 @ 940 taker"],
    ),
    (
        "buys above the low",
        OrderSpec("trailing", BUY, 5, trail=trail()),
        ["1000 1040 900 920", "920 950 910 930"],
        ["2: order 5 @ 960 taker"],
    ),
    (
        "in bps",
        OrderSpec("trailing", SELL, 5, trail=Trail(delta_bps=333)),
        ["1000 1001 968 990", "990 990 967 990"],
        ["2: order 5 @ 957 taker"],
    ),
    (
        "not before its activation",
        OrderSpec("trailing", SELL, 5, trail=trail(activation_ticks=1100)),
        ["1000 1099 900 1000", "1000 1120 1000 1110", "1110 1115 1060 1100"],
        ["3: order 5 @ 1059 taker"],
    ),
    (
        "activated by a fall: what came before does not count",
        OrderSpec("trailing", SELL, 5, trail=trail(activation_ticks=980, activation_way=-1)),
        ["1000 1080 970 985", "985 990 936 940", "940 950 930 940"],
        ["3: order 5 @ 930 taker"],
    ),
    (
        "closes alone count",
        OrderSpec("trailing", SELL, 5, trail=trail(source="close")),
        ["1000 1100 960 1020", "1020 1020 969 980"],
        ["2: order 5 @ 960 taker"],
    ),
    (
        "looked at on close, filled at the next open",
        OrderSpec("trailing", SELL, 5, trail=trail(on_close_only=True)),
        ["1000 1010 900 970", "970 980 900 959", "955 1000 950 990"],
        ["3: order 5 @ 945 taker"],
    ),
    (
        "trails into a limit",
        OrderSpec("trailing", SELL, 5, 945, trail=trail()),
        ["1000 1000 950 960", "960 960 940 950"],
        ["2: order 5 @ 960 maker"],
    ),
]
STOP, TARGET = OrderSpec("stop", SELL, 5, 0, 950), OrderSpec("limit", SELL, 5, 1050)
ENTRY = OrderSpec("limit", BUY, 5, 980)
LONG = Bracket(OrderSpec("market", BUY, 10), 950, (Target(1050, 4), Target(1100, 6)))
PAIR = Oco(OrderSpec("limit", BUY, 10, 970), OrderSpec("stop_limit", BUY, 10, 1100, 1030))
GROUP = [
    ("the stop first", Oco(TARGET, STOP), ["1000 1060 940 1000"], ["1: order 5 @ 940 taker"]),
    ("the open before it", Oco(TARGET, STOP), ["1055 1060 940 1000"], ["1: order 5 @ 1055 maker"]),
    ("one only", Oco(TARGET, STOP), ["1000 1060 990 1000", "940 940 940 940"], ["1: order 5 @ 1050 maker"]),
    (
        "a stop above to buy",
        Oco(OrderSpec("stop", BUY, 5, 0, 1050), OrderSpec("limit", BUY, 5, 950)),
        ["1000 1050 940 1000"],
        ["1: order 5 @ 1061 taker"],
    ),
    (
        "entered inside: its stop may be met in that bar, its target not",
        Oto(ENTRY, Oco(TARGET, STOP)),
        ["1000 1060 970 1000", "1000 1060 970 1000"],
        ["1: order 5 @ 980 maker", "2: order 5 @ 1050 maker"],
    ),
    (
        "both in one bar",
        Oto(ENTRY, Oco(TARGET, STOP)),
        ["1000 1060 950 1000"],
        ["1: order 5 @ 980 maker", "1: order 5 @ 940 taker"],
    ),
    (
        "entered at the open: the whole bar counts",
        Oto(ENTRY, Oco(TARGET, STOP)),
        ["970 1060 960 1000"],
        ["1: order 5 @ 970 maker", "1: order 5 @ 1050 maker"],
    ),
    ("nothing follows what expires", Oto(OrderSpec("limit", BUY, 5, 990, 0, "IOC"), STOP), ["1000 1000 900 900"], []),
    (
        "targets one by one, the stop for the rest",
        LONG,
        ["1000 1040 990 1000", "1000 1060 990 1000", "1000 1000 950 960"],
        ["1: entry 10 @ 1010 taker", "2: target 4 @ 1050 maker", "3: stop 6 @ 940 taker"],
    ),
    (
        "all targets over a gap",
        LONG,
        ["1000 1040 990 1000", "1110 1110 900 1000"],
        ["1: entry 10 @ 1010 taker", "2: target 4 @ 1110 maker", "2: target 6 @ 1110 maker"],
    ),
    ("entry and stop in one bar", LONG, ["1000 1120 950 1000"], ["1: entry 10 @ 1010 taker", "1: stop 10 @ 940 taker"]),
    (
        "to break even after the first target: entry plus both fees",
        Bracket(LONG.entry, 950, LONG.targets, break_even=BreakEven(after_target=1)),
        ["1000 1040 990 1000", "1050 1060 1020 1030", "1030 1030 1015 1020"],
        ["1: entry 10 @ 1010 taker", "2: target 4 @ 1050 maker", "3: stop 6 @ 1004 taker"],
    ),
    (
        "to break even after a move",
        Bracket(LONG.entry, 950, break_even=BreakEven(after_bps=200)),
        ["1000 1031 990 1030", "1030 1030 1014 1020"],
        ["1: entry 10 @ 1010 taker", "2: stop 10 @ 1004 taker"],
    ),
    (
        "its stop trails",
        Bracket(LONG.entry, 950, trail=trail()),
        ["1000 1080 990 1060", "1060 1060 1030 1040"],
        ["1: entry 10 @ 1010 taker", "2: stop 10 @ 1019 taker"],
    ),
    (
        "time runs out",
        Bracket(LONG.entry, 950, time_stop_bars=2),
        ["1000 1010 990 1000", "1000 1010 990 1000", "1005 1010 990 1000"],
        ["1: entry 10 @ 1010 taker", "3: time_stop 10 @ 994 taker"],
    ),
    (
        "opened beyond a target: it takes at once",
        LONG,
        ["1070 1070 1060 1060"],
        ["1: entry 10 @ 1081 taker", "1: target 4 @ 1059 taker"],
    ),
    (
        "entered inside: targets wait for the next bar",
        Bracket(OrderSpec("limit", BUY, 10, 980), 950, LONG.targets),
        ["1000 1060 970 1000", "1000 1060 970 1000"],
        ["1: entry 10 @ 980 maker", "2: target 4 @ 1050 maker"],
    ),
    (
        "entered inside: what was before the entry does not trail",
        Bracket(OrderSpec("limit", BUY, 10, 980), 900, trail=trail()),
        ["1000 1080 970 1000", "1000 1000 951 1000", "1000 1000 950 1000"],
        ["1: entry 10 @ 980 maker", "3: stop 10 @ 940 taker"],
    ),
    (
        "break even never lowers what has trailed",
        Bracket(LONG.entry, 950, trail=trail(10), break_even=BreakEven(after_bps=200)),
        ["1000 1080 995 1075", "1075 1075 1070 1075"],
        ["1: entry 10 @ 1010 taker", "2: stop 10 @ 1059 taker"],
    ),
    (
        "entered by the leg that comes first, and by no other",
        Bracket(PAIR, 930, (Target(1100, 10),)),
        ["1000 1020 970 1000", "1000 1040 960 1000", "1000 1050 929 1000"],
        ["2: entry 10 @ 1041 taker", "3: stop 10 @ 920 taker"],
    ),
    (
        "entered by the stop above: its target works from the next bar on",
        Bracket(PAIR, 930, (Target(1100, 10),)),
        ["1000 1110 980 1000", "1000 1110 980 1000"],
        ["1: entry 10 @ 1041 taker", "2: target 10 @ 1100 maker"],
    ),
    (
        "entered once the price has risen from its lowest",
        Bracket(OrderSpec("trailing", BUY, 10, 1100, trail=trail(30)), 900),
        ["1000 1010 950 960", "960 979 940 960", "960 970 960 965"],
        ["3: entry 10 @ 980 taker"],
    ),
    (
        "a trailing entry ends where the position would be given up",
        Bracket(OrderSpec("trailing", BUY, 10, 1100, trail=trail(30)), 950),
        ["1000 1010 950 960", "960 1010 940 1000"],
        [],
    ),
    (
        "a short one",
        Bracket(OrderSpec("market", SELL, 10), 1050, (Target(900, 10),)),
        ["1000 1040 990 1000", "1000 1010 899 1000"],
        ["1: entry 10 @ 990 taker", "2: target 10 @ 900 maker"],
    ),
]


@pytest.mark.parametrize(("rule", "spec", "market", "expected"), SINGLE + GROUP)
def test_a_bar_fills_an_order_by_the_rule(rule, spec, market, expected):
    assert told(spec, *market) == expected, rule


def test_a_leg_that_is_triggered_ends_the_other_although_it_rests():
    spec = Oco(TARGET, OrderSpec("stop_limit", SELL, 5, 945, 950))
    state, fills = step(spec, start(spec, LAST), bar("1000 1010 940 1000"), COSTS)
    assert (fills, [leg.status for leg in state.legs]) == ((), ["cancelled", "working"])


def test_every_kind_has_an_example():
    assert {spec.kind for _, spec, *_ in SINGLE} == set(KINDS)
    assert {as_json(spec)["type"] for _, spec, *_ in GROUP} == set(GROUPS)


def test_break_even_pays_back_both_fees_and_not_a_tick_more():
    spec = Bracket(LONG.entry, 950, break_even=BreakEven(after_bps=1))
    state, (entry,) = step(spec, start(spec, LAST), bar("1000 1100 990 1090"), Costs(1000, 2000, 0))
    paid = sum(cost_of(entry, 1_000_000, Costs(1000, 2000, 0)))
    got = {ticks: ticks * 10 * 1_000_000 * 998_000 // 1_000_000 for ticks in (state.stop - 1, state.stop)}
    assert got[state.stop - 1] < paid <= got[state.stop]


def test_what_is_cancelled_fills_no_more():
    for spec in (TARGET, Oco(TARGET, STOP), Oto(ENTRY, STOP), LONG):
        state = cancel(start(spec, LAST))
        assert not state.is_open
        assert step(spec, state, bar("1000 2000 1 1000"), COSTS) == (state, ())


RISING = OrderSpec("trailing", BUY, 10, 1100, trail=trail(30))


def sold(kind="limit", **more):
    return OrderSpec(kind, SELL, **{"steps": 10, **more})


@pytest.mark.parametrize(
    ("spec", "error", "value", "limit", "nearest"),
    [
        (sold("stop", stop_ticks=1000), WrongSide, 1000, 1000, 999),
        (OrderSpec("stop", BUY, 5, 0, 990), WrongSide, 990, 1000, 1001),
        (sold("take_profit", stop_ticks=990), WrongSide, 990, 1000, 1001),
        (sold(limit_ticks=1000, time_in_force="GTX"), WrongSide, 1000, 1000, 1001),
        (sold(limit_ticks=1050, steps=0), OutOfBounds, 0, 3, 3),
        (sold(limit_ticks=1050, steps=2), OutOfBounds, 2, 3, 3),
        (sold(limit_ticks=-5), OutOfBounds, -5, 1, 1),
        (sold(limit_ticks=1050, visible_steps=11), OutOfBounds, 11, 10, 10),
        (sold("trailing", trail=Trail(delta_bps=10_000)), OutOfBounds, 10_000, 9_999, 9_999),
        (sold("trailing", trail=Trail(delta_ticks=1000)), OutOfBounds, 1000, 999, 999),
        (sold("trailing", trail=Trail(delta_bps=-1)), OutOfBounds, -1, 1, 1),
        (Bracket(LONG.entry, 1000, LONG.targets), WrongSide, 1000, 1000, 999),
        (Bracket(LONG.entry, 950, (Target(1000, 10),)), WrongSide, 1000, 1000, 1001),
        (Bracket(LONG.entry, 950, (Target(1050, 5), Target(1040, 5))), WrongSide, 1040, 1050, 1051),
        (Bracket(LONG.entry, 950, (Target(1050, 4), Target(1100, 5))), SharesDoNotAddUp, 9, 10, 6),
        (Bracket(ENTRY, 985), WrongSide, 985, 980, 979),
        (Bracket(PAIR, 971), WrongSide, 971, 970, 969),
        (Bracket(PAIR, 930, (Target(1030, 10),)), WrongSide, 1030, 1030, 1031),
        (Bracket(RISING, 1000), WrongSide, 1000, 1000, 999),
        (Bracket(RISING, 950, (Target(1030, 10),)), WrongSide, 1030, 1030, 1031),
        (Bracket(LONG.entry, 950, LONG.targets, break_even=BreakEven(after_target=3)), OutOfBounds, 3, 2, 2),
        (Oco(TARGET, OrderSpec("stop", SELL, 4, 0, 950)), OutOfBounds, 4, 5, 5),
        (Oto(ENTRY, OrderSpec("stop", SELL, 5, 0, 985)), WrongSide, 985, 980, 979),
    ],
)
def test_a_number_is_refused_with_its_limit_and_the_nearest_that_is_valid(spec, error, value, limit, nearest):
    with pytest.raises(error) as refused:
        check(spec, LAST, min_steps=3)
    facts = refused.value.facts
    assert (facts["value"], facts["limit"], facts["nearest"]) == (value, limit, nearest)


@pytest.mark.parametrize(
    "spec",
    [
        OrderSpec("magic", BUY, 5),
        OrderSpec("market", BUY, 5, limit_ticks=1000),
        OrderSpec("market", BUY, 5, time_in_force="IOC"),
        OrderSpec("limit", BUY, 5, 950, stop_ticks=960),
        OrderSpec("limit", BUY, 5, 950, 0, "LATER"),
        OrderSpec("stop", SELL, 5, 0, 950, "GTX"),
        OrderSpec("stop", SELL, 5, 0, 950, trail=trail()),
        OrderSpec("stop", SELL, 5, 0, 950, visible_steps=2),
        OrderSpec("trailing", SELL, 5),
        OrderSpec("trailing", SELL, 5, trail=Trail()),
        OrderSpec("trailing", SELL, 5, trail=Trail(delta_ticks=5, delta_bps=5)),
        OrderSpec("trailing", SELL, 5, trail=trail(source="mark")),
        Oco(TARGET, OrderSpec("limit", SELL, 5, 1060)),
        Oco(TARGET, OrderSpec("take_profit", SELL, 5, 0, 1040)),
        Oco(STOP, OrderSpec("stop", BUY, 5, 0, 1050)),
        Oco(STOP, OrderSpec("market", SELL, 5)),
        Bracket(LONG.entry, 950, break_even=BreakEven()),
        Bracket(LONG.entry, 950, trail=trail(on_close_only=True)),
    ],
)
def test_what_contradicts_itself_is_refused(spec):
    with pytest.raises(OrderContradicts):
        check(spec, LAST)


@pytest.mark.parametrize("spec", [spec for _, spec, *_ in SINGLE + GROUP])
def test_an_order_is_the_same_after_its_way_through_json(spec):
    assert read_spec(json.loads(json.dumps(as_json(spec)))) == spec


@pytest.mark.parametrize(
    "raw",
    [
        {"type": "magic"},
        {"type": ["order"]},
        {"kind": "limit", "side": 1},
        {"kind": "limit", "side": 1, "steps": 5, "colour": "red"},
        {"kind": "limit", "side": 1, "steps": 5.0},
        {"kind": "limit", "side": True, "steps": 5},
        {"kind": "trailing", "side": 1, "steps": 5, "trail": {"delta": 5}},
        {"kind": "trailing", "side": 1, "steps": 5, "trail": 5},
        {"type": "oco", "one": {"kind": "market", "side": 1, "steps": 5}},
        {"type": "oco", "one": as_json(LONG), "other": as_json(STOP)},
        {"type": "bracket", "entry": as_json(ENTRY), "stop_ticks": 950, "targets": {"ticks": 1}},
    ],
)
def test_what_is_unknown_missing_or_no_whole_number_is_not_read(raw):
    with pytest.raises(OrderUnreadable):
        read_spec(raw)


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"type": "order", "colour": 1},
        {"type": "order", "stop": 1.0},
        {"type": "group"},
        {"type": "bracket", "entry": {"type": "bracket", "entry": {"type": "order"}}},
        {"type": "group", "legs": [{}]},
    ],
)
def test_a_state_that_cannot_be_is_not_read(raw):
    with pytest.raises(OrderUnreadable):
        read_state(raw)


def test_fills_stop_with_the_history():
    assert len(fills_of(walked(LONG, [bar("1000 1120 950 1000")] * 3, COSTS))) == 2


@pytest.mark.parametrize("number", [5.0, True, "5", None])
def test_nothing_counts_in_anything_but_whole_numbers(number):
    with pytest.raises(FloatRefused):
        OrderSpec("limit", BUY, number, 950)
    with pytest.raises(FloatRefused):
        Trail(delta_bps=number)
    with pytest.raises(FloatRefused):
        Bracket(LONG.entry, number)
