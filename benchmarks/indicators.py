"""How long the indicators take over a year of minutes: against TA-Lib's own call, and by bar where they are our own."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.figures import Figure, below
from benchmarks.marketdata import MINUTES, YEAR_MS
from trading.indicators.library import ta
from trading.indicators.registry import indicators
from trading.indicators.types import Indicator

ATTEMPTS = 7
RATIO_MOST, NS_MOST = 1.5, 20.0
# What the library's call takes after the columns, where that is not our parameters in our order.
CALLED_WITH: dict[str, tuple[float, ...]] = {
    "BBANDS": (20, 2.0, 2.0, 0),
    "PPO": (12, 26, 1),
    "PVO": (12, 26, 1),
    "SMI": (13, 2, 25, 9),
    "STOCH": (14, 3, 0, 3, 0),
    "STOCHRSI": (14, 14, 3, 0),
}
Columns = dict[str, np.ndarray]


def measure() -> Iterator[Figure]:
    """The worst of each kind, with its name; all of them go to stderr, the slowest first."""
    columns = year_of_minutes()
    ratios = {one.name: _ratio(one, columns) for one in indicators().values() if one.library}
    times = {one.name: _ns_a_bar(one, columns) for one in indicators().values() if not one.library}
    for unit, found in (("times TA-Lib", ratios), ("ns per bar and output", times)):
        slowest = sorted(found, key=lambda name: -found[name])
        print(f"{unit}: {', '.join(f'{name} {found[name]:.2f}' for name in slowest)}", file=sys.stderr)
    worst, slowest_own = max(ratios, key=ratios.__getitem__), max(times, key=times.__getitem__)
    yield below("indicators_to_talib_worst", ratios[worst], f"times ({worst})", RATIO_MOST)
    yield below("indicators_own_worst", times[slowest_own], f"ns a bar ({slowest_own})", NS_MOST)


def year_of_minutes() -> Columns:
    """A seeded year of minutes, by the names of the columns that indicators read."""
    noise = np.random.default_rng(7)
    close = 40_000 * np.exp(np.cumsum(noise.normal(0, 0.0005, MINUTES)))
    opens = np.concatenate([close[:1], close[:-1]])
    return {
        "open": opens,
        "high": np.maximum(opens, close) + noise.random(MINUTES) * 20,
        "low": np.minimum(opens, close) - noise.random(MINUTES) * 20,
        "close": close,
        "values": close,
        "volume": noise.random(MINUTES) * 100,
        "open_ms": YEAR_MS + np.arange(MINUTES, dtype=np.int64) * 60_000,
    }


def _ratio(one: Indicator, columns: Columns) -> float:
    given = [columns[name] for name in one.inputs]
    calls = [
        (getattr(ta(), name), CALLED_WITH.get(name, tuple(p.default for p in one.parameters)))
        for name in str(one.library).split("+")
    ]
    ours, theirs = _best(lambda: one.function(*given), lambda: [call(*given, *rest) for call, rest in calls])
    return ours / theirs


def _ns_a_bar(one: Indicator, columns: Columns) -> float:
    given = [columns[name] for name in one.inputs]
    return _best(lambda: one.function(*given))[0] * 1e9 / MINUTES / len(one.outputs)


def _best(*works: Callable[[], object]) -> list[float]:
    """The least processor time of each, in seconds, taken in turns; what is compiled has been compiled before."""
    for work in works:
        work()
    found = [[_seconds(work) for work in works] for _ in range(ATTEMPTS)]
    return [min(each) for each in zip(*found, strict=True)]


def _seconds(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began
