"""The desk of a manager: what it sees, and the table of orders that it keeps. Plain integers that a compiler takes.

A manager is told the desk after each bar and writes into `orders` what shall rest from then on: one row a slot. Who
keeps the desk (a backtest, a bot) carries that out, and tells in the same row what became of it. Long only, spot.

Prices in ticks, sizes in steps, amounts in minor units of the quote currency, rates in millionths.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from cryptouniverse.kernel.market import Ints
from trading.fills.lots import share_of
from trading.fills.triggers import share_up
from trading.fills.types import BPS, PPM

# The desk. NOW_MS: when the bar closed, UTC. CASH: all of it; FREE: what no buy has reserved. COST: what is held has
# cost, entry fees in it. FILLS, LAPSED: how many rows have GOT or WHY. STOPPED: a stop was met in this bar.
NOW_MS: Final = 0
OPEN: Final = 1
HIGH: Final = 2
LOW: Final = 3
CLOSE: Final = 4
CASH: Final = 5
FREE: Final = 6
HELD: Final = 7
COST: Final = 8
EQUITY: Final = 9
FILLS: Final = 10
LAPSED: Final = 11
STOPPED: Final = 12
# What does not change: minor units of a tick times a step, smallest notional, fees, funds at the start, and how far
# above the close a market order may buy.
UNIT: Final = 13
LEAST: Final = 14
MAKER_PPM: Final = 15
TAKER_PPM: Final = 16
FUNDS: Final = 17
COLLAR_BPS: Final = 18
DESK: Final = 19  # from here on columns belong to who keeps the desk

# A row of the orders. STEPS: 0 where there is none. TAG: a buy marks its lot with it, a sell closes lots with its own
# first; 0 is none. FRESH: it was put there after this bar. TAKES: it meets the next open as a taker. GOT, PRICE: what
# it got in this bar; then its STEPS are 0. WHY: why it came to nothing.
SIDE: Final = 0
KIND: Final = 1
TICKS: Final = 2
STEPS: Final = 3
TAG: Final = 4
FRESH: Final = 5
TAKES: Final = 6
GOT: Final = 7
PRICE: Final = 8
WHY: Final = 9
RESERVED: Final = 10  # whoever keeps the desk: what the order may cost
NUMBER: Final = 11  # whoever keeps the desk: which order of the market it is, 0 for none
ORDER: Final = 12

BUY: Final = 1
SELL: Final = -1
LIMIT: Final = 0  # rests until it is cancelled
MARKET: Final = 1  # at the next open; a buy no dearer than the collar allows
STOP: Final = 2  # once touched, all that is held is sold, and every other order is cancelled

COLLARED: Final = 1
TOO_SMALL: Final = 2
NO_CASH: Final = 3
NOT_HELD: Final = 4
HELD_BACK: Final = 5  # a limit of the account says no, or a person took it back

# By convention, so that every manager ends alike: the first number is its loss limit, the first of its state whether it
# has ended.
LOSS_PPM: Final = 0
ENDED: Final = 0


def empty(slots: int) -> Ints:
    """A table of orders in which nothing rests. Not for a step."""
    return np.zeros((slots, ORDER), dtype=np.int64)


def put(orders: Ints, slot: int, side: int, kind: int, ticks: int, steps: int, tag: int) -> None:
    """An order in this slot from now on, in the place of what was there. ticks: 0 for a market order."""
    for column in range(ORDER):
        orders[slot, column] = 0
    orders[slot, SIDE], orders[slot, KIND], orders[slot, TICKS] = side, kind, ticks
    orders[slot, STEPS], orders[slot, TAG], orders[slot, FRESH] = steps, tag, 1


def drop(orders: Ints, slot: int) -> None:
    """No order in this slot."""
    orders[slot, STEPS] = 0


def move(orders: Ints, slot: int, to: int) -> None:
    """The order of one slot into another one, as it stands."""
    for column in range(ORDER):
        orders[to, column] = orders[slot, column]


def drop_all(orders: Ints) -> None:
    """No order at all."""
    for slot in range(orders.shape[0]):
        orders[slot, STEPS] = 0


def fits(amount: int, ticks: int, unit: int) -> int:
    """Whole steps that `amount` pays for at `ticks`, the fee beside it."""
    return amount // (ticks * unit)


def affords(amount: int, ticks: int, unit: int, ppm: int) -> int:
    """Whole steps that `amount` pays for at `ticks` with the fee."""
    return share_of(max(amount, 0), PPM, PPM + ppm) // (ticks * unit)


def below(ticks: int, ppm: int) -> int:
    """The price that is `ppm` lower (higher for less than 0), rounded down: as a buyer has it. At least 1."""
    return max(ticks + (ticks // PPM * -ppm + ticks % PPM * -ppm // PPM), 1)


def above(ticks: int, ppm: int) -> int:
    """The price that is `ppm` higher (lower for less than 0), rounded up: as a seller has it. At least 1."""
    return max(ticks - (ticks // PPM * -ppm + ticks % PPM * -ppm // PPM), 1)


def dearest(desk: Ints) -> int:
    """The most that a market order will pay for a step at the next open, in ticks."""
    ticks, bps = desk[CLOSE], desk[COLLAR_BPS]
    return int(ticks + ticks // BPS * bps + ticks % BPS * bps // BPS)


def earning(cost: int, profit: int, ppm: int, value: int) -> int:
    """The lowest price at which what has cost `cost` is sold with this profit after a fee of `ppm`.

    value: minor units that a tick of what is held comes to.
    """
    gross = cost + profit
    gross += share_up(gross, ppm, PPM - ppm)
    return -(-gross // value)


def over(numbers: Ints, state: Ints, desk: Ints) -> bool:
    """Whether it has ended; it ends once it has lost as much of its funds as it may."""
    lost, most = desk[FUNDS] - desk[EQUITY], share_up(desk[FUNDS], numbers[LOSS_PPM], PPM)
    if numbers[LOSS_PPM] > 0 and lost >= most:
        state[ENDED] = 1
    return bool(state[ENDED] != 0)


def wind_up(desk: Ints, orders: Ints) -> int:
    """Nothing rests any more, and what is held is sold at the next open."""
    drop_all(orders)
    if desk[HELD] > 0:
        put(orders, 0, SELL, MARKET, 0, desk[HELD], 0)
    return 1


PARTS: Final = (put, move, drop, drop_all, fits, affords, below, above, dearest, earning, over, wind_up)
