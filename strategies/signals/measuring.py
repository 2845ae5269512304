"""What candles say of how much a price moves: where floats of indicators become exact numbers."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

import numpy as np

from cryptouniverse.kernel.market import Bars, Timeframe
from trading.indicators import atr
from trading.marketdata.selectors import bars_of_many
from trading.risk.types import METHODS, Measures, Sizing

YEAR_MS: Final = 365 * 86_400_000
_PLACES: Final = Decimal("0.00000001")


def measures_at(
    wanted: Iterable[tuple[str, Sizing]], timeframe: Timeframe, *, slot_ms: int
) -> dict[tuple[str, str], Measures]:
    """(instrument id, method with its numbers as text) -> what its candles up to `slot_ms` say. One query.

    Methods that look at no candles are left out.
    """
    asked = {(instrument_id, str(sizing.told())): (instrument_id, sizing) for instrument_id, sizing in wanted}
    needed = {key: METHODS[sizing.method].candles(sizing) for key, (_, sizing) in asked.items()}
    needed = {key: count for key, count in needed.items() if count}
    if not needed:
        return {}
    start_ms = slot_ms - max(needed.values()) * timeframe.ms
    names = sorted({asked[key][0] for key in needed})
    bars = bars_of_many(names, timeframe, start_ms=start_ms, end_ms=slot_ms + timeframe.ms)
    return {key: _measured(bars[asked[key][0]][-count:], asked[key][1]) for key, count in needed.items()}


def _measured(bars: Bars, sizing: Sizing) -> Measures:
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
