"""What candles say of how much a price moves: where floats of indicators become exact numbers. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

import numpy as np

from cryptouniverse.kernel.market import Bars
from trading.indicators import atr
from trading.risk.types import Measures, Sizing

YEAR_MS: Final = 365 * 86_400_000
_PLACES: Final = Decimal("0.00000001")


def measured(bars: Bars, sizing: Sizing) -> Measures:
    """What `bars`, the last of them the candle that is decided on, say to a method that looks at candles."""
    if sizing.method == "atr_risk":
        period = sizing.whole("period")
        line = atr(bars.high_f, bars.low_f, bars.close_f, period) if len(bars) > period else np.array([np.nan])
        return Measures(atr=_exact(float(line[-1])), candles=len(bars))
    returns = np.diff(np.log(bars.close_f))
    if len(returns) < sizing.whole("lookback"):
        return Measures(candles=len(bars))
    swing = float(np.std(returns, ddof=1)) * (YEAR_MS / bars.timeframe.ms) ** 0.5 * 100
    return Measures(volatility_pct=_exact(swing), candles=len(bars))


def _exact(number: float) -> Decimal | None:
    return Decimal(repr(number)).quantize(_PLACES, rounding=ROUND_HALF_EVEN) if np.isfinite(number) else None
