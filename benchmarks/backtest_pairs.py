"""`python -m benchmarks.backtest_pairs`: a hundred parameter pairs over the benchmark's year, warm, in this process.

Prints seconds (signals included), the most memory and the equity of each at the end, as one JSON object.
"""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.backtest_world import PAIR, pairs, terms, world
from strategies.backtest.engine.deciding import ask_at_once
from strategies.backtest.engine.markets import Markets
from strategies.backtest.engine.running import run
from strategies.catalog.registry import strategy


def end_of(markets: Markets, pair: tuple[int, int]) -> float:
    """The equity at the end of one pair's run."""
    chosen = strategy("moving_average_cross")
    parameters = chosen.resolve({**PAIR, "fast": pair[0], "slow": pair[1]})
    asked = ask_at_once(chosen, parameters, markets.each[0].bars)
    return float(run(markets, [asked], terms()).equity[-1]) / 1e8


def peak_mb() -> float:
    """The most memory that this process had; `getrusage` would count what its parent had when it was forked."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def main() -> None:
    """Run all of them, as many at once as there are processors: the compiled loop lets other threads run."""
    markets = world()
    end_of(markets, (5, 60))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        began = time.perf_counter()
        ends = list(pool.map(lambda pair: end_of(markets, pair), pairs()))
        seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "mb": peak_mb(), "equity": ends}))


if __name__ == "__main__":
    main()
