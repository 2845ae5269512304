"""What is held, lot by lot, and what its sale came to: first in, first out, as `trading.fills.lots.close_fifo` shares.

A sell with a tag closes the lots of that tag first: a line of a grid earns what was bought for it.
"""

from __future__ import annotations

from typing import Final

from cryptouniverse.kernel.market import Ints
from strategies.backtest.engine.managing.columns import (
    BAR,
    COUNT,
    FIRST,
    LAST,
    LOT,
    LOT_BAR,
    LOT_FEE,
    LOT_STEPS,
    LOT_TAG,
    LOT_TICKS,
)
from strategies.catalog.desk import CASH, COST, HELD, UNIT
from trading.fills.lots import share_of
from trading.fills.triggers import share_up


def bought(desk: Ints, lots: Ints, ticks: int, steps: int, tag: int, notional: int, fee: int) -> None:
    """A buy has filled: cash goes, a lot comes."""
    at = desk[LAST]
    desk[CASH] -= notional + fee
    desk[HELD] += steps
    desk[COST] += notional + fee
    lots[at, LOT_STEPS], lots[at, LOT_TICKS], lots[at, LOT_FEE] = steps, ticks, fee
    lots[at, LOT_BAR], lots[at, LOT_TAG] = desk[BAR], tag
    desk[LAST] += 1


def sold(
    desk: Ints, lots: Ints, trades: Ints, ticks: int, steps: int, tag: int, notional: int, fee: int, cause: int
) -> None:
    """A sell has filled: cash comes, and a trade is written for each lot that it closes, wholly or in part."""
    desk[CASH] += notional - fee
    desk[HELD] -= steps
    left, unpaid = steps, fee
    for own in (True, False):  # those with its tag, then the oldest
        at = desk[FIRST]
        while left > 0 and at < desk[LAST] and (not own or tag != 0):
            if own and lots[at, LOT_TAG] != tag:
                at += 1
                continue
            taken = min(lots[at, LOT_STEPS], left)
            left -= taken
            paid = share_up(fee, taken, steps) if left else unpaid
            unpaid -= paid
            close(desk, lots, trades, at, taken, ticks, paid, cause)
            if lots[at, LOT_STEPS] > 0:
                break
            at = without(desk, lots, at)
    if desk[FIRST] == desk[LAST]:
        desk[FIRST], desk[LAST] = 0, 0


def without(desk: Ints, lots: Ints, at: int) -> int:
    """An empty lot goes; where the next one is then."""
    if at == desk[FIRST]:
        desk[FIRST] += 1
        return at + 1
    for place in range(at, desk[LAST] - 1):
        for column in range(LOT):
            lots[place, column] = lots[place + 1, column]
    desk[LAST] -= 1
    return at


def close(desk: Ints, lots: Ints, trades: Ints, at: int, taken: int, ticks: int, exit_fee: int, cause: int) -> None:
    """`taken` steps of a lot are closed, with their share of its fee: rounded down, and all of it with the last."""
    entry, value, count = lots[at, LOT_TICKS], taken * desk[UNIT], desk[COUNT]
    entry_fee = share_of(lots[at, LOT_FEE], taken, lots[at, LOT_STEPS])
    lots[at, LOT_STEPS] -= taken
    lots[at, LOT_FEE] -= entry_fee
    desk[COST] -= entry * value + entry_fee
    trades[count, 1], trades[count, 2] = 1, taken
    trades[count, 3], trades[count, 4] = lots[at, LOT_BAR], desk[BAR]
    trades[count, 5], trades[count, 6] = entry, ticks
    trades[count, 7], trades[count, 8] = entry_fee, exit_fee
    trades[count, 10] = (ticks - entry) * value - entry_fee - exit_fee
    trades[count, 14] = cause
    desk[COUNT] += 1


PARTS: Final = (bought, close, without, sold)
