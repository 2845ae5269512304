"""How fast strategies that keep orders are backtested: bars a second of each over a year of minutes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from benchmarks.backtest_world import world
from benchmarks.figures import Figure, at_least
from strategies.backtest.engine.managing.running import manage
from strategies.backtest.engine.markets import Market, Markets
from strategies.backtest.engine.terms import Terms
from strategies.catalog.registry import all_managers

GOAL, ATTEMPTS = 500_000, 3
SET = {"spot_grid": {"count": 40, "outside": "trail", "loss_limit_pct": "0"}}


def measure() -> Iterator[Figure]:
    """The slowest, with its name; all of them go to stderr."""
    one = world().each[0]
    markets = Markets([Market(replace(one.instrument, step=Decimal("0.01")), one.bars)])
    rates = {name: _rate(name, markets) for name in all_managers()}
    print(", ".join(f"{name} {rate:,.0f}" for name, rate in rates.items()), file=sys.stderr)
    slowest = min(rates, key=rates.__getitem__)
    yield at_least("managers_bars_a_second", rates[slowest], f"bars/s ({slowest})", GOAL)


def _rate(name: str, markets: Markets) -> float:
    """Bars a second of processor time, the plan and the result in it; what is compiled has been compiled before."""
    chosen = all_managers()[name]
    parameters = SET.get(name, {"loss_limit_pct": "50"})
    manage(chosen, parameters, markets, Terms())
    best = min(_seconds(lambda: manage(chosen, parameters, markets, Terms())) for _ in range(ATTEMPTS))
    return markets.bars / best


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
