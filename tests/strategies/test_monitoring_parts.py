"""A gap falls into the part that made it, alone, and the parts add up to it exactly."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cryptouniverse.kernel.market import Instrument
from strategies.monitoring.attributing import compare_trade, expected_profit, profit_of
from strategies.monitoring.comparing import CandleTape
from strategies.monitoring.types import PARTS, Actual, Ending, Expected, Got
from tests.strategies.markets import START_MS, TICK, walk

HOUR = 3_600_000
BARS = walk(24, seed=3)
BTC = Instrument("binance:BTC/USDT", "BTC", "USDT", TICK, Decimal("0.001"))
TAPE = CandleTape(BTC, BARS, slippage_bps=5)
SIZE = Decimal(2)


def open_of(number, side):
    return TAPE.taken(side, START_MS + number * HOUR)


def fee(price, quantity=SIZE):
    return (quantity * price / 1000).quantize(Decimal("0.00000001"), rounding="ROUND_CEILING")


EXPECTED = Expected(
    instrument_id=BTC.id,
    decided_ms=START_MS + HOUR,
    quantity=SIZE,
    entry_price=open_of(2, 1),
    exit_price=open_of(9, -1),
    ended=Ending.EXIT,
    ended_ms=START_MS + 9 * HOUR,
    entry_ppm=1000,
    exit_ppm=1000,
)
BOUGHT = Got(open_of(2, 1), SIZE, SIZE, fee(open_of(2, 1)), Ending.EXIT, START_MS + 2 * HOUR, START_MS + 2 * HOUR)
SOLD = Got(open_of(9, -1), SIZE, SIZE, fee(open_of(9, -1)), Ending.EXIT, START_MS + 9 * HOUR, START_MS + 9 * HOUR)
ACTUAL = Actual(BTC.id, EXPECTED.decided_ms, Decimal(0), Decimal(100), Decimal(101), SIZE, (BOUGHT,), (SOLD,))


def parts(actual, expected=EXPECTED, tape=TAPE):
    found = compare_trade(expected, actual, tape)
    assert found.parts.gap == found.actual_profit - found.expected_profit
    return {name: getattr(found.parts, name) for name in PARTS if getattr(found.parts, name)}


def test_what_went_as_expected_leaves_no_gap():
    assert parts(ACTUAL) == {}


def test_a_worse_price_is_a_matter_of_fills():
    worse = replace(BOUGHT, price=BOUGHT.price + Decimal("0.3"))
    lower = replace(SOLD, price=SOLD.price - Decimal("0.2"))

    assert parts(replace(ACTUAL, entries=(worse,))) == {"fills": -SIZE * Decimal("0.3")}
    assert parts(replace(ACTUAL, exits=(lower,))) == {"fills": -SIZE * Decimal("0.2")}


def test_a_higher_fee_is_a_matter_of_fees():
    dear = replace(SOLD, fee=SOLD.fee + Decimal("0.07"))

    assert parts(replace(ACTUAL, exits=(dear,))) == {"fees": Decimal("-0.07")}


def test_an_order_that_came_a_candle_late_is_a_matter_of_waiting():
    late = replace(BOUGHT, price=open_of(3, 1), met_ms=START_MS + 3 * HOUR)
    exit_late = replace(SOLD, price=open_of(11, -1), met_ms=START_MS + 11 * HOUR)

    assert parts(replace(ACTUAL, entries=(late,))) == {"latency": -SIZE * (open_of(3, 1) - open_of(2, 1))}
    assert parts(replace(ACTUAL, exits=(exit_late,))) == {"latency": SIZE * (open_of(11, -1) - open_of(9, -1))}


def test_minutes_say_how_far_the_price_went_while_an_order_waited():
    minutes = walk(24 * 60, seed=4, timeframe=type(BARS.timeframe).M1)
    tape = replace(TAPE, minutes=minutes)
    there = BTC.price_of(int(minutes.open[121])) * (1 + Decimal(5) / 10_000)
    waited = replace(BOUGHT, price=tape.taken(1, BOUGHT.met_ms, 90_000), delay_ms=90_000)

    assert abs(waited.price - there) <= BTC.tick
    assert parts(replace(ACTUAL, entries=(waited,)), tape=tape) == {
        "latency": -SIZE * (waited.price - EXPECTED.entry_price)
    }


def test_an_exit_that_is_still_on_its_way_at_the_end_is_a_matter_of_waiting():
    kept = replace(ACTUAL, exits=())

    assert parts(kept) == {
        "latency": SIZE * (ACTUAL.end_price - EXPECTED.exit_price),
        "fees": fee(EXPECTED.exit_price),
    }


def test_a_target_where_candles_say_the_stop_came_first_lies_inside_the_candle():
    stopped = replace(EXPECTED, ended=Ending.STOP)
    high = BTC.price_of(int(BARS.high[9]) - 1)
    hit = replace(
        SOLD, price=high, cause=Ending.TARGET, resting=True, stop_price=Decimal(1), target_price=high, fee=SOLD.fee
    )

    assert parts(replace(ACTUAL, exits=(hit,)), stopped) == {"intra_bar": SIZE * (high - stopped.exit_price)}


def test_a_stop_that_slipped_further_is_split_between_the_candle_and_the_fill():
    level = BTC.price_of(int(BARS.low[7]) + 5)
    ruled = TAPE.left_at(replace(SOLD, cause=Ending.STOP, stop_price=level, met_ms=START_MS + 7 * HOUR))
    hit = replace(
        SOLD,
        price=ruled - Decimal("0.4"),
        cause=Ending.STOP,
        resting=True,
        stop_price=level,
        met_ms=START_MS + 7 * HOUR,
    )

    assert parts(replace(ACTUAL, exits=(hit,))) == {
        "intra_bar": SIZE * (ruled - EXPECTED.exit_price),
        "fills": -SIZE * Decimal("0.4"),
    }


def test_a_smaller_order_is_a_matter_of_size_and_a_smaller_fill_of_fills():
    half = Decimal(1)
    small = replace(BOUGHT, quantity=half, ordered=half, fee=fee(BOUGHT.price, half))
    sold = replace(SOLD, quantity=half, ordered=half, fee=fee(SOLD.price, half))
    missing = expected_profit(EXPECTED, half) - expected_profit(EXPECTED, SIZE)

    assert parts(replace(ACTUAL, wanted=half, entries=(small,), exits=(sold,))) == {"size": missing}
    assert parts(replace(ACTUAL, entries=(small,), exits=(sold,))) == {"fills": missing}


def test_an_order_that_got_nothing_is_a_matter_of_fills():
    assert parts(None) == {"fills": -expected_profit(EXPECTED, SIZE)}


def test_what_nobody_expected_is_told_apart():
    by_hand = replace(SOLD, by_hand=True, price=Decimal(99))

    assert parts(ACTUAL, None) == {"unexpected": profit_of(ACTUAL)}
    assert parts(replace(ACTUAL, exits=(by_hand,))) == {"unexpected": SIZE * (99 - EXPECTED.exit_price)}


amounts = st.decimals(min_value="0.001", max_value="50", places=3)
prices = st.decimals(min_value="50", max_value="200", places=5)
hours = st.integers(2, 23).map(lambda number: START_MS + number * HOUR)


@st.composite
def fills(draw):
    quantity = draw(amounts)
    return Got(
        price=draw(prices),
        quantity=quantity,
        ordered=quantity + draw(st.sampled_from([Decimal(0), Decimal("0.0001")])),
        fee=draw(st.decimals(min_value="0", max_value="3", places=8)),
        cause=draw(st.sampled_from([Ending.EXIT, Ending.STOP, Ending.TARGET])),
        met_ms=draw(hours),
        due_ms=draw(hours),
        resting=draw(st.booleans()),
        by_hand=draw(st.booleans()),
        stop_price=draw(prices),
        target_price=draw(prices),
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(fills(), max_size=3),
    st.lists(fills(), max_size=3),
    st.sampled_from(list(Ending)),
    *(amounts, amounts, prices, prices),
)
def test_whatever_happened_the_parts_add_up(entries, exits, ended, held, wanted, start, end):
    was_held = bool(len(entries) % 2)
    began = {"decided_ms": None, "entry_price": start, "entry_ppm": 0} if was_held else {}
    expected = replace(EXPECTED, ended=ended, **began)
    actual = Actual(
        BTC.id,
        None if was_held else EXPECTED.decided_ms,
        held if was_held else Decimal(0),
        *(start, end, wanted, tuple(entries), tuple(exits)),
    )

    parts(actual, expected)


@pytest.mark.parametrize("number", [30, -1])
def test_where_there_is_no_candle_a_price_stands_for_itself(number):
    at = START_MS + number * HOUR
    odd = replace(BOUGHT, met_ms=at, price=BOUGHT.price + 1)

    assert parts(replace(ACTUAL, entries=(odd,))) == {"latency": -SIZE}
