"""What every indicator promises, whatever the series: length, warm-up, no look-ahead, no crash."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from cryptouniverse.kernel.errors import Invalid
from trading.indicators import adx, atr, donchian, ema, relative_volume, roc, rsi, sma

PERIOD = 14
# name: (how it reads a market, bars before its first value)
INDICATORS = {
    "sma": (lambda m: sma(m.close, PERIOD), PERIOD - 1),
    "ema": (lambda m: ema(m.close, PERIOD), PERIOD - 1),
    "rsi": (lambda m: rsi(m.close, PERIOD), PERIOD),
    "roc": (lambda m: roc(m.close, PERIOD), PERIOD),
    "atr": (lambda m: atr(m.high, m.low, m.close, PERIOD), PERIOD),
    "adx": (lambda m: adx(m.high, m.low, m.close, PERIOD), 2 * PERIOD - 1),
    "donchian upper": (lambda m: donchian(m.high, m.low, PERIOD).upper, PERIOD),
    "donchian lower": (lambda m: donchian(m.high, m.low, PERIOD).lower, PERIOD),
    "relative volume": (lambda m: relative_volume(m.volume, PERIOD), PERIOD),
}
EACH = pytest.mark.parametrize(("indicator", "warmup"), INDICATORS.values(), ids=INDICATORS)


class Market(NamedTuple):
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    volume: np.ndarray

    def between(self, start, end):
        return Market(*(part[start:end] for part in self))


def given_walk(n):
    noise = np.random.default_rng(7)
    close = 100 * np.exp(noise.normal(0, 0.01, n).cumsum())
    return Market(close * 1.01, close * 0.99, close, noise.uniform(1, 5, n))


@EACH
def test_it_is_as_long_as_its_input_and_nan_before_warm_up(indicator, warmup):
    result = indicator(given_walk(200))
    assert len(result) == 200
    assert np.isnan(result[:warmup]).all()
    assert np.isfinite(result[warmup:]).all()


@EACH
@pytest.mark.parametrize("n", [0, 1, 2, 13, 27])
def test_a_short_series_gives_a_short_answer(indicator, warmup, n):
    result = indicator(given_walk(n))
    assert len(result) == n
    assert np.isnan(result[:warmup]).all()


@EACH
@pytest.mark.parametrize("price", [0.0, 0.1, 60_000.0])
def test_a_constant_series_gives_no_infinity(indicator, warmup, price):
    flat = np.full(300, price)
    result = indicator(Market(flat, flat, flat, np.zeros(300)))
    assert not np.isinf(result).any()


@EACH
def test_no_value_depends_on_a_later_bar(indicator, warmup):
    walk = given_walk(200)
    whole = indicator(walk)
    for k in range(1, 200, 7):
        assert np.array_equal(indicator(walk.between(0, k)), whole[:k], equal_nan=True)


@EACH
def test_a_twice_as_long_history_changes_a_value_by_less_than_a_thousandth(indicator, warmup):
    walk = given_walk(2000)
    short = indicator(walk.between(1700, 2000))
    assert short[-1] == pytest.approx(indicator(walk.between(1400, 2000))[-1], rel=1e-3)


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
