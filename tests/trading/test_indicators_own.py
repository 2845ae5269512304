"""Our own indicators, and those of the library that books disagree on, against plain loops over their definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.trading import indicators_slow as slow
from tests.trading.indicators_market import given_walk
from tests.trading.indicators_slow import NAN, arrays, each, later
from trading.indicators.registry import indicator

M = given_walk(400)
N = len(M.close)
RETURNS = slow.log_returns(M.close)


def rolling(values, period, first, what):
    return each(N, first, lambda i: what(values[i - period + 1 : i + 1]))


def money_flow_index():
    price = slow.typical(M)

    def index(i):
        flows = [(price[j] - price[j - 1], price[j] * M.volume[j]) for j in range(i - 13, i + 1)]
        rise = sum(flow for change, flow in flows if change > 0)
        return 100 * rise / sum(flow for change, flow in flows if change)

    return each(N, 14, index)


def vidya(period=14):
    line, found = slow.mean(M.close[:period]), [NAN] * period
    for i in range(period, N):
        changes = np.diff(M.close[i - period : i + 1])
        line += 2 / (period + 1) * abs(changes.sum()) / np.abs(changes).sum() * (M.close[i] - line)
        found.append(line)
    return found


def mcginley(period=14):
    found = [NAN] * (period - 1) + [slow.mean(M.close[:period])]
    for price in M.close[period:]:
        found.append(found[-1] + (price - found[-1]) / (0.6 * period * (price / found[-1]) ** 4))
    return found


def alma(period=9, offset=0.85, sigma=6.0):
    weights = [math.exp(-((k - offset * (period - 1)) ** 2) / (2 * (period / sigma) ** 2)) for k in range(period)]
    return rolling(M.close, period, period - 1, lambda v: float(np.dot(weights, v)) / sum(weights))


def hma(period=20):
    raw = [2 * a - b for a, b in zip(slow.wma(M.close, period // 2), slow.wma(M.close, period), strict=True)]
    return slow.wma(raw, math.isqrt(period))


def zlema(period=20):
    lag = (period - 1) // 2
    return slow.ema([2 * a - b for a, b in zip(M.close, later(M.close, lag), strict=True)], period)


def choppiness(period=14):
    wide = slow.true_range(M)

    def value(i):
        window = slice(i - period + 1, i + 1)
        reach = max(M.high[window]) - min(M.low[window])
        return 100 * math.log10(sum(wide[window]) / reach) / math.log10(period)

    return each(N, period, value)


def stochastic(period=14):
    high, low = slow.highest(M.high, period), slow.lowest(M.low, period)
    place = [100 * (c - b) / (a - b) for a, b, c in zip(high, low, M.close, strict=True)]
    k = slow.sma(place, 3)
    return [NAN if math.isnan(d) else a for a, d in zip(k, slow.sma(k, 3), strict=True)], slow.sma(k, 3)


def keltner():
    middle = slow.ema(M.close, 20)
    return [(m + 2 * a, m, m - 2 * a) for m, a in zip(middle, slow.atr(M, 10), strict=True)]


def supertrend(period=10, width=3.0):
    usual, up, upper, lower, found = slow.atr(M, period), True, None, None, []
    for i in range(N):
        if math.isnan(usual[i]):
            found.append((NAN, NAN))
            continue
        middle, before = (M.high[i] + M.low[i]) / 2, M.close[i - 1]
        top, bottom = middle + width * usual[i], middle - width * usual[i]
        upper = top if upper is None or before > upper else min(top, upper)
        lower = bottom if lower is None or before < lower else max(bottom, lower)
        up = M.close[i] >= lower if up else M.close[i] > upper
        found.append((lower, 1) if up else (upper, -1))
    return found


def chandelier():
    usual = slow.atr(M, 22)
    long = [h - 3 * a for h, a in zip(slow.highest(M.high, 22), usual, strict=True)]
    return list(zip(long, [lo + 3 * a for lo, a in zip(slow.lowest(M.low, 22), usual, strict=True)], strict=True))


def ichimoku():
    def middle(period):
        return [(a + b) / 2 for a, b in zip(slow.highest(M.high, period), slow.lowest(M.low, period), strict=True)]

    quick, calm, wide = middle(9), middle(26), middle(52)
    first, second = later([(a + b) / 2 for a, b in zip(quick, calm, strict=True)], 26), later(wide, 26)
    return [(NAN,) * 4 if i < 77 else (quick[i], calm[i], first[i], second[i]) for i in range(N)]


def squeeze(period=20):
    usual, found = slow.sma(slow.true_range(M), period), []
    averages, high, low = slow.sma(M.close, period), slow.highest(M.high, period), slow.lowest(M.low, period)
    away = [c - (a + (h + lo) / 2) / 2 for c, a, h, lo in zip(M.close, averages, high, low, strict=True)]
    for i in range(N):
        if i < 2 * period - 1:
            found.append((NAN, NAN))
            continue
        inside = 2 * slow.deviation(M.close[i - period + 1 : i + 1]) < 1.5 * usual[i]
        found.append((float(inside), slow.line_end(away[i - period + 1 : i + 1])))
    return found


def vwap():
    def value(i):
        day = slice(i - i % 24, i + 1)
        return float(np.dot(slow.typical(M)[day], M.volume[day])) / sum(M.volume[day])

    return each(N, 0, value)


def pivots():
    def value(i):
        day = slice(i - i % 24 - 24, i - i % 24)
        high, low, close = max(M.high[day]), min(M.low[day]), M.close[day][-1]
        p = (high + low + close) / 3
        return p, 2 * p - low, p + high - low, high + 2 * (p - low), 2 * p - high, p - high + low, low - 2 * (high - p)

    return [(NAN,) * 7 if i < 24 else value(i) for i in range(N)]


def volume_profile(row=0.001):
    """The rows of a day in a dictionary; the area grows to the fuller neighbour."""
    found, price = [], slow.typical(M)
    for i in range(N):
        start = i - i % 24
        origin, height, held = price[start], price[start] * row, {}
        for j in range(start, i + 1):
            at = math.floor((price[j] - origin) / height)
            held[at] = held.get(at, 0.0) + M.volume[j]
        full = max(held.values())
        top = bottom = next(at for at in held if held[at] == full)
        inside = full
        while inside < 0.7 * sum(held.values()):
            more = held.get(top + 1, 0.0) if top < max(held) else -1
            less = held.get(bottom - 1, 0.0) if bottom > min(held) else -1
            top, bottom, inside = (top + 1, bottom, inside + more) if more >= less else (top, bottom - 1, inside + less)
        found.append((origin + (at_point(held) + 0.5) * height, origin + (top + 1) * height, origin + bottom * height))
    return found


def at_point(held):
    full = max(held.values())
    return next(at for at in held if held[at] == full)


def heikin_ashi():
    found = []
    for i in range(N):
        close = (M.open[i] + M.high[i] + M.low[i] + M.close[i]) / 4
        open_ = (found[-1][0] + found[-1][3]) / 2 if found else (M.open[i] + M.close[i]) / 2
        found.append((open_, max(M.high[i], open_, close), min(M.low[i], open_, close), close))
    return found


def fractals(wings=2):
    found, last_high, last_low = [], NAN, NAN
    for i in range(N):
        around = range(i - 2 * wings, i + 1)
        if around[0] >= 0:
            others = [j for j in around if j != i - wings]
            last_high = M.high[i - wings] if all(M.high[j] < M.high[i - wings] for j in others) else last_high
            last_low = M.low[i - wings] if all(M.low[j] > M.low[i - wings] for j in others) else last_low
        found.append((last_high, last_low))
    return found


def connors_rsi():
    streak, change = [0.0], np.diff(M.close) / M.close[:-1]
    for moved in change:
        last = streak[-1]
        streak.append(max(last, 0) + 1 if moved > 0 else min(last, 0) - 1)
    rank = each(N, 101, lambda i: sum(v < change[i - 1] for v in change[i - 101 : i - 1]))
    return [(a + b + c) / 3 for a, b, c in zip(plain_rsi(M.close, 3), plain_rsi(streak, 2), rank, strict=True)]


def plain_rsi(values, period):
    change = [NAN, *np.diff(values)]
    up, down = (slow.wilder([NAN, *np.maximum(sign * np.diff(values), 0)], period) for sign in (1, -1))
    return [NAN if math.isnan(c) else 100 * a / (a + b) for a, b, c in zip(up, down, change, strict=True)]


def half_life(period=100):
    def value(i):
        level, change = M.close[i - period : i], np.diff(M.close[i - period : i + 1])
        pull = slow.correlation(level, change) * slow.deviation(change) / slow.deviation(level)
        return -math.log(2) / math.log(1 + pull) if -1 < pull < 0 else NAN

    return each(N, period, value)


def yang_zhang(period=20):
    gap = [NAN] + [math.log(M.open[i] / M.close[i - 1]) for i in range(1, N)]
    body = [math.log(c / o) for o, c in zip(M.open, M.close, strict=True)]
    inside = rogers_satchell()
    share = 0.34 / (1.34 + (period + 1) / (period - 1))

    def value(i):
        window = slice(i - period + 1, i + 1)
        outside = slow.deviation(gap[window], sample=True) ** 2 + share * slow.deviation(body[window], sample=True) ** 2
        return 100 * math.sqrt(outside + (1 - share) * slow.mean(inside[window]))

    return each(N, period, value)


def rogers_satchell():
    bars = zip(M.open, M.high, M.low, M.close, strict=True)
    return [math.log(h / c) * math.log(h / o) + math.log(x / c) * math.log(x / o) for o, h, x, c in bars]


def ulcer_index(period=14):
    fall = [c / h - 1 for c, h in zip(M.close, slow.highest(M.close, period), strict=True)]
    return each(N, 26, lambda i: 100 * math.sqrt(slow.mean([v * v for v in fall[i - 13 : i + 1]])))


def moments(values):
    away = (np.asarray(values) - slow.mean(values)) / slow.deviation(values)
    return float(np.mean(away**3)), float(np.mean(away**4) - 3)


OWN = {
    "alma": alma,
    "autocorrelation": lambda: each(N, 51, lambda i: slow.correlation(RETURNS[i - 49 : i + 1], RETURNS[i - 50 : i])),
    "chandelier": chandelier,
    "choppiness": choppiness,
    "connors_rsi": connors_rsi,
    "detrended_price": lambda: [a - b for a, b in zip(later(M.close, 11), slow.sma(M.close, 20), strict=True)],
    "donchian": lambda: list(zip(later(slow.highest(M.high, 20), 1), later(slow.lowest(M.low, 20), 1), strict=True)),
    "fractals": fractals,
    "half_life": half_life,
    "heikin_ashi": heikin_ashi,
    "historical_volatility": lambda: rolling(RETURNS, 20, 20, lambda v: 100 * slow.deviation(v)),
    "hma": hma,
    "ichimoku": ichimoku,
    "keltner": keltner,
    "mcginley": mcginley,
    "money_flow_index": money_flow_index,
    "parkinson": lambda: each(
        N,
        19,
        lambda i: (
            100
            * math.sqrt(slow.mean([math.log(M.high[j] / M.low[j]) ** 2 for j in range(i - 19, i + 1)]) / math.log(16))
        ),
    ),
    "pivots": pivots,
    "price_volume_correlation": lambda: each(
        N, 29, lambda i: slow.correlation(M.close[i - 29 : i + 1], M.volume[i - 29 : i + 1])
    ),
    "r_squared": lambda: rolling(M.close, 14, 13, lambda v: slow.correlation(v, range(14)) ** 2),
    "relative_volume": lambda: each(N, 20, lambda i: M.volume[i] / slow.mean(M.volume[i - 20 : i])),
    "shape_of_returns": lambda: [(NAN, NAN) if i < 50 else moments(RETURNS[i - 49 : i + 1]) for i in range(N)],
    "squeeze": squeeze,
    "standard_deviation": lambda: rolling(M.close, 20, 19, slow.deviation),
    "stochastic": lambda: list(zip(*stochastic(), strict=True)),
    "supertrend": supertrend,
    "ulcer_index": ulcer_index,
    "vidya": vidya,
    "volume_profile": volume_profile,
    "vwap": vwap,
    "vwma": lambda: each(N, 19, lambda i: np.average(M.close[i - 19 : i + 1], weights=M.volume[i - 19 : i + 1]).item()),
    "yang_zhang": yang_zhang,
    "z_score": lambda: rolling(M.close, 20, 19, lambda v: (v[-1] - slow.mean(v)) / slow.deviation(v)),
    "zlema": zlema,
}


@pytest.mark.parametrize("name", OWN)
def test_it_equals_a_plain_loop_over_its_definition(name):
    one, rows = indicator(name), OWN[name]()
    expected = arrays(*(zip(*rows, strict=True) if isinstance(rows[0], tuple) else (rows,)))

    for ours, theirs in zip(M.of(one).values(), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def prices(*values):
    return np.array(values, dtype=float)


def test_supertrend_turns_with_the_close_that_breaks_its_line():
    close = prices(10, 11, 12, 13, 14, 15, 9, 8)
    line, way = indicator("supertrend").function(close + 0.5, close - 0.5, close, period=2, width=1.0)
    assert list(way[2:]) == [1, 1, 1, 1, -1, -1]
    assert (line[2:6] < close[2:6]).all() and (line[6:] > close[6:]).all()


def test_a_session_that_is_not_seen_from_its_beginning_has_no_vwap():
    market = M.between(5, 60)
    line = market.of(indicator("vwap"))["vwap"]
    assert np.isnan(line[:19]).all() and line[19] == pytest.approx((M.high[24] + M.low[24] + M.close[24]) / 3)


def test_an_anchored_vwap_begins_at_its_anchor():
    line = M.of(indicator("anchored_vwap"), anchor_ms=int(M.open_ms[100]))["anchored_vwap"]
    typical = slow.typical(M)
    assert np.isnan(line[:100]).all()
    assert line[150] == pytest.approx(np.average(typical[100:151], weights=M.volume[100:151]))


def test_fibonacci_and_camarilla_pivots_are_shares_of_the_range_before():
    day = slice(24, 48)
    wide, last = max(M.high[day]) - min(M.low[day]), M.close[47]
    p = (max(M.high[day]) + min(M.low[day]) + last) / 3
    assert M.of(indicator("fibonacci_pivots"))["s2"][60] == pytest.approx(p - 0.618 * wide)
    assert M.of(indicator("camarilla_pivots"))["r3"][60] == pytest.approx(last + 1.1 * wide / 4)


def test_psar_follows_below_a_rise_and_turns_above_after_the_fall():
    close = np.concatenate((np.arange(10.0, 40.0), np.arange(38.0, 10.0, -2.0)))
    line = indicator("parabolic_sar").function(close + 0.5, close - 0.5)
    assert (line[2:29] < close[2:29]).all() and (line[-6:] > close[-6:]).all()


def test_smoothers_leave_a_constant_alone_and_filters_take_it_away():
    flat = np.full(200, 50.0)
    assert indicator("super_smoother").function(flat)[-1] == pytest.approx(50)
    assert indicator("decycler").function(flat)[-1] == pytest.approx(50)
    assert indicator("roofing_filter").function(flat)[-1] == pytest.approx(0)
