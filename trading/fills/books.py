"""What an order gets from a book: taking from the levels that are shown, and resting until the book has gone through.

Pure integers: prices in ticks, sizes in steps. One set of rules for whoever fills at books: backtests and paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.words import gettext_noop as _
from trading.fills.types import BUY

DEPTH = 5  # levels a side that are kept
Level = tuple[int, int]  # ticks, steps
Levels = tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A book as it was at `at_ms` (UTC): levels from the best down on each side, at least one.

    Raises Invalid where a level is nothing, levels are out of order, or the sides cross.
    """

    at_ms: int
    bids: Levels
    asks: Levels

    def __post_init__(self) -> None:
        for side, levels in ((-1, self.bids), (1, self.asks)):
            if not levels or any(ticks < 1 or steps < 1 for ticks, steps in levels):
                raise Invalid(_("A side of a book has levels with a price and a size."))
            prices = [ticks * side for ticks, _steps in levels]
            if any(later <= earlier for earlier, later in pairwise(prices)):
                raise Invalid(_("The levels of a book go from the best price to the worst."))
        if self.bids[0][0] >= self.asks[0][0]:
            raise Invalid(_("A book has its bid below its ask."))

    def against(self, side: int) -> Levels:
        """The levels that an order of this side takes from."""
        return self.asks if side == BUY else self.bids


def take(side: int, limit_ticks: int, steps: int, levels: Levels) -> Levels:
    """What an immediate-or-cancel order gets: (ticks, steps) level by level, up to its limit and its size.

    levels: of the other side, from the best down. What is left is cancelled. A taker pays what each level asks, so
    there is no slippage beside it: the book is all that there is.
    """
    got: list[Level] = []
    for ticks, there in levels:
        if steps < 1 or (ticks - limit_ticks) * side > 0:
            break
        taken = min(steps, there)
        got.append((ticks, taken))
        steps -= taken
    return tuple(got)


def gone_through(side: int, limit_ticks: int, levels: Levels) -> bool:
    """Whether a resting order has filled: the best price of the other side (`levels`) went beyond its limit.

    Touching it is not enough, for others may be first in the queue, as in `limit_in_bar`.
    """
    return (levels[0][0] - limit_ticks) * side < 0
