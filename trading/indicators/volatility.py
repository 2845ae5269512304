"""How wide prices swing."""

from __future__ import annotations

from cryptouniverse.kernel.market import Floats
from trading.indicators.library import ta
from trading.indicators.series import require_period, series


def atr(high: Floats, low: Floats, close: Floats, period: int = 14) -> Floats:
    """Wilder's average true range, in price, seeded with the SMA; NaN for the first `period` (Wilder 1978)."""
    require_period(period)
    high, low, close = series(high, low, close)
    line: Floats = ta().ATR(high, low, close, period)
    return line
