"""Whether prices go somewhere."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cryptouniverse.kernel.market import Floats
from trading.indicators.library import ta
from trading.indicators.series import require_period, series


class Channel(NamedTuple):
    """The highest high and the lowest low of a while, each an array as long as its input."""

    upper: Floats
    lower: Floats


def donchian(high: Floats, low: Floats, period: int) -> Channel:
    """Donchian's channel of the `period` bars *before* each bar, NaN for the first `period`."""
    require_period(period)
    high, low = series(high, low)
    return Channel(_before(ta().MAX(high, period)), _before(ta().MIN(low, period)))


def adx(high: Floats, low: Floats, close: Floats, period: int = 14) -> Floats:
    """Wilder's average directional index, 0 (no trend) to 100; NaN for the first 2 * period - 1 (Wilder 1978)."""
    require_period(period)
    high, low, close = series(high, low, close)
    line: Floats = ta().ADX(high, low, close, period)
    return line


def _before(values: Floats) -> Floats:
    """The series one bar later: what was known before each bar."""
    return np.concatenate(([np.nan], values[:-1])) if len(values) else values
