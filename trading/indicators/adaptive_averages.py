"""Averages that follow faster where the market moves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cryptouniverse.kernel.market import Floats
from cryptouniverse.kernel.words import gettext_noop as _
from trading.indicators.compiling import compiled
from trading.indicators.declaring import bars_back, bars_before, factor, indicator, one_more, one_period
from trading.indicators.library import ta


class Mama(NamedTuple):
    """The adaptive average and the slower one that follows it."""

    mama: Floats
    fama: Floats


@indicator(
    _("Kaufman's adaptive average"),
    bars_back(10),
    convention=_("Between an EMA of 2 and one of 30 bars, by the efficiency ratio of the period."),
    source="Kaufman 1995, Smarter Trading",
    warmup=one_more,
    library="KAMA",
)
def kama(values: Floats, period: int = 10) -> Floats:
    """KAMA; NaN for the first `period`."""
    line: Floats = ta().KAMA(values, period)
    return line


@indicator(
    _("MESA adaptive average"),
    factor("fast_limit", 0.5, 0.05, 0.99, _("The most weight that a bar gets"), 0.05),
    factor("slow_limit", 0.05, 0.01, 0.5, _("The least weight that a bar gets"), 0.01),
    convention=_("The weight follows the rate of change of the Hilbert phase; both lines begin after 32 bars."),
    source="Ehlers 2001, MESA and Trading Market Cycles",
    warmup=bars_before(32),
    library="MAMA",
    rule=lambda p: None if p["slow_limit"] < p["fast_limit"] else _("slow_limit must be below fast_limit."),
)
def mama(values: Floats, fast_limit: float = 0.5, slow_limit: float = 0.05) -> Mama:
    """MAMA and FAMA; NaN for the first 32."""
    return Mama(*ta().MAMA(values, fast_limit, slow_limit))


@indicator(
    _("Variable index dynamic average"),
    bars_back(14),
    convention=_("An EMA whose weight is multiplied by |CMO| / 100 of the period, seeded with the simple average."),
    source="Chande 1994, The New Technical Trader",
    warmup=one_more,
)
def vidya(values: Floats, period: int = 14) -> Floats:
    """VIDYA; NaN for the first `period`."""
    return _vidya(values, period)


@indicator(
    _("McGinley dynamic"),
    bars_back(14),
    convention=_("Moves by (price - line) / (0.6 * period * (price / line)^4), seeded with the simple average."),
    source="McGinley 1990, MTA Journal",
    warmup=one_period,
)
def mcginley(values: Floats, period: int = 14) -> Floats:
    """McGinley's dynamic; NaN for the first period - 1, and from the first value that is not above zero on."""
    return _mcginley(values, period)


@compiled
def _vidya(values: Floats, period: int) -> Floats:
    n = len(values)
    found = np.full(n, np.nan)
    weight, line, net, moved, still = 2.0 / (period + 1), 0.0, 0.0, 0.0, 0
    for i in range(n):
        if i < period:
            line += values[i] / period
        if i == 0:
            continue
        change = values[i] - values[i - 1]
        still = still + 1 if change == 0.0 else 0
        net, moved = net + change, moved + abs(change)
        if i > period:
            gone = values[i - period] - values[i - period - 1]
            net, moved = net - gone, moved - abs(gone)
        if i >= period:
            share = 0.0 if still >= period else min(1.0, abs(net) / moved)
            line += weight * share * (values[i] - line)
            found[i] = line
    return found


@compiled
def _mcginley(values: Floats, period: int) -> Floats:
    n = len(values)
    found = np.full(n, np.nan)
    line = 0.0
    for i in range(n):
        if i < period:
            line += values[i] / period
        else:
            share = values[i] / line
            line += (values[i] - line) / (0.6 * period * share * share * share * share)
        if i >= period - 1:
            found[i] = line if line > 0.0 else np.nan
    return found
