"""How much is traded, and on which side."""

from __future__ import annotations

import numpy as np

from cryptouniverse.kernel.market import Floats
from cryptouniverse.kernel.words import gettext_noop as _
from trading.indicators.compiling import compiled
from trading.indicators.declaring import bars_back, bars_before, fast_below_slow, indicator, one_more, one_period
from trading.indicators.library import ta
from trading.indicators.windows import blank_silent


@indicator(
    _("Relative volume"),
    bars_back(20),
    convention=_("Over the mean of the bars before, not of the bar itself."),
    source="TA-Lib RVOL, without the bar itself",
    warmup=one_more,
    library="RVOL",
)
def relative_volume(volume: Floats, period: int = 20) -> Floats:
    """Volume over the mean of the `period` bars *before* it (1 = as usual).

    NaN for the first `period`, and where none of these traded (counted, for a running mean only comes near 0).
    """
    return _relative_volume(volume, period)


@indicator(
    _("On-balance volume"),
    convention=_("Begins with the first volume; bars without change add nothing."),
    source="Granville 1963, New Key to Stock Market Profits",
    warmup=bars_before(0),
    library="OBV",
    cumulative=True,
)
def on_balance_volume(close: Floats, volume: Floats) -> Floats:
    """OBV, in base units, from the first bar on."""
    line: Floats = ta().OBV(close, volume)
    return line


@indicator(
    _("Accumulation and distribution"),
    convention=_("Sums the volume times the place of the close in its bar, -1 to 1; 0 in a bar without range."),
    source="Chaikin; Achelis 1995, Technical Analysis from A to Z",
    warmup=bars_before(0),
    library="AD",
    cumulative=True,
)
def accumulation_distribution(high: Floats, low: Floats, close: Floats, volume: Floats) -> Floats:
    """Accumulation and distribution, in base units, from the first bar on."""
    line: Floats = ta().AD(high, low, close, volume)
    return line


@indicator(
    _("Chaikin oscillator"),
    bars_back(3, "fast"),
    bars_back(10, "slow"),
    convention=_("The distance of two exponential averages of accumulation and distribution, seeded with the first."),
    source="Chaikin; Achelis 1995, Technical Analysis from A to Z",
    warmup=lambda p: p["slow"] - 1,
    library="ADOSC",
    rule=fast_below_slow,
)
def chaikin_oscillator(
    high: Floats, low: Floats, close: Floats, volume: Floats, fast: int = 3, slow: int = 10
) -> Floats:
    """Chaikin's oscillator, in base units; NaN for the first slow - 1."""
    line: Floats = ta().ADOSC(high, low, close, volume, fast, slow)
    return line


@indicator(
    _("Chaikin money flow"),
    bars_back(20),
    convention=_("The sum of volume times the place of the close in its bar, over the sum of volume."),
    source="Chaikin; Achelis 1995, Technical Analysis from A to Z",
    warmup=one_period,
    library="CMF",
)
def chaikin_money_flow(high: Floats, low: Floats, close: Floats, volume: Floats, period: int = 20) -> Floats:
    """Chaikin's money flow, -1 to 1; NaN for the first period - 1, and where nothing was traded."""
    line: Floats = ta().CMF(high, low, close, volume, period)
    blank_silent(line, volume, period)
    return line


@indicator(
    _("Money flow index"),
    bars_back(14),
    convention=_("An RSI of typical price times volume, of plain sums; small volumes count too."),
    source="Quong and Soudack 1989, Stocks & Commodities 7:3",
    warmup=one_more,
    library="MFI",
)
def money_flow_index(high: Floats, low: Floats, close: Floats, volume: Floats, period: int = 14) -> Floats:
    """Money flow index, 0 to 100; NaN for the first `period`, and where no money flowed either way."""
    return _money_flow_index(high, low, close, volume, period)


@indicator(
    _("Force index"),
    bars_back(13),
    convention=_("The exponential average of the change times the volume."),
    source="Elder 1993, Trading for a Living",
    warmup=one_more,
    library="EFI",
)
def force_index(close: Floats, volume: Floats, period: int = 13) -> Floats:
    """Elder's force index; NaN for the first `period`."""
    line: Floats = ta().EFI(close, volume, period)
    return line


@indicator(
    _("Ease of movement"),
    bars_back(14),
    convention=_(
        "The move of the bar's middle, in percent, times its range in percent, over the volume in its usual amounts."
    ),
    source="Arms 1983, Volume Cycles in the Stock Market; scaled by the usual volume and not by 100,000,000",
    warmup=lambda p: 2 * p["period"] - 1,
)
def ease_of_movement(high: Floats, low: Floats, volume: Floats, period: int = 14) -> Floats:
    """Ease of movement: above 0 where prices rise on little volume; NaN for the first 2 period - 1, and in silence."""
    return _ease_of_movement(high, low, volume, period)


@indicator(
    _("Negative volume index"),
    convention=_("Follows the close in percent on bars with less volume than the last; begins at 1,000."),
    source="Fosback 1976, Stock Market Logic",
    warmup=bars_before(0),
    library="NVI",
    cumulative=True,
)
def negative_volume_index(close: Floats, volume: Floats) -> Floats:
    """NVI from 1,000 at the first bar."""
    line: Floats = ta().NVI(close, volume)
    return line


@indicator(
    _("Positive volume index"),
    convention=_("Follows the close in percent on bars with more volume than the last; begins at 1,000."),
    source="Fosback 1976, Stock Market Logic",
    warmup=bars_before(0),
    library="PVI",
    cumulative=True,
)
def positive_volume_index(close: Floats, volume: Floats) -> Floats:
    """PVI from 1,000 at the first bar."""
    line: Floats = ta().PVI(close, volume)
    return line


@indicator(
    _("Price and volume trend"),
    convention=_("Sums the volume times the relative change of the close."),
    source="Achelis 1995, Technical Analysis from A to Z",
    warmup=bars_before(0),
    library="PVT",
    cumulative=True,
)
def price_volume_trend(close: Floats, volume: Floats) -> Floats:
    """PVT, in base units, from the first bar on."""
    line: Floats = ta().PVT(close, volume)
    return line


@indicator(
    _("Volume oscillator"),
    bars_back(12, "fast"),
    bars_back(26, "slow"),
    convention=_("The distance of two exponential averages of the volume, in percent of the slow one."),
    source="TA-Lib PVO",
    warmup=lambda p: p["slow"] - 1,
    library="PVO",
    rule=fast_below_slow,
)
def volume_oscillator(volume: Floats, fast: int = 12, slow: int = 26) -> Floats:
    """Volume oscillator in percent; NaN for the first slow - 1, and where nothing was traded in so many bars."""
    line: Floats = ta().PVO(volume, fast, slow, 1)
    blank_silent(line, volume, slow)
    return line


@indicator(
    _("Klinger oscillator"),
    bars_back(34, "fast"),
    bars_back(55, "slow"),
    convention=_(
        "Exponential averages of the volume, signed by the turn of the typical price; the plain form, without"
        " the cumulative range."
    ),
    source="Klinger 1997, Stocks & Commodities 15:12",
    warmup=lambda p: p["slow"],
    rule=fast_below_slow,
)
def klinger(high: Floats, low: Floats, close: Floats, volume: Floats, fast: int = 34, slow: int = 55) -> Floats:
    """Klinger's oscillator, in base units; NaN for the first `slow`."""
    signed = np.full(len(close), np.nan)
    signed[1:] = volume[1:] * np.sign(np.diff(high + low + close))
    line: Floats = ta().EMA(signed, fast) - ta().EMA(signed, slow)
    return line


@compiled
def _relative_volume(volume: Floats, period: int) -> Floats:
    n = len(volume)
    found = np.full(n, np.nan)
    traded = -1
    for i in range(min(period - 1, n)):
        traded = i if volume[i] > 0.0 else traded
    for start in range(period, n, period):
        total = 0.0
        for j in range(start - period, start - 1):
            total += volume[j]
        for i in range(start, min(start + period, n)):
            total += volume[i - 1]
            traded = i - 1 if volume[i - 1] > 0.0 else traded
            if i - traded <= period:
                found[i] = volume[i] / total * period
            total -= volume[i - period]
    return found


@compiled
def _money_flow_index(high: Floats, low: Floats, close: Floats, volume: Floats, period: int) -> Floats:
    n = len(close)
    found, flow = np.full(n, np.nan), np.zeros(n)
    before, flowed = high[0] + low[0] + close[0] if n else 0.0, 0
    for i in range(1, n):
        price = high[i] + low[i] + close[i]
        flow[i] = 0.0 if price == before else (price if price > before else -price) * volume[i]
        before = price
    for start in range(period, n, period):
        both, net = 0.0, 0.0
        for j in range(start - period + 1, start):
            both, net = both + abs(flow[j]), net + flow[j]
            flowed = j if flow[j] != 0.0 else flowed
        for i in range(start, min(start + period, n)):
            both, net = both + abs(flow[i]), net + flow[i]
            flowed = i if flow[i] != 0.0 else flowed
            if i - flowed < period:
                found[i] = min(100.0, max(0.0, 50.0 + 50.0 * net / both))
            gone = flow[i - period + 1]
            both, net = both - abs(gone), net - gone
    return found


@compiled
def _ease_of_movement(high: Floats, low: Floats, volume: Floats, period: int) -> Floats:
    n = len(high)
    found, ease = np.full(n, np.nan), np.zeros(n)
    traded, total, known = 0.0, 0.0, 0
    for i in range(n):
        traded += volume[i] - (volume[i - period] if i >= period else 0.0)
        middle = (high[i] + low[i]) / 2.0
        if i >= period and volume[i] > 0.0 and middle > 0.0:
            moved = 100.0 * (middle - (high[i - 1] + low[i - 1]) / 2.0) / middle
            ease[i] = moved * 100.0 * (high[i] - low[i]) / middle / (volume[i] / (traded / period))
            known += 1
        else:
            known = 0
        total += ease[i] - (ease[i - period] if i >= period else 0.0)
        if known >= period:
            found[i] = total / period
    return found
