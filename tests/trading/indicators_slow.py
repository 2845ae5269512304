"""Indicators as their definitions read, in plain loops: slow, obvious, and nothing of the product in them."""

from __future__ import annotations

import math

import numpy as np

NAN = math.nan


def each(n, first, value):
    """`value(i)` at each bar from `first` on, NaN before."""
    return [value(i) if i >= first else NAN for i in range(n)]


def mean(values):
    return sum(values) / len(values)


def deviation(values, sample=False):
    middle = mean(values)
    return math.sqrt(sum((v - middle) ** 2 for v in values) / (len(values) - sample))


def correlation(one, other):
    a, b = mean(one), mean(other)
    over = sum((x - a) * (y - b) for x, y in zip(one, other, strict=True))
    return over / (len(one) * deviation(one) * deviation(other))


def smoothed(values, period, weight):
    """Exponential smoothing of what is not NaN, seeded with the mean of its first `period` values."""
    found, seen, line = [], [], NAN
    for value in values:
        if not math.isnan(value):
            seen.append(value)
            if len(seen) == period:
                line = mean(seen)
            elif len(seen) > period:
                line += weight * (value - line)
        found.append(line)
    return found


def ema(values, period):
    return smoothed(values, period, 2 / (period + 1))


def wilder(values, period):
    return smoothed(values, period, 1 / period)


def sma(values, period):
    return each(len(values), period - 1, lambda i: mean(values[i - period + 1 : i + 1]))


def wma(values, period):
    total = period * (period + 1) / 2
    return each(
        len(values),
        period - 1,
        lambda i: sum((k + 1) * v for k, v in enumerate(values[i - period + 1 : i + 1])) / total,
    )


def highest(values, period):
    return each(len(values), period - 1, lambda i: max(values[i - period + 1 : i + 1]))


def lowest(values, period):
    return each(len(values), period - 1, lambda i: min(values[i - period + 1 : i + 1]))


def later(values, bars):
    return [NAN] * bars + list(values[: len(values) - bars])


def true_range(m):
    gap = [max(m.high[i], m.close[i - 1]) - min(m.low[i], m.close[i - 1]) for i in range(1, len(m.close))]
    return [NAN, *gap]


def atr(m, period):
    return wilder(true_range(m), period)


def typical(m):
    return [(h + lo + c) / 3 for h, lo, c in zip(m.high, m.low, m.close, strict=True)]


def log_returns(close):
    return [NAN, *np.diff(np.log(close))]


def line_end(values):
    """Where the straight line with the least squares through `values` ends."""
    n = len(values)
    x = [k - (n - 1) / 2 for k in range(n)]
    slope = sum(a * b for a, b in zip(x, values, strict=True)) / sum(a * a for a in x)
    return mean(values) + slope * (n - 1) / 2


def arrays(*columns):
    return tuple(np.array(column, dtype=float) for column in columns)
