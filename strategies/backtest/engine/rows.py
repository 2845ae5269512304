"""The columns of the arrays that the loop works on, and what is encoded in them. All int64.

Units: prices in ticks, sizes in steps, amounts in minor units (1e-8 quote), rates in millionths where a name ends in
ppm and in hundred-millionths where it ends in e8.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import Ints

FIXED: Final = 0
SHARE: Final = 1
RISK: Final = 2
VOLATILITY: Final = 3
ATR: Final = 4
KELLY: Final = 5


class Row(NamedTuple):
    """The terms of a run as the compiled loop takes them. size: minor units, ppm, or hundred-millionths for VOLATILITY.
    kelly_trades, kelly_ppm, kelly_most_ppm: of KELLY alone. borrow_e8: of a short's notional, each UTC midnight.
    """

    taker_ppm: int
    maker_ppm: int
    slippage_bps: int
    sizing: int
    size: int
    stop_bps: int
    target_bps: int
    trail_bps: int
    break_even_bps: int
    time_stop_bars: int
    collar_bps: int
    positions_max: int
    risk_ppm: int
    position_ppm: int
    order_max: int
    daily_loss_ppm: int
    protects: int
    cost_times: int
    impact_bps: int
    kelly_trades: int
    kelly_ppm: int
    kelly_most_ppm: int
    borrow_e8: int


class Columns(NamedTuple):
    """The markets as the loop takes them, a row a bar of the common clock and a column an asset.

    filled: nothing trades. asked: KEEP, or the stance that is asked for once the bar has closed. funding: rates (e8)
    that fall due at the bar's open. slips: bps in the place of the terms'. depths: steps of the volume before. swings:
    what an entry after the bar is sized by, 0 where it is not known (`swings.py`). finer_high, finer_low: of the finer
    bars inside, as many rows for each bar, ABSENT and 0 where one is missing. new_day: a UTC day begins. These seven
    may have no rows. times: of each asset, what stands over its swing. units: minor units of a tick times a step;
    least: the smallest notional, minor units.
    """

    open: Ints
    high: Ints
    low: Ints
    close: Ints
    filled: NDArray[np.bool_]
    asked: NDArray[np.int8]
    funding: Ints
    slips: Ints
    depths: Ints
    swings: Ints
    finer_high: Ints
    finer_low: Ints
    new_day: NDArray[np.bool_]
    times: Ints
    units: Ints
    least: Ints


ABSENT: Final = 2**53  # the high of a finer bar that is missing: no price is known to be beyond reach in it

# The account: one row. LOCKED: what covers the shorts. COUNT: trades closed. AT, OF: the bar and asset worked on.
# From MISSED to UNSIZED: how many entries came to nothing, by reason. BOTH: exits in a bar that reached the stop and
# the target; SETTLED: those of them whose order the finer bars told.
CASH: Final = 0
RESERVED: Final = 1
LOCKED: Final = 2
COUNT: Final = 3
DAY_START: Final = 4
EQUITY: Final = 5
AT: Final = 6
OF: Final = 7
PLACED: Final = 8
MISSED: Final = 9
COLLARED: Final = 10
TOO_SMALL: Final = 11
NO_CASH: Final = 12
TOO_MANY: Final = 13
DAY_LOST: Final = 14
UNSIZED: Final = 15
BOTH: Final = 16
SETTLED: Final = 17
ACCOUNT: Final = 18

# A row for each asset. The position: SIDE is 0 where there is none. PAID: the entry's notional. FIRST_STOP: the stop
# that its size was counted by. VALUE: minor units that a tick moves it by. TICKS_MAX: the price up to which it counts.
SIDE: Final = 0
STEPS: Final = 1
STOP: Final = 2
TARGET: Final = 3
EXTREME: Final = 4
EVEN: Final = 5
BARS: Final = 6
BEST: Final = 7
WORST: Final = 8
ENTRY_TICKS: Final = 9
ENTRY_BAR: Final = 10
ENTRY_FEE: Final = 11
PAID: Final = 12
FIRST_STOP: Final = 13
FUNDING: Final = 14
LOCK: Final = 15
LEAVING: Final = 16
TICKS_MAX: Final = 17
VALUE: Final = 18
# The entry that is on its way: WANT is its side, 0 where there is none.
WANT: Final = 19
WANT_STEPS: Final = 20
WANT_LIMIT: Final = 21
WANT_STOP: Final = 22
WANT_TARGET: Final = 23
WANT_RESERVED: Final = 24
WANT_BAR: Final = 25
# The asset's units, and the bar that it is in, as far as anybody looks. DEPTH: 0 where the volume does not count.
UNIT: Final = 26
LEAST: Final = 27
OPEN: Final = 28
HIGH: Final = 29
LOW: Final = 30
CLOSE: Final = 31
FILLED: Final = 32
SLIP: Final = 33
DEPTH: Final = 34
# What an entry after the bar is sized by.
SWING: Final = 35
TIMES: Final = 36
BOOK: Final = 37

# A closed trade, or one that is still open at the end.
TRADE_COLUMNS: Final = (
    "asset",
    "side",
    "steps",
    "entry_bar",
    "exit_bar",
    "entry_ticks",
    "exit_ticks",
    "entry_fee",
    "exit_fee",
    "funding",
    "profit",
    "mae_ticks",
    "mfe_ticks",
    "stop_ticks",
    "cause",
)

BY_SIGNAL: Final = 1
BY_STOP: Final = 2
BY_TARGET: Final = 3
BY_TIME: Final = 4
BY_RUIN: Final = 5
STILL_OPEN: Final = 0
