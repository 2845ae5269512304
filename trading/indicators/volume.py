"""How much is traded."""

from __future__ import annotations

import numpy as np

from cryptouniverse.kernel.market import Floats
from trading.indicators.library import ta
from trading.indicators.series import require_period, series


def relative_volume(volume: Floats, period: int = 20) -> Floats:
    """Volume over the mean of the `period` bars *before* it (1 = as usual).

    NaN for the first `period`, and where none of these traded (counted, for a running mean only comes near 0).
    """
    require_period(period)
    (volume,) = series(volume)
    if not len(volume):
        return volume
    usual = np.concatenate(([np.nan], ta().SMA(volume, period)[:-1]))
    traded = np.concatenate(([0.0], ta().SUM((volume > 0.0).astype(np.float64), period)[:-1]))
    usual[traded == 0.0] = np.nan
    return volume / usual
