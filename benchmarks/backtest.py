"""The backtest over a seeded walk of 525,600 one-minute candles, and the same trades by vectorbt and backtesting.py.

All of it in one run on one machine: ratios hold where seconds do not. Before anything is said to be faster, the trades
and the final equity are held against each other.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.backtest_world import FEE_PPM, PAIR, STOP_BPS, TARGET_BPS, pairs, terms, units_at, world
from benchmarks.figures import Figure, at_least, below
from benchmarks.peers import ask_peer
from strategies.backtest.engine.deciding import ask_at_once
from strategies.backtest.engine.result import Result
from strategies.backtest.engine.running import run
from strategies.catalog.registry import strategy

REPEATS = 15
PRICE_TOLERANCE = 1e-6  # a tick: ours lie on the grid, theirs are floats
EQUITY_TOLERANCE = 1e-7


def measure() -> Iterator[Figure]:
    """Our seconds, and how many times as long the others take."""
    markets = world()
    chosen = strategy("moving_average_cross")
    asked = ask_at_once(chosen, chosen.resolve(PAIR), markets.each[0].bars)
    result = run(markets, [asked], terms())
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        run(markets, [asked], terms())
        times.append(time.perf_counter() - began)
    ours = median(times)
    yield below("backtest_minutes_year", ours * 1_000, "ms", 10)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "world.npz"
        _write(file, result, asked)
        vectorbt = ask_peer("vectorbt", file)
        _require_same("vectorbt", result, vectorbt)
        yield at_least("backtest_to_vectorbt", vectorbt["seconds"] / ours, "times", 5)
        backtesting = ask_peer("backtesting", file)
        _require_same("backtesting.py", result, backtesting)
        yield at_least("backtest_to_backtesting_py", backtesting["seconds"] / ours, "times", 200)
        theirs = ask_peer("vectorbt_pairs", file)
    mine = _child("benchmarks.backtest_pairs")
    _require_ends(mine["equity"], theirs["equity"])
    yield below("backtest_100_pairs", mine["seconds"], "s", 1)
    yield below("backtest_100_pairs_memory", mine["mb"], "MB", 400)
    yield at_least("backtest_100_pairs_to_vectorbt", theirs["seconds"] / mine["seconds"], "times", 10)
    yield below("backtest_from_process_start", min(_start_s() for _ in range(3)), "s", 2)


def _write(file: Path, result: Result, asked: np.ndarray[Any, Any]) -> None:
    """The arrays for the peers: what is asked for after a bar is an order for the open of the next."""
    bars, tick = result.markets.each[0].bars, float(result.instruments[0].tick)
    entries, exits = (np.concatenate(([False], asked[:-1] == stance)) for stance in (1, 0))
    fasts, slows = zip(*pairs(), strict=True)
    np.savez(
        file,
        **{name: getattr(bars, name) * tick for name in ("open", "high", "low", "close")},
        entries=entries,
        exits=exits,
        sizes=np.concatenate(([0.0], units_at(bars.close)[:-1])),
        stop=STOP_BPS / 10_000,
        target=TARGET_BPS / 10_000,
        fee=FEE_PPM / 1_000_000,
        cash=float(terms().capital),
        fasts=sorted(set(fasts)),
        slows=sorted(set(slows)),
        band=strategy("moving_average_cross").resolve(PAIR)["band_bps"] / 10_000,
    )


def _require_same(peer: str, result: Result, theirs: dict[str, Any]) -> None:
    """The same trades at the same bars and prices, and the same equity at the end; else there is nothing to compare."""
    tick = float(result.instruments[0].tick)
    closed = result.closed
    ours = [(t["entry_bar"], t["exit_bar"], t["entry_ticks"] * tick, t["exit_ticks"] * tick) for t in closed]
    found = [row[:4] for row in theirs["trades"]][: len(ours)]
    for mine, other in zip(ours, found, strict=True):
        same_bars = (mine[0], mine[1]) == (int(other[0]), int(other[1]))
        if not same_bars or max(abs(mine[2] - other[2]), abs(mine[3] - other[3])) > 2 * PRICE_TOLERANCE:
            raise SystemExit(f"{peer} trades otherwise: {mine} here, {other} there.")
    _require_ends([float(result.equity[-1]) / 1e8], [theirs["equity"]])
    print(f"  {peer}: the same {len(ours)} trades, equity {theirs['equity']:.4f}", file=sys.stderr)


def _require_ends(ours: list[float], theirs: list[float]) -> None:
    for mine, other in zip(ours, theirs, strict=True):
        if abs(mine / other - 1) > EQUITY_TOLERANCE:
            raise SystemExit(f"Another equity at the end: {mine} here, {other} there.")


def _child(module: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", module], check=True, stdout=subprocess.PIPE, text=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _start_s() -> float:
    """From the start of a process to a result that it made: imports, arrays, decisions and all."""
    began = time.perf_counter()
    _child("benchmarks.backtest_once")
    return time.perf_counter() - began
