"""Compiled loops over sliding windows that several indicators share.

Sums begin anew every `period` bars, from the distances to the value there: so rounding neither piles up over a long
history nor drowns what is small beside the price.
"""

from __future__ import annotations

import numpy as np

from cryptouniverse.kernel.market import Floats
from trading.indicators.compiling import compiled


@compiled
def means_and_deviations(values: Floats, period: int) -> tuple[Floats, Floats]:
    """Mean and population standard deviation of the last `period` values; exactly 0 where they are all the same."""
    n = len(values)
    means, deviations = np.full(n, np.nan), np.full(n, np.nan)
    anchor, total, squares, same = 0.0, 0.0, 0.0, 0
    for i in range(n):
        same = same + 1 if i > 0 and values[i] == values[i - 1] else 1
        if i < period - 1:
            continue
        if (i - period + 1) % period == 0:
            anchor, total, squares = values[i], 0.0, 0.0
            for j in range(i - period + 1, i + 1):
                total += values[j] - anchor
                squares += (values[j] - anchor) ** 2
        else:
            new, old = values[i] - anchor, values[i - period] - anchor
            total += new - old
            squares += new * new - old * old
        mean = total / period
        means[i] = mean + anchor
        deviations[i] = 0.0 if same >= period else np.sqrt(max(squares / period - mean * mean, 0.0))
    return means, deviations


@compiled
def higher_moments(values: Floats, period: int) -> tuple[Floats, Floats]:
    """Skewness and excess kurtosis (population) of the last `period` values; NaN where they are all the same."""
    n = len(values)
    skew, kurtosis = np.full(n, np.nan), np.full(n, np.nan)
    anchor, one, two, three, four, same = 0.0, 0.0, 0.0, 0.0, 0.0, 0
    for i in range(n):
        same = same + 1 if i > 0 and values[i] == values[i - 1] else 1
        if i < period - 1:
            continue
        first = i
        if (i - period + 1) % period == 0:
            anchor, one, two, three, four = values[i], 0.0, 0.0, 0.0, 0.0
            first = i - period + 1
        else:
            old = values[i - period] - anchor
            one, two, three, four = one - old, two - old**2, three - old**3, four - old**4
        for j in range(first, i + 1):
            new = values[j] - anchor
            one, two, three, four = one + new, two + new**2, three + new**3, four + new**4
        mean = one / period
        variance = two / period - mean**2
        if same < period and variance > 0.0:
            third = three / period - 3 * mean * two / period + 2 * mean**3
            fourth = four / period - 4 * mean * three / period + 6 * mean**2 * two / period - 3 * mean**4
            skew[i] = third / variance**1.5
            kurtosis[i] = fourth / variance**2 - 3.0
    return skew, kurtosis


@compiled
def correlations(one: Floats, other: Floats, period: int) -> Floats:
    """Pearson's correlation of the last `period` pairs; NaN where either stands still."""
    n = len(one)
    found = np.full(n, np.nan)
    a, b, x, y, xx, yy, xy, still_x, still_y = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0
    for i in range(n):
        still_x = still_x + 1 if i > 0 and one[i] == one[i - 1] else 1
        still_y = still_y + 1 if i > 0 and other[i] == other[i - 1] else 1
        if i < period - 1:
            continue
        first = i
        if (i - period + 1) % period == 0:
            a, b, x, y, xx, yy, xy = one[i], other[i], 0.0, 0.0, 0.0, 0.0, 0.0
            first = i - period + 1
        else:
            p, q = one[i - period] - a, other[i - period] - b
            x, y, xx, yy, xy = x - p, y - q, xx - p * p, yy - q * q, xy - p * q
        for j in range(first, i + 1):
            p, q = one[j] - a, other[j] - b
            x, y, xx, yy, xy = x + p, y + q, xx + p * p, yy + q * q, xy + p * q
        wide, high = xx - x * x / period, yy - y * y / period
        if still_x < period and still_y < period and wide > 0.0 and high > 0.0:
            found[i] = min(1.0, max(-1.0, (xy - x * y / period) / np.sqrt(wide * high)))
    return found


@compiled
def defined_means(values: Floats, period: int) -> Floats:
    """Mean of the last `period` values, NaN where one of them is; what is NaN is forgotten once it has left."""
    n = len(values)
    found = np.full(n, np.nan)
    total, defined = 0.0, 0
    for i in range(n):
        if np.isnan(values[i]):
            total, defined = 0.0, 0
            continue
        defined += 1
        if defined > period and defined % period != 0:
            total += values[i] - values[i - period]
        elif defined >= period:
            total = 0.0
            for j in range(i - period + 1, i + 1):
                total += values[j]
        if defined >= period:
            found[i] = total / period
    return found


@compiled
def blank_still(found: Floats, high: Floats, low: Floats, period: int) -> None:
    """NaN in `found` wherever the last `period` bars all stood at one price: nothing can be compared there."""
    still = 0
    for i in range(len(found)):
        if high[i] != low[i]:
            still = 0
        elif still > 0 and high[i] == high[i - 1]:
            still += 1
        else:
            still = 1
        if still >= period:
            found[i] = np.nan


@compiled
def blank_silent(found: Floats, volume: Floats, period: int) -> None:
    """NaN in `found` wherever nothing was traded in the last `period` bars."""
    silent = 0
    for i in range(len(found)):
        silent = silent + 1 if volume[i] == 0.0 else 0
        if silent >= period:
            found[i] = np.nan
