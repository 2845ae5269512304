"""What each shipped strategy does, in small markets that a person can follow, and how the catalogue is found."""

from __future__ import annotations

import numpy as np
import pytest

from cryptouniverse.kernel.errors import Invalid, NotFound
from strategies.catalog.registry import all_strategies, strategy
from strategies.catalog.types import above, canonical, holding
from tests.strategies.markets import START_MS, bars_from
from trading.indicators import sma

CROSS = {"fast": 3, "slow": 10, "band_bps": 10}
REVERSION = {"period": 2, "oversold": 20, "recovered": 60, "stay": 4}
BREAKOUT = {"entry": 5, "exit": 3, "patience": 10}


def given_closes(*parts):
    close = np.concatenate([np.atleast_1d(np.asarray(part, dtype=float)) for part in parts])
    open_ms = START_MS + 3_600_000 * np.arange(len(close))
    return bars_from(open_ms, close, close + 0.5, close - 0.5, close, np.ones(len(close)))


def stance_text(name, bars, parameters, last):
    return "".join("L" if stance == 1 else "." for stance in strategy(name).stances(bars, parameters)[-last:])


def test_the_cross_is_long_while_the_fast_average_stands_above_the_slow_one():
    bars = given_closes([100.0] * 12, [103, 106, 109], [100, 90, 80])
    assert stance_text("moving_average_cross", bars, CROSS, 6) == "LLLL.."


def test_the_cross_ignores_a_difference_within_the_band():
    bars = given_closes([100.0] * 12, [100.1])
    assert stance_text("moving_average_cross", bars, CROSS, 1) == "."
    assert stance_text("moving_average_cross", bars, CROSS | {"band_bps": 1}, 1) == "L"


def test_reversion_buys_the_fall_and_leaves_at_recovery():
    bars = given_closes(np.tile([100.0, 101.0], 15), [98, 95], [97, 103, 104])
    assert stance_text("rsi_reversion", bars, REVERSION, 5) == "LLL.."


def test_reversion_leaves_when_recovery_does_not_come():
    bars = given_closes(np.tile([100.0, 101.0], 15), [95, 92], np.tile([92.9, 92.5], 4))
    assert stance_text("rsi_reversion", bars, REVERSION, 10) == "LLLLL....."


def test_a_breakout_buys_the_new_high_and_leaves_on_the_new_low():
    bars = given_closes([100.0] * 20, [103, 104, 105], [104, 101])
    assert stance_text("donchian_breakout", bars, BREAKOUT, 6) == ".LLLL."


def test_a_breakout_leaves_when_no_new_high_comes():
    bars = given_closes([100.0] * 20, [103], [103.0] * 12)
    assert stance_text("donchian_breakout", bars, BREAKOUT, 13) == "L" * 10 + "..."


def test_leaving_wins_over_entering_in_the_same_bar():
    yes = np.ones(5, dtype=bool)
    assert not holding(yes, yes, patience=3, warmup=0).any()


def test_what_differs_by_rounding_is_not_above():
    price = np.full(50, 0.1)
    assert not above(price, sma(price, 7)).any()
    assert not above(sma(price, 7), price).any()
    assert above(price * 1.001, price).all()


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("moving_average_cross", {"fast": 50, "slow": 50}),
        ("rsi_reversion", {"oversold": 45.0, "recovered": 45.0}),
        ("donchian_breakout", {"entry": 5, "exit": 6}),
    ],
)
def test_parameters_that_contradict_each_other_are_refused(name, parameters):
    with pytest.raises(Invalid) as refusal:
        strategy(name).resolve(parameters)
    assert refusal.value.code == "strategy.bad_parameter"


def test_a_refusal_names_the_parameter_and_its_bounds():
    with pytest.raises(Invalid) as refusal:
        strategy("moving_average_cross").resolve({"fast": 1000})
    assert refusal.value.facts == {"parameter": "fast", "low": 3, "high": 100, "value": 1000}


def test_resolved_parameters_have_one_text():
    one = strategy("rsi_reversion").resolve({"period": 14.0, "oversold": 30})
    other = strategy("rsi_reversion").resolve({})
    assert canonical(one) == canonical(other) == '{"oversold":30.0,"period":14,"recovered":55.0,"stay":48}'


def test_an_unknown_strategy_is_not_found():
    with pytest.raises(NotFound):
        strategy("crystal_ball")


def test_other_code_is_another_hash():
    hashes = {each.code_hash for each in all_strategies().values()}
    assert len(hashes) == len(all_strategies())


def test_some_strategies_are_free():
    assert {each.plan for each in all_strategies().values()} >= {"free", "basic", "pro"}
