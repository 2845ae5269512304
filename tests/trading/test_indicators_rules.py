"""What every indicator promises, whatever the series: length, warm-up, no look-ahead, no crash. Found by themselves."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from cryptouniverse.kernel.errors import Invalid, NotFound
from tests.strategies.markets import walk
from tests.trading.indicators_market import given_still, given_walk
from trading.indicators import atr, relative_volume, rsi, sma
from trading.indicators.registry import indicator, indicators

EACH = pytest.mark.parametrize("one", indicators().values(), ids=indicators())
WALK = given_walk(1200)
MAY_BE_ABSENT = {"fractals", "half_life"}  # no swing yet; no return to the mean
PRICES = {0.0, 0.1, 60_000.0, 0.00000012}


def settings_of(one):
    """The defaults, and settings within the bounds that a short market has room for."""
    noise = np.random.default_rng(5)
    found = [one.resolve({})]
    while len(found) < 4 and one.parameters:
        chosen = {}
        for p in one.parameters:
            value = p.default if p.name == "anchor_ms" else noise.uniform(p.low, min(p.high, p.low + 3 * p.default))
            chosen[p.name] = p.kind(value)
        if not one.rule or not one.rule(chosen):
            found.append(one.resolve(chosen))
    return found


@EACH
def test_it_is_as_long_as_its_input_and_begins_when_it_says(one):
    for setting in settings_of(one):
        warmup, hours = one.warmup(setting), 24 * one.days(setting) if one.days else 0
        for values in WALK.of(one, **setting).values():
            assert len(values) == len(WALK.close)
            assert np.isnan(values[:warmup]).all()
            if one.name not in MAY_BE_ABSENT:
                assert np.isfinite(values[warmup + hours :]).all()


@EACH
def test_a_short_or_a_still_series_gives_no_crash_and_no_infinity(one):
    for n in (0, 1, 2, 13, 27):
        assert all(len(values) == n for values in WALK.between(0, n).of(one).values())
    for price in PRICES:
        assert not any(np.isinf(values).any() for values in given_still(300, price).of(one).values())


@EACH
def test_no_value_depends_on_a_later_bar(one):
    market = WALK.between(0, 330)
    whole = market.of(one)
    for k in range(1, 330, 29):
        for name, values in market.between(0, k).of(one).items():
            assert np.array_equal(values, whole[name][:k], equal_nan=True)


@EACH
def test_a_twice_as_long_history_changes_a_value_by_less_than_a_thousandth(one):
    if one.cumulative:
        return
    short, double = WALK.between(600, 1200).of(one), WALK.of(one)
    for name, values in double.items():
        usual = np.nanmedian(np.abs(values))
        assert abs(short[name][-1] - values[-1]) <= 1e-3 * max(usual, abs(values[-1])) or np.isnan(values[-1])


@EACH
def test_it_says_what_it_is(one):
    assert all(len(text) > 3 for text in (one.title, one.convention, one.source))
    assert len(set(one.outputs)) == len(one.outputs) >= 1
    assert all(p.low <= p.default <= p.high and p.meaning for p in one.parameters)


def test_there_are_sixty_and_more():
    assert len(indicators()) >= 60


def test_an_indicator_is_computed_from_bars_by_name():
    bars = walk(200)
    found = indicator("macd").compute(bars, fast=5, slow=20)
    assert list(found) == ["macd", "signal", "histogram"]
    assert list(indicator("rsi").compute(bars)) == ["rsi"]


@pytest.mark.parametrize("parameters", [{"period": 1}, {"period": "14"}, {"period": 2.5}, {"length": 14}])
def test_a_bad_parameter_is_refused_by_name(parameters):
    with pytest.raises(Invalid) as refusal:
        indicator("rsi").compute(walk(50), **parameters)
    assert refusal.value.code == "indicator.bad_setting"


def test_an_unknown_indicator_is_not_found():
    with pytest.raises(NotFound):
        indicator("crystal_ball")


def test_a_market_that_stands_still_is_neither_strong_nor_weak():
    moved_once = np.concatenate((np.linspace(90, 100, 30), np.full(40, 100.0)))
    assert (rsi(np.full(100, 0.1))[14:] == 50.0).all()
    assert (rsi(moved_once)[14:] == 100.0).all()  # it only ever rose


def test_volume_after_a_silence_is_unknown_and_not_endless():
    volume = np.concatenate((np.random.default_rng(1).uniform(0.1, 3, 50), np.zeros(20), [5.0]))
    assert np.isnan(relative_volume(volume, 20)[-1])


@pytest.mark.parametrize("period", [1, 0, -3, 2.5, 100_001])
def test_a_period_that_is_none_is_refused(period):
    with pytest.raises(Invalid):
        sma(np.ones(50), period)


def test_series_of_different_lengths_are_refused():
    with pytest.raises(Invalid):
        atr(np.ones(50), np.ones(49), np.ones(50))


def test_whole_numbers_are_read_as_prices():
    assert sma(np.arange(5), 2)[-1] == 3.5


def test_prices_of_a_millionth_are_measured_as_those_of_a_thousand():
    """The library takes small variances for none, and small money for nothing."""
    names = ("bollinger_place", "z_score", "money_flow_index", "standard_deviation", "price_volume_correlation")
    usual = given_walk(300)
    small = replace(usual, **{name: getattr(usual, name) * 1e-9 for name in ("open", "high", "low", "close")})
    for name in names:
        ours, theirs = (market.of(indicator(name))[name][-1] for market in (small, usual))
        assert ours * (1e9 if name == "standard_deviation" else 1) == pytest.approx(theirs, rel=1e-6)


def test_listing_the_indicators_loads_neither_the_library_nor_the_compiler():
    code = "import sys; from trading.indicators.registry import indicators as all_of_them; all_of_them()"
    code += "; print({'talib', 'numba'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
