"""What a manager earned apart from what it still holds: the profit of its lines, and inventory that was never sold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from strategies.backtest.engine import rows
from strategies.backtest.engine.result import Result


@dataclass(frozen=True, slots=True)
class Inventory:
    """Of one market; profits in minor units, after fees. at_limits: what was sold at a resting sell earned, such as a
    line of a grid or the target of a ladder: the grid's profit. otherwise: what was sold at the market or at a stop.
    unrealised: of what is still held, at the last close, its exit not paid. held: steps. cost: of these, entry fees in
    it. sales: lots closed at limits. rounds: times that it held something and then nothing again.

    Equity at the end is the capital and the first three.
    """

    at_limits: int
    otherwise: int
    unrealised: int
    held: int
    cost: int
    sales: int
    rounds: int


def inventory_of(result: Result) -> Mapping[str, Inventory]:
    """By instrument."""
    found = {}
    for a, instrument in enumerate(result.instruments):
        mine = result.trades[result.trades["asset"] == a]
        is_open, at_limits = mine["exit_bar"] < 0, mine["cause"] == rows.BY_TARGET
        still, unit = mine[is_open], instrument.minor_per_tick_step
        found[instrument.id] = Inventory(
            at_limits=int(mine["profit"][at_limits].sum()),
            otherwise=int(mine["profit"][~is_open & ~at_limits].sum()),
            unrealised=int(still["profit"].sum()),
            held=int(still["steps"].sum()),
            cost=int((still["entry_ticks"] * still["steps"] * unit + still["entry_fee"]).sum()),
            sales=int(at_limits.sum()),
            rounds=_rounds(result, a),
        )
    return found


def _rounds(result: Result, a: int) -> int:
    mine = result.trades[result.trades["asset"] == a]
    steps = np.zeros(len(result.equity) + 1, dtype=np.int64)
    np.add.at(steps, mine["entry_bar"], mine["steps"])
    np.subtract.at(steps, mine["exit_bar"], mine["steps"])
    held = np.cumsum(steps[:-1])
    return int(np.count_nonzero((held[:-1] > 0) & (held[1:] == 0)))
