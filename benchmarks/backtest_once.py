"""`python -m benchmarks.backtest_once`: one run over the benchmark's year in a process of its own; prints its hash."""

from __future__ import annotations

import json

from benchmarks.backtest_world import PAIR, terms, world
from strategies.backtest.engine.deciding import ask_at_once
from strategies.backtest.engine.running import run
from strategies.catalog.registry import strategy

if __name__ == "__main__":
    markets, chosen = world(), strategy("moving_average_cross")
    result = run(markets, [ask_at_once(chosen, chosen.resolve(PAIR), markets.each[0].bars)], terms())
    print(json.dumps({"hash": result.hash, "trades": len(result.trades)}))
