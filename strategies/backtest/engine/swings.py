"""What entries are sized by where a method looks at candles: measured as for a bot, in whole numbers for the loop.

Of VOLATILITY the swing is that of a year in hundred-millionths of a percent. Of ATR a step loses swing / times minor
units when the market moves by as many average ranges as the size says.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from cryptouniverse.kernel.market import MINOR_PER_UNIT, Bars, Instrument, Ints
from strategies.backtest.engine.terms import Size, Sizing
from strategies.catalog.asking import Asked
from trading.risk.types import METHODS

_MOST: Final = 2**62


def looks_back(size: Size) -> int:
    """At how many candles a size looks."""
    return METHODS[size.bots_method].candles(size.of_bots)


def swings_of(size: Size, instrument: Instrument, bars: Bars, asked: Asked) -> Ints:
    """The swing after each bar that an entry is asked for at, 0 elsewhere and where it is not known.

    bars: those that `asked` is about, and before them as many as the size looks back at, if there are.
    """
    from strategies.catalog.measuring import measured  # indicators: only where a size looks at candles

    swings = np.zeros(len(asked), dtype=np.int64)
    sizing, count, before = size.of_bots, looks_back(size), len(bars) - len(asked)
    span_ms = count * bars.timeframe.ms
    for at in np.flatnonzero(asked & 1).tolist():
        last = before + at
        first = int(bars.open_ms.searchsorted(int(bars.open_ms[last]) - span_ms, side="right"))
        found = measured(bars[first : last + 1], sizing)
        number = found.atr if size.sizing is Sizing.ATR else found.volatility_pct
        if number is not None and number > 0:
            swings[at] = min(int(number * MINOR_PER_UNIT) * _over(size, instrument)[0], _MOST)
    return swings


def times_of(size: Size, instrument: Instrument) -> int:
    """What stands over the swings of an instrument."""
    return _over(size, instrument)[1] if size.sizing is Sizing.ATR else 1


def _over(size: Size, instrument: Instrument) -> tuple[int, int]:
    """What a step of the market's move is multiplied and divided by."""
    return (size.multiple * instrument.step).as_integer_ratio() if size.sizing is Sizing.ATR else (1, 1)
