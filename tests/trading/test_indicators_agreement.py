"""Indicators against series computed by another library over 502 real daily bars."""

from __future__ import annotations

import csv
import gzip

import numpy as np
import pytest

from trading.indicators import adx, atr, ema, roc, rsi, sma
from trading.indicators.channels import bollinger, bollinger_place, bollinger_width
from trading.indicators.statistics import z_score
from trading.indicators.trend import macd
from trading.indicators.volatility import atr_percent, true_range

HLC = ("high", "low", "close")
# file and column: what of ours it is, from the bars
CASES = {
    ("sma", "sma"): lambda q: sma(q["close"], 20),
    ("ema", "ema"): lambda q: ema(q["close"], 20),
    ("rsi", "rsi"): lambda q: rsi(q["close"], 14),
    ("atr", "atr"): lambda q: atr(*(q[name] for name in HLC), 14),
    ("atr", "tr"): lambda q: true_range(*(q[name] for name in HLC)),
    ("atr", "atrp"): lambda q: atr_percent(*(q[name] for name in HLC), 14),
    ("macd", "macd"): lambda q: macd(q["close"]).macd,
    ("macd", "signal"): lambda q: macd(q["close"]).signal,
    ("macd", "histogram"): lambda q: macd(q["close"]).histogram,
    ("bb", "sma"): lambda q: bollinger(q["close"]).middle,
    ("bb", "upperBand"): lambda q: bollinger(q["close"]).upper,
    ("bb", "lowerBand"): lambda q: bollinger(q["close"]).lower,
    ("bb", "percentB"): lambda q: bollinger_place(q["close"]),
    ("bb", "width"): lambda q: bollinger_width(q["close"]),
    ("bb", "zScore"): lambda q: z_score(q["close"]),
}
BEGIN_TOGETHER = {("macd", "macd")}  # our three lines of MACD begin with the last of them


@pytest.fixture
def quotes(real_data):
    with (real_data / "indicators" / "quotes_default.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in ("open", "high", "low", "close", "volume")}


def expected(real_data, name, column):
    with gzip.open(real_data / "indicators" / "results" / f"{name}.csv.gz", "rt") as file:
        return np.array([float(row[column] or "nan") for row in csv.DictReader(file)])


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_it_agrees_with_the_published_series(real_data, quotes, case):
    theirs, ours = expected(real_data, *case), CASES[case](quotes)

    if case not in BEGIN_TOGETHER:
        assert np.array_equal(np.isnan(ours), np.isnan(theirs))
    assert np.nanmax(np.abs(ours - theirs)) <= 1e-6


def test_adx_equals_wilders_own_arithmetic(quotes):
    ours = adx(quotes["high"], quotes["low"], quotes["close"], 14)
    theirs = wilder_adx(quotes["high"], quotes["low"], quotes["close"], 14)

    assert np.flatnonzero(~np.isnan(ours))[0] == 27
    assert np.nanmax(np.abs(ours - theirs)) <= 1e-6


def wilder_adx(high, low, close, n):
    up, down = np.diff(high), -np.diff(low)
    plus, minus = np.where((up > down) & (up > 0), up, 0.0), np.where((down > up) & (down > 0), down, 0.0)
    wide = np.maximum(high[1:], close[:-1]) - np.minimum(low[1:], close[:-1])
    sums = [part[: n - 1].sum() for part in (plus, minus, wide)]
    index = []
    for i in range(n - 1, len(wide)):
        sums = [total - total / n + part[i] for total, part in zip(sums, (plus, minus, wide), strict=True)]
        index.append(100 * abs(sums[0] - sums[1]) / (sums[0] + sums[1]))
    result = np.full(len(close), np.nan)
    result[2 * n - 1] = np.mean(index[:n])
    for i in range(2 * n, len(close)):
        result[i] = (result[i - 1] * (n - 1) + index[i - n]) / n
    return result


def test_rate_of_change_is_in_percent(quotes):
    ours = roc(quotes["close"], 10)
    assert ours[300] == pytest.approx(100 * (quotes["close"][300] / quotes["close"][290] - 1), abs=1e-9)
