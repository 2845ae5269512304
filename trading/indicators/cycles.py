"""Filters from signal processing, and what swings inside prices."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cryptouniverse.kernel.market import Floats
from cryptouniverse.kernel.words import gettext_noop as _
from trading.indicators.compiling import compiled
from trading.indicators.declaring import bars_back, bars_before, fast_below_slow, indicator
from trading.indicators.library import ta


class Sine(NamedTuple):
    """The sine of the cycle's phase, and that of the phase 45 degrees on."""

    sine: Floats
    lead: Floats


@indicator(
    _("Super smoother"),
    bars_back(10),
    convention=_("Two poles; the first two values are the input's."),
    source="Ehlers 2013, Cycle Analytics for Traders",
    warmup=bars_before(2),
    on_price=True,
)
def super_smoother(values: Floats, period: int = 10) -> Floats:
    """Ehlers's super smoother, in price; NaN for the first two, and far from settled for a period."""
    line = _super_smoother(values, period)
    line[:2] = np.nan
    return line


@indicator(
    _("Roofing filter"),
    bars_back(10, "fast"),
    bars_back(48, "slow"),
    convention=_("Keeps what swings between fast and slow bars: a two-pole high pass, then the super smoother."),
    source="Ehlers 2013, Cycle Analytics for Traders",
    warmup=bars_before(2),
    rule=fast_below_slow,
)
def roofing_filter(values: Floats, fast: int = 10, slow: int = 48) -> Floats:
    """Ehlers's roofing filter, in price around 0; NaN for the first two."""
    line = _super_smoother(_high_pass(values, slow), fast)
    line[:2] = np.nan
    return line


@indicator(
    _("Decycler"),
    bars_back(60),
    convention=_("The price less its two-pole high pass."),
    source="Ehlers 2015, Stocks & Commodities 33:9",
    warmup=bars_before(2),
    on_price=True,
)
def decycler(values: Floats, period: int = 60) -> Floats:
    """The price without what swings faster than `period` bars; NaN for the first two."""
    line = values - _high_pass(values, period)
    line[:2] = np.nan
    return line


@indicator(
    _("Dominant cycle"),
    convention=_("The period of Hilbert's transform, 6 to 50 bars."),
    source="Ehlers 2001, Rocket Science for Traders",
    warmup=bars_before(32),
    library="HT_DCPERIOD",
)
def dominant_cycle(values: Floats) -> Floats:
    """The length of the cycle in bars; NaN for the first 32."""
    line: Floats = ta().HT_DCPERIOD(values)
    return line


@indicator(
    _("Hilbert sine"),
    convention=_("The sine of the phase of the dominant cycle, and of 45 degrees more."),
    source="Ehlers 2001, Rocket Science for Traders",
    warmup=bars_before(63),
    library="HT_SINE",
)
def hilbert_sine(values: Floats) -> Sine:
    """Sine and lead sine, -1 to 1; NaN for the first 63."""
    return Sine(*ta().HT_SINE(values))


@indicator(
    _("Hilbert trendline"),
    convention=_("The price without its dominant cycle."),
    source="Ehlers 2001, Rocket Science for Traders",
    warmup=bars_before(63),
    library="HT_TRENDLINE",
    on_price=True,
)
def hilbert_trendline(values: Floats) -> Floats:
    """The instantaneous trendline, in price; NaN for the first 63."""
    line: Floats = ta().HT_TRENDLINE(values)
    return line


@compiled
def _super_smoother(values: Floats, period: int) -> Floats:
    found = values.copy()
    pole = np.exp(-np.sqrt(2.0) * np.pi / period)
    two, three = 2.0 * pole * np.cos(np.sqrt(2.0) * np.pi / period), -pole * pole
    one = 1.0 - two - three
    for i in range(2, len(values)):
        found[i] = one * (values[i] + values[i - 1]) / 2.0 + two * found[i - 1] + three * found[i - 2]
    return found


@compiled
def _high_pass(values: Floats, period: int) -> Floats:
    found = np.zeros(len(values))
    angle = 0.707 * 2.0 * np.pi / period
    alpha = (np.cos(angle) + np.sin(angle) - 1.0) / np.cos(angle)
    gain, back = (1.0 - alpha / 2.0) ** 2, 1.0 - alpha
    for i in range(2, len(values)):
        bend = values[i] - 2.0 * values[i - 1] + values[i - 2]
        found[i] = gain * bend + 2.0 * back * found[i - 1] - back * back * found[i - 2]
    return found
