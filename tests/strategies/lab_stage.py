"""A ground to search on, and a slow way to say what the lab says quickly."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from cryptouniverse.kernel.market import Instrument
from strategies.backtest.engine.markets import Market, Markets
from strategies.backtest.engine.terms import Terms
from strategies.catalog.beside import NOTHING_BESIDE
from strategies.catalog.registry import strategy
from strategies.lab.search.chunks import Method, Search, trials_of, work_chunk
from strategies.lab.search.evaluating import Ground
from strategies.lab.search.objectives import read_objectives
from strategies.lab.search.space import read_space
from tests.strategies.markets import TICK, walk

BTC = Instrument("binance:BTC/USDT", "BTC", "USDT", TICK, Decimal("0.001"))
CROSS = strategy("moving_average_cross")
RANGES = {"fast": {"low": 5, "high": 30, "step": 5}, "slow": {"low": 20, "high": 100, "step": 10}}
HALVES = (0.25, 0.5)


def space(ranges=None, **fixed):
    return read_space(CROSS, RANGES if ranges is None else ranges, fixed)


@cache
def ground(hours=24 * 120, seed=11, shares=HALVES, warm=400):
    bars = walk(hours, seed=seed)
    market = Market(BTC, bars[warm:])
    return Ground(space(), (bars,), (NOTHING_BESIDE,), Markets([market]), Terms(), shares)


def search(method=Method.GRID, *, trials=100, objectives=("sharpe",), seed=3, prunes=False):
    found = space()
    return Search(found, method, read_objectives(objectives), trials_of(method, found, trials), seed, prunes)


def whole(one, over, chunks=None):
    """All trials of a search, its chunks done in the order that is said."""
    done = []
    for chunk in chunks or range(one.chunks):
        done += work_chunk(one, over, chunk, done)
    return sorted(done, key=lambda trial: trial.number)
