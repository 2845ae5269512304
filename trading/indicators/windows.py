"""Compiled loops over sliding windows that several indicators share.

Sums begin anew every `period` bars, from the distances to the value there: so rounding neither piles up over a long
history nor drowns what is small beside the price.
"""

from __future__ import annotations

import numpy as np

from cryptouniverse.kernel.market import Floats
from trading.indicators.compiling import compiled


@compiled
def fill_bands(values: Floats, period: int, width: float, upper: Floats, middle: Floats, lower: Floats) -> None:
    """The mean of the last `period` values, and `width` population standard deviations around it, into the last three.

    All three are the same number where the values are.
    """
    n = len(values)
    upper[: period - 1] = middle[: period - 1] = lower[: period - 1] = np.nan
    same, share = 1, 1.0 / period
    for i in range(1, min(period - 1, n)):
        same = same + 1 if values[i] == values[i - 1] else 1
    for start in range(period - 1, n, period):
        anchor, total, squares = values[start], 0.0, 0.0
        for j in range(start - period + 1, start):
            total += values[j] - anchor
            squares += (values[j] - anchor) ** 2
        for i in range(start, min(start + period, n)):
            new = values[i] - anchor
            total, squares = total + new, squares + new * new
            same = same + 1 if values[i] == values[i - 1] else 1
            mean = total * share
            away = 0.0 if same >= period else width * np.sqrt(max(squares * share - mean * mean, 0.0))
            mean = values[i] if same >= period else mean + anchor
            upper[i], middle[i], lower[i] = mean + away, mean, mean - away
            old = values[i - period + 1] - anchor
            total, squares = total - old, squares - old * old


@compiled
def deviations(values: Floats, period: int, begins: int) -> Floats:
    """Population standard deviation of the last `period` values; exactly 0 where they are all the same.

    begins: the index of the first value that counts.
    """
    n = len(values)
    found = np.empty(n)
    found[: begins + period - 1] = np.nan
    same, share = 1, 1.0 / period
    for i in range(begins + 1, min(begins + period - 1, n)):
        same = same + 1 if values[i] == values[i - 1] else 1
    for start in range(begins + period - 1, n, period):
        anchor, total, squares = values[start], 0.0, 0.0
        for j in range(start - period + 1, start):
            total += values[j] - anchor
            squares += (values[j] - anchor) ** 2
        for i in range(start, min(start + period, n)):
            new = values[i] - anchor
            total, squares = total + new, squares + new * new
            same = same + 1 if values[i] == values[i - 1] else 1
            mean = total * share
            found[i] = 0.0 if same >= period else np.sqrt(max(squares * share - mean * mean, 0.0))
            old = values[i - period + 1] - anchor
            total, squares = total - old, squares - old * old
    return found


@compiled
def standard_scores(values: Floats, period: int) -> Floats:
    """How many of the last `period` values' deviations each is from their mean; NaN where they are all the same."""
    n = len(values)
    found = np.empty(n)
    found[: period - 1] = np.nan
    same, share = 1, 1.0 / period
    for i in range(1, min(period - 1, n)):
        same = same + 1 if values[i] == values[i - 1] else 1
    for start in range(period - 1, n, period):
        anchor, total, squares = values[start], 0.0, 0.0
        for j in range(start - period + 1, start):
            total += values[j] - anchor
            squares += (values[j] - anchor) ** 2
        for i in range(start, min(start + period, n)):
            new = values[i] - anchor
            total, squares = total + new, squares + new * new
            same = same + 1 if values[i] == values[i - 1] else 1
            mean = total * share
            variance = squares * share - mean * mean
            found[i] = (new - mean) / np.sqrt(variance) if same < period and variance > 0.0 else np.nan
            old = values[i - period + 1] - anchor
            total, squares = total - old, squares - old * old
    return found


@compiled
def root_means(values: Floats, period: int, begins: int) -> Floats:
    """The root of the mean of the last `period` values (squares, or what is never much below zero).

    begins: the index of the first value that counts.
    """
    n = len(values)
    found = np.empty(n)
    found[: begins + period - 1] = np.nan
    for start in range(begins + period - 1, n, period):
        total = 0.0
        for j in range(start - period + 1, start):
            total += values[j]
        for i in range(start, min(start + period, n)):
            total += values[i]
            found[i] = np.sqrt(max(total / period, 0.0))
            total -= values[i - period + 1]
    return found


@compiled
def higher_moments(values: Floats, period: int) -> tuple[Floats, Floats]:
    """Skewness and excess kurtosis (population) of the last `period` values; NaN where they are all the same."""
    n = len(values)
    skew, kurtosis = np.full(n, np.nan), np.full(n, np.nan)
    same, share = 1, 1.0 / period
    for i in range(1, min(period - 1, n)):
        same = same + 1 if values[i] == values[i - 1] else 1
    for start in range(period - 1, n, period):
        anchor, one, two, three, four = values[start], 0.0, 0.0, 0.0, 0.0
        for j in range(start - period + 1, start):
            new = values[j] - anchor
            one, two, three, four = one + new, two + new**2, three + new**3, four + new**4
        for i in range(start, min(start + period, n)):
            new, old = values[i] - anchor, values[i - period + 1] - anchor
            one, two, three, four = one + new, two + new**2, three + new**3, four + new**4
            same = same + 1 if values[i] == values[i - 1] else 1
            mean = one * share
            variance = two * share - mean**2
            if same < period and variance > 0.0:
                third = three * share - 3 * mean * two * share + 2 * mean**3
                fourth = four * share - 4 * mean * three * share + 6 * mean**2 * two * share - 3 * mean**4
                skew[i] = third / (variance * np.sqrt(variance))
                kurtosis[i] = fourth / (variance * variance) - 3.0
            one, two, three, four = one - old, two - old**2, three - old**3, four - old**4
    return skew, kurtosis


@compiled
def correlations(one: Floats, other: Floats, period: int) -> Floats:
    """Pearson's correlation of the last `period` pairs; NaN where either stands still."""
    n = len(one)
    found = np.full(n, np.nan)
    still_x, still_y = 1, 1
    for i in range(1, min(period - 1, n)):
        still_x = still_x + 1 if one[i] == one[i - 1] else 1
        still_y = still_y + 1 if other[i] == other[i - 1] else 1
    for start in range(period - 1, n, period):
        a, b, x, y, xx, yy, xy = one[start], other[start], 0.0, 0.0, 0.0, 0.0, 0.0
        for j in range(start - period + 1, start):
            p, q = one[j] - a, other[j] - b
            x, y, xx, yy, xy = x + p, y + q, xx + p * p, yy + q * q, xy + p * q
        for i in range(start, min(start + period, n)):
            p, q = one[i] - a, other[i] - b
            x, y, xx, yy, xy = x + p, y + q, xx + p * p, yy + q * q, xy + p * q
            still_x = still_x + 1 if one[i] == one[i - 1] else 1
            still_y = still_y + 1 if other[i] == other[i - 1] else 1
            spread = (xx * period - x * x) * (yy * period - y * y)
            if still_x < period and still_y < period and spread > 0.0:
                found[i] = min(1.0, max(-1.0, (xy * period - x * y) / np.sqrt(spread)))
            p, q = one[i - period + 1] - a, other[i - period + 1] - b
            x, y, xx, yy, xy = x - p, y - q, xx - p * p, yy - q * q, xy - p * q
    return found


@compiled
def defined_means(values: Floats, period: int) -> Floats:
    """Mean of the last `period` values, NaN where one of them is; what is NaN is forgotten once it has left."""
    n = len(values)
    found = np.full(n, np.nan)
    total, defined, anew = 0.0, 0, 0
    for i in range(n):
        if np.isnan(values[i]):
            defined, anew = 0, 0
            continue
        defined += 1
        if defined < period:
            continue
        if anew == 0:
            total, anew = 0.0, period
            for j in range(i - period + 1, i + 1):
                total += values[j]
        else:
            total += values[i] - values[i - period]
        anew -= 1
        found[i] = total / period
    return found


def blank_still(found: Floats, high: Floats, low: Floats, period: int) -> None:
    """NaN in `found` wherever the last `period` bars all stood at one price: nothing can be compared there."""
    if (high == low).any():
        _blank_still(found, high, low, period)


def blank_unmoved(found: Floats, values: Floats, period: int) -> None:
    """NaN in `found` wherever the last `period` changes were all none."""
    if (values[1:] == values[:-1]).any():
        _blank_still(found, values, values, period + 1)


def blank_silent(found: Floats, volume: Floats, period: int) -> None:
    """NaN in `found` wherever nothing was traded in the last `period` bars."""
    if not volume.all():
        _blank_silent(found, volume, period)


@compiled
def _blank_still(found: Floats, high: Floats, low: Floats, period: int) -> None:
    moved = -1
    for i in range(len(found)):
        if high[i] != low[i]:
            moved = i
        elif i > 0 and high[i] != high[i - 1]:
            moved = i - 1
        if i - moved >= period:
            found[i] = np.nan


@compiled
def _blank_silent(found: Floats, volume: Floats, period: int) -> None:
    traded = -1
    for i in range(len(found)):
        if volume[i] != 0.0:
            traded = i
        elif i - traded >= period:
            found[i] = np.nan
