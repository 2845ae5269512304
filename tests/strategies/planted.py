"""Biased strategies, each with one of the mistakes that people make; none of them may pass as honest."""

from __future__ import annotations

import numpy as np

from cryptouniverse.kernel.market import DAY_MS
from trading.indicators import ema

WARMUP = 60


def stances_of(long, short=None):
    stances = np.where(long, 1, 0 if short is None else np.where(short, -1, 0)).astype(np.int8)
    stances[:WARMUP] = 0
    return stances


def shifted_by_minus_one(bars, **_):
    return stances_of(np.append(bars.close_f[1:], 0) > bars.close_f)


def centred_window(bars, **_):
    return stances_of(bars.close_f > np.convolve(bars.close_f, np.ones(9) / 9, mode="full")[4 : len(bars) + 4])


def mean_of_the_whole_series(bars, **_):
    return stances_of(bars.close_f > np.mean(bars.close_f))


def scaled_by_the_whole_range(bars, **_):
    low, high = bars.close_f.min(), bars.close_f.max()
    return stances_of(bars.close_f - low < 0.3 * (high - low))


def rank_in_the_whole_series(bars, **_):
    return stances_of(np.argsort(np.argsort(bars.close_f)) > len(bars) * 0.7)


def gradient_of_both_sides(bars, **_):
    return stances_of(np.gradient(bars.close_f) > 0 if len(bars) > 1 else bars.close_f < 0)


def low_known_too_soon(bars, **_):
    return stances_of(bars.low_f < np.append(bars.low_f[1:], np.inf))


def daily_close_at_midnight(bars, **_):
    last = np.append(np.diff(bars.open_ms // DAY_MS) != 0, True)
    closes = bars.close_f[last][np.searchsorted(np.flatnonzero(last), np.arange(len(bars)))]
    return stances_of(closes > bars.open_f)


def filled_backwards(bars, **_):
    high = np.where(np.arange(len(bars)) % 24 == 23, bars.high_f, np.nan)
    for i in range(len(bars) - 2, -1, -1):
        high[i] = high[i + 1] if np.isnan(high[i]) else high[i]
    return stances_of(bars.close_f < high * 0.98)


def smoothed_backwards_too(bars, **_):
    return stances_of(bars.close_f > ema(ema(bars.close_f, 10)[::-1], 10)[::-1])


def short_by_tomorrow(bars, **_):
    return stances_of(bars.close_f < 0, np.append(bars.close_f[3:], np.zeros(min(3, len(bars)))) < bars.close_f * 0.99)


def first_price_of_all(bars, **_):
    return stances_of(bars.close_f > bars.close_f[:1])


def highest_since_the_beginning(bars, **_):
    return stances_of(bars.close_f > 0.9 * np.maximum.accumulate(bars.close_f))


def mean_since_the_beginning(bars, **_):
    return stances_of(bars.close_f > np.cumsum(bars.close_f) / np.arange(1, len(bars) + 1))


def every_seventh_bar(bars, **_):
    return stances_of(np.arange(len(bars)) % 7 == 0)


def average_longer_than_its_warm_up(bars, **_):
    return stances_of(bars.close_f > ema(bars.close_f, 900))


def sum_of_all_volume(bars, **_):
    balance = np.cumsum(np.sign(np.diff(bars.close_f, prepend=bars.close_f[:1])) * bars.volume)
    return stances_of(balance > 0)


def held_until_something_rare(bars, **_):
    held, stances = False, np.zeros(len(bars), dtype=bool)
    change = np.diff(bars.close_f, prepend=bars.close_f[:1]) / bars.close_f
    for i, moved in enumerate(change):
        held = True if moved > 0.035 else (False if moved < -0.035 else held)
        stances[i] = held
    return stances_of(stances)


def before_its_warm_up(bars, **_):
    return (bars.close_f > bars.open_f).astype(np.int8)


LOOKING_AHEAD = (
    shifted_by_minus_one,
    centred_window,
    mean_of_the_whole_series,
    scaled_by_the_whole_range,
    rank_in_the_whole_series,
    gradient_of_both_sides,
    low_known_too_soon,
    daily_close_at_midnight,
    filled_backwards,
    smoothed_backwards_too,
    short_by_tomorrow,
)
RECURSIVE = (
    mean_of_the_whole_series,
    first_price_of_all,
    highest_since_the_beginning,
    mean_since_the_beginning,
    every_seventh_bar,
    average_longer_than_its_warm_up,
    sum_of_all_volume,
    held_until_something_rare,
    before_its_warm_up,
)
