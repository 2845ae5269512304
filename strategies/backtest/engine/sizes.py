"""How large an entry is to be: the methods of `trading.risk.sizing` in whole units. Scalars and rows for the loop."""

from __future__ import annotations

from typing import Final

from cryptouniverse.kernel.market import Ints
from strategies.backtest.engine.rows import (
    ATR,
    COUNT,
    EQUITY,
    FIXED,
    KELLY,
    RISK,
    SHARE,
    SWING,
    TIMES,
    UNIT,
    VOLATILITY,
    Row,
)
from trading.fills.lots import share_of
from trading.fills.types import PPM

UNSIZED_STEPS: Final = -1
_E9: Final = 1_000_000_000


def sized(row: Row, account: Ints, book: Ints, trades: Ints, a: int, free: int, unit: int, loss: int) -> int:
    """Whole steps of an entry under every cap; below zero where its method has nothing to go by.

    unit: what a step costs at the worst price; loss: what it loses at its stop, 0 where there is none.
    """
    equity, risked = account[EQUITY], row.risk_ppm
    most = min(row.order_max, share_of(equity, row.position_ppm, PPM))
    most = min(most, share_of(max(free, 0), PPM, PPM + row.taker_ppm))
    if row.sizing == FIXED:
        most = min(most, row.size)
    elif row.sizing == SHARE:
        most = min(most, share_of(equity, row.size, PPM))
    elif row.sizing == RISK:
        risked = min(row.size, row.risk_ppm)
    elif row.sizing == VOLATILITY:
        swing = book[a, SWING]
        if not swing:
            return UNSIZED_STEPS
        most = min(most, share_of(equity, min(row.size, swing), swing))
    elif row.sizing == KELLY:
        share = kelly_share_e9(row, book, trades, account[COUNT])
        if share > 0:
            most = min(most, share_of(equity, share, _E9))
        elif account[COUNT] >= row.kelly_trades or not row.size:
            return UNSIZED_STEPS
        else:
            risked = min(row.size, row.risk_ppm)
    steps = most // unit
    if row.sizing == ATR:
        if not book[a, SWING]:
            return UNSIZED_STEPS
        steps = steps_at(share_of(equity, row.size, PPM), book[a, TIMES], book[a, SWING], steps)
    return min(steps, share_of(equity, risked, PPM) // loss) if loss else steps


def steps_at(at_risk: int, times: int, swing: int, most: int) -> int:
    """at_risk * times / swing, rounded down, `most` at most. Nothing leaves 64 bits."""
    whole = times // swing
    if whole and at_risk > most // whole:
        return most
    return min(at_risk * whole + share_of(at_risk, times % swing, swing), most)


def kelly_share_e9(row: Row, book: Ints, trades: Ints, count: int) -> int:
    """The share of equity, in billionths, that the last trades justify; 0 where they are too few or no advantage.

    As `trading.risk.sizing.kelly` counts it. It is a statistic, and counted in floats.
    """
    if count < row.kelly_trades:
        return 0
    wins, losses, won, lost = 0, 0, 0.0, 0.0
    for place in range(count - row.kelly_trades, count):
        trade = trades[place]
        made = trade[10] / (trade[5] * trade[2] * book[trade[0], UNIT] + trade[7])
        if made > 0:
            wins, won = wins + 1, won + made
        else:
            losses, lost = losses + 1, lost - made
    if not losses or lost == 0.0:
        best = 1.0 if wins else 0.0
    elif not wins:
        best = 0.0
    else:
        p = wins / (wins + losses)
        best = p / (lost / losses) - (1.0 - p) / (won / wins)
    if best <= 0.0:
        return 0
    return int(min(best * row.kelly_ppm, 1.0 * row.kelly_most_ppm) * 1_000)


PARTS: Final = (steps_at, kelly_share_e9, sized)
