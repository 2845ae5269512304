"""After how many candles an indicator no longer knows where the history began. Pure.

Windows forget with their last bar: there it is the indicator's own warm-up. Smoothings forget slowly: there it is a
number of their periods, as the catalogue counts. Sessions must be seen whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from strategies.catalog.types import EXPONENTIAL_SETTLES, WILDER_SETTLES
from trading.indicators.types import Indicator, Number

HOURS_A_DAY: Final = 24
DAYS_MAX: Final = 3  # so many days are loaded before the first candle of a day, whatever the timeframe
# Times the sum of its periods.
_PERIODS: Final[Mapping[str, int]] = {
    **dict.fromkeys(
        (
            *("chaikin_oscillator", "chaikin_volatility", "decycler", "dema", "elder_ray", "ema", "force_index"),
            *("keltner", "klinger", "macd", "mass_index", "mcginley", "ppo", "roofing_filter", "starc"),
            *("stochastic_momentum", "super_smoother", "t3", "tema", "trix", "true_strength", "volume_oscillator"),
            "zlema",
        ),
        EXPONENTIAL_SETTLES,
    ),
    **dict.fromkeys(
        (
            *("atr", "atr_percent", "atr_stop", "chande_momentum", "chandelier", "relative_volatility", "rma", "rsi"),
            *("stochastic_rsi", "supertrend", "volatility_ratio", "fisher"),
        ),
        WILDER_SETTLES,
    ),
    **dict.fromkeys(("adx", "directional_movement", "kama", "vidya"), 2 * WILDER_SETTLES),
    "fractals": 40,
}
# In bars, where no period says it.
_BARS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("dominant_cycle", "hilbert_sine", "hilbert_trendline", "mama"), 200),
    **dict.fromkeys(("alligator", "parabolic_sar"), 150),
    "heikin_ashi": 40,
}


def settled(chosen: Indicator, parameters: Mapping[str, Number]) -> int:
    """Bars before its first value that may be acted on; parameters: resolved."""
    periods = sum(int(parameters[each.name]) for each in chosen.parameters if each.kind is int)
    slow = max(_PERIODS.get(chosen.name, 0) * periods, _BARS.get(chosen.name, 0))
    return max(chosen.warmup(parameters), slow, HOURS_A_DAY * days_of(chosen, parameters))


def days_of(chosen: Indicator, parameters: Mapping[str, Number]) -> int:
    """Whole days that it must have seen; 0 of most."""
    return chosen.days(parameters) if chosen.days else 0


def never_settles(chosen: Indicator) -> bool:
    """Whether only its changes mean something."""
    return chosen.cumulative and chosen.name not in _PERIODS
