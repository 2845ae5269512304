"""The columns behind the desk that only the kernel reads, its lots, and the market as it takes it. All int64."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import Ints
from strategies.catalog.desk import DESK


class Tape(NamedTuple):
    """One market as the kernel takes it, a value a bar. filled: nothing trades, and the manager is not asked. slips:
    bps in the place of the desk's; depths: steps of the volume before. These two may be empty.
    """

    close_ms: Ints
    open: Ints
    high: Ints
    low: Ints
    close: Ints
    filled: NDArray[np.bool_]
    slips: Ints
    depths: Ints


# BAR: the one worked on. COUNT: trades closed. FIRST, LAST: lots live from FIRST up to LAST, not in. BUYS, SELLS,
# STOPS: the nearest prices at which something rests, 0 for none; TAKERS: how many orders meet the next open.
BAR: Final = DESK
COUNT: Final = DESK + 1
FIRST: Final = DESK + 2
LAST: Final = DESK + 3
BUYS: Final = DESK + 4
SELLS: Final = DESK + 5
STOPS: Final = DESK + 6
TAKERS: Final = DESK + 7
# Terms that the manager need not know, and how much slippage a taker of this bar pays before its own size counts.
SLIPPAGE_BPS: Final = DESK + 8
IMPACT_BPS: Final = DESK + 9
SLIP: Final = DESK + 10
DEPTH: Final = DESK + 11
# How many orders were placed; how many came to nothing, by WHY of the desk (1 to 4) from REFUSED on.
PLACED: Final = DESK + 12
REFUSED: Final = DESK + 12
WIDTH: Final = DESK + 17

# A lot: what is left of one buy. FEE: what is left of its fee. TAG: that of its order, 0 where it has none.
LOT_STEPS: Final = 0
LOT_TICKS: Final = 1
LOT_FEE: Final = 2
LOT_BAR: Final = 3
LOT_TAG: Final = 4
LOT: Final = 5
