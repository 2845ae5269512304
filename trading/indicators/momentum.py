"""How fast prices move."""

from __future__ import annotations

import numpy as np

from cryptouniverse.kernel.market import Floats
from trading.indicators.library import ta
from trading.indicators.series import require_period, series

NEUTRAL = 50.0


def rsi(close: Floats, period: int = 14) -> Floats:
    """Wilder's relative strength index, 0 to 100, seeded with the SMA; NaN for the first `period` (Wilder 1978).

    Where nothing moved for a whole period there is no strength to compare, and it is 50 (the library would say 0).
    """
    require_period(period)
    (close,) = series(close)
    strength = ta().RSI(close, period)
    moved = (np.diff(close, prepend=close[:1]) != 0.0).astype(np.float64)
    return np.where((ta().SUM(moved, period) == 0.0) & (strength == 0.0), NEUTRAL, strength)


def roc(values: Floats, period: int) -> Floats:
    """Rate of change against `period` bars ago, in percent; NaN for the first `period`, 0 where that value was 0."""
    require_period(period, least=1)
    (values,) = series(values)
    line: Floats = ta().ROC(values, period)
    return line
